"""Versions: approved drafts become live, old ones come back, and nothing goes live unseen."""

from dataclasses import replace

import pytest

from questions.items.content import fingerprint
from questions.items.item import Option
from questions.models import AuditEntry, Case, Draft, Question
from questions.services import drafts, retirement, reviews, tags, versions
from questions.services.editor_findings import exam_lint_context, findings_for
from questions.services.errors import BreaksRules, NotReady, Refused, StaleDraft, WrongStage
from tests.questions.conftest import sound, whole
from tests.support.builders import make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(draft, author, reviewer):
    drafts.submit(draft, by=author)
    return reviews.approve(draft, by=reviewer)


def test_an_approved_draft_becomes_the_first_version(approved, reviewer):
    question = versions.publish_draft(approved.question, by=reviewer)
    assert question.status == "published"
    assert question.live_version.number == 1
    assert question.live_version.created_by_id == reviewer.pk
    assert not Draft.objects.filter(question=question).exists()


def test_an_error_of_the_rules_stops_approval_and_publication(draft, author, reviewer):
    item = whole(draft)
    unexplained = (Option(item.options[0].text, "Because."), *item.options[1:])
    drafts.save(draft, item=replace(item, options=unexplained), by=author, revision=2)
    drafts.submit(draft, by=author)
    with pytest.raises(
        BreaksRules, match="Explanation of A: Explain this option in at least 8 words"
    ) as refusal:
        reviews.approve(draft, by=reviewer)
    assert [each.field for each in refusal.value.findings] == ["option-0-why"]
    # Approved before the rule was there.
    Draft.objects.update(stage="approved")
    with pytest.raises(BreaksRules):
        versions.publish_draft(draft.question, by=reviewer)
    assert Question.objects.get(pk=draft.question_id).current_version is None


def test_a_warning_stops_nothing_and_two_may_stand(draft, author, reviewer):
    drafts.save(draft, item=whole(draft, stem="Better?"), by=author, revision=2)
    found = findings_for(whole(draft, stem="Better?"), exam_lint_context(draft.question.exam))
    assert {each.severity for each in found} == {"warning"}
    drafts.submit(draft, by=author)
    reviews.approve(draft, by=reviewer)
    assert versions.publish_draft(draft.question, by=reviewer).status == "published"


def test_an_old_wording_with_an_error_comes_back_as_a_draft_alone(exam, owner):
    question = Question.objects.filter(exam=exam).first()
    first = question.current_version
    versions.publish(question, make_item(first.type, question.ref, stem="Second?"))
    with pytest.raises(BreaksRules):
        versions.restore(first, by=owner, reason="the second misled")
    assert drafts.revise(question, by=owner, version=first).item["stem"] == first.content["stem"]


def test_what_is_not_approved_is_not_published(draft, author, reviewer):
    with pytest.raises(WrongStage):
        versions.publish_draft(draft.question, by=reviewer)
    drafts.submit(draft, by=author)
    with pytest.raises(WrongStage):
        versions.publish_draft(draft.question, by=reviewer)


def test_a_draft_of_an_older_version_is_not_published(exam, author, reviewer):
    question = Question.objects.filter(exam=exam).first()
    draft = drafts.revise(question, by=author)
    drafts.save(draft, item=whole(draft, stem="New?"), by=author, revision=1)
    drafts.submit(draft, by=author)
    reviews.approve(draft, by=reviewer)
    versions.publish(question, make_item(question.current_version.type, question.ref, stem="!"))
    with pytest.raises(StaleDraft):
        versions.publish_draft(question, by=reviewer)
    draft = drafts.rebase(draft, by=author)
    assert (draft.stage, draft.base_version) == ("draft", draft.question.current_version)


def test_a_publication_brings_topic_case_facts_and_enemies(exam, author, reviewer):
    question, enemy = Question.objects.filter(exam=exam)[:2]
    topic = exam.domains.last().tasks.last().topics.first()
    case = Case.objects.create(exam=exam, ref="c-1", title="A bank", scenario="It *lends*.")
    draft = drafts.revise(question, by=author)
    tags = {"topic": topic.slug, "task": topic.task.number, "objective": "2.2.1"}
    item = whole(draft, facts=("F1",), enemies=(enemy.ref,), sources=("s1",), **tags)
    drafts.save(draft, item=item, by=author, revision=1, case=case, reason="moved")
    drafts.submit(draft, by=author)
    reviews.approve(draft, by=reviewer)
    question = versions.publish_draft(question, by=reviewer)
    assert (question.topic, question.objective, question.facts) == (topic, "2.2.1", ["F1"])
    assert list(question.enemies.all()) == [enemy]
    assert question.live_version.html["case"]["scenario"] == "<p>It <em>lends</em>.</p>"
    assert question.live_version.reason == "moved"
    assert versions.item_of_version(question.live_version) == item


def test_a_topic_that_is_gone_stops_a_publication(approved, reviewer, topic):
    approved.item["topic"] = "gone"
    approved.save()
    with pytest.raises(NotReady, match="gone"):
        versions.publish_draft(approved.question, by=reviewer)


def test_a_retired_question_is_not_drawn_and_comes_back(exam, owner):
    question = Question.objects.filter(exam=exam).first()
    retirement.retire(question, by=owner, reason="out of date")
    retirement.retire(question, by=owner)
    assert question not in Question.objects.pool(exam)
    entries = AuditEntry.objects.about("question", question.pk).filter(verb="retired")
    assert entries.get().details["reason"] == "out of date"
    assert retirement.unretire(question, by=owner).status == "published"


def test_a_question_that_was_never_published_comes_back_to_its_stage(draft, author, owner):
    drafts.submit(draft, by=author)
    retirement.retire(draft.question, by=owner)
    assert retirement.unretire(draft.question, by=owner).status == "in_review"


def test_an_old_version_comes_back_as_a_new_one(exam, owner):
    question = Question.objects.filter(exam=exam).first()
    versions.publish(question, sound(question))
    first = question.live_version
    versions.publish(question, make_item(first.type, question.ref, stem="Second?"))
    question = versions.restore(first, by=owner, reason="the second misled")
    assert question.live_version.number == 4
    assert question.live_version.content == first.content
    with pytest.raises(Refused, match="already live"):
        versions.restore(question.live_version, by=owner, reason="again")


def test_a_new_level_is_a_new_version_of_the_same_words(exam, owner):
    question = Question.objects.filter(exam=exam).first()
    before = question.live_version
    assert tags.retag(question, by=owner, level="recall")
    question.refresh_from_db()
    assert question.live_version.content_hash == before.content_hash
    assert (question.live_version.level, question.level) == ("recall", "recall")
    assert not tags.retag(question, by=owner, level="recall")


def test_a_new_level_does_not_revive_a_retired_question(exam, owner):
    question = Question.objects.filter(exam=exam).first()
    retirement.retire(question, by=owner)
    tags.retag(question, by=owner, level="recall")
    question.refresh_from_db()
    assert question.status == "retired"


def test_a_new_topic_moves_the_draft_too_and_keeps_it_fresh(exam, author, owner):
    question = Question.objects.filter(exam=exam).first()
    draft = drafts.revise(question, by=author)
    topic = exam.domains.last().tasks.last().topics.first()
    tags.retag(question, by=owner, topic=topic, level="analyse")
    draft.refresh_from_db()
    draft.question.refresh_from_db()
    assert (draft.item["topic"], draft.item["level"]) == (topic.slug, "analyse")
    assert not draft.is_stale


def test_items_differ_in_their_prints_by_all_that_they_say():
    item = make_item("multiple_choice", "r", enemies=("a", "b"))
    same = replace(item, enemies=("b", "a"))
    assert fingerprint(item) == fingerprint(same)
    assert fingerprint(item) != fingerprint(replace(item, facts=("F",)))
