"""Drafts: nothing is overwritten unseen, and what stands where is always clear."""

from dataclasses import replace

import pytest
from django.db.models.functions import Now

from questions.items.content import item_of
from questions.models import AuditEntry, Draft, Question
from questions.services import drafts, reviews, versions
from questions.services.errors import NotReady, Refused, StaleRevision, WrongStage
from tests.questions.conftest import whole

pytestmark = pytest.mark.django_db


def test_a_new_question_has_an_empty_draft_and_a_ref_of_its_own(exam, author, topic):
    draft = drafts.create(exam, by=author, topic=topic)
    assert draft.question.status == "draft"
    assert draft.question.ref == draft.item["ref"] == f"{exam.code}-q{draft.question_id}"
    assert (draft.item["task"], draft.item["topic"]) == (topic.task.number, topic.slug)
    assert draft.question.author_id == author.pk


def test_a_save_raises_the_revision_and_is_found_by_its_words(draft):
    draft.refresh_from_db()
    assert draft.revision == 2
    question = Question.objects.get(pk=draft.question_id)
    assert question.stem == f"Stem of {question.ref}?"
    assert question.shingles


def test_the_same_again_changes_nothing(draft, author):
    again = drafts.save(draft, item=whole(draft), by=author, revision=2)
    assert again.revision == 2


def test_a_save_that_saw_an_older_revision_is_refused_with_what_is_stored(draft, author, reviewer):
    drafts.save(draft, item=whole(draft, stem="Theirs?"), by=reviewer, revision=2)
    with pytest.raises(StaleRevision) as refusal:
        drafts.save(draft, item=whole(draft, stem="Mine?"), by=author, revision=2)
    assert refusal.value.stored.item["stem"] == "Theirs?"
    draft.refresh_from_db()
    assert draft.item["stem"] == "Theirs?"


def test_everyone_who_wrote_is_known(draft, author, reviewer):
    drafts.save(draft, item=whole(draft, stem="Theirs?"), by=reviewer, revision=2)
    assert set(draft.writers.all()) == {author, reviewer}


def test_tags_of_an_unpublished_question_follow_its_draft(exam, draft, author):
    other = exam.domains.last().tasks.first().topics.first()
    item = whole(draft, topic=other.slug, task=other.task.number)
    drafts.save(draft, item=item, by=author, revision=2)
    assert Question.objects.get(pk=draft.question_id).topic == other


def test_a_draft_beside_a_live_version_leaves_it_alone(exam, author):
    question = Question.objects.filter(exam=exam).first()
    live = question.current_version
    draft = drafts.revise(question, by=author)
    assert item_of(draft.item) == versions.item_of_version(live)
    drafts.save(draft, item=whole(draft, stem="Quite new?"), by=author, revision=1)
    question.refresh_from_db()
    assert (question.status, question.current_version) == ("published", live)
    assert drafts.revise(question, by=author).pk == draft.pk


def test_who_else_has_it_open_is_told_for_a_while(draft, author, reviewer):
    Draft.objects.update(open_with=None)
    assert drafts.register_editor(draft, by=author) is None
    assert drafts.register_editor(draft, by=author) is None
    assert drafts.register_editor(draft, by=reviewer) == author.pk
    assert drafts.register_editor(draft, by=author) == reviewer.pk
    Draft.objects.update(open_at=Now() - 2 * drafts.OPEN_FOR, open_with=reviewer)
    assert drafts.register_editor(draft, by=author) is None


def test_an_incomplete_draft_is_saved_but_not_submitted(draft, author):
    item = replace(whole(draft), right=())
    draft = drafts.save(draft, item=item, by=author, revision=2)
    with pytest.raises(NotReady, match="1 right option"):
        drafts.submit(draft, by=author)


def test_what_is_in_review_is_not_changed_under_the_reviewer(draft, author):
    drafts.submit(draft, by=author)
    assert Question.objects.get(pk=draft.question_id).status == "in_review"
    with pytest.raises(WrongStage):
        drafts.save(draft, item=whole(draft, stem="New?"), by=author, revision=2)
    drafts.withdraw(draft, by=author)
    drafts.save(draft, item=whole(draft, stem="New?"), by=author, revision=2)


def test_a_submission_of_an_older_revision_is_refused(draft, author, reviewer):
    drafts.save(draft, item=whole(draft, stem="Theirs?"), by=reviewer, revision=2)
    with pytest.raises(StaleRevision):
        drafts.submit(draft, by=author, revision=2)


def test_an_approval_ends_when_the_draft_is_taken_back(draft, author, reviewer):
    drafts.submit(draft, by=author)
    reviews.approve(draft, by=reviewer)
    draft = drafts.withdraw(draft, by=author)
    assert (draft.stage, draft.approved_by) == ("draft", None)
    assert draft.question.status == "draft"


def test_a_draft_beside_a_live_version_can_go_and_is_kept_on_record(exam, author):
    question = Question.objects.filter(exam=exam).first()
    draft = drafts.revise(question, by=author)
    drafts.save(draft, item=whole(draft, stem="Let go?"), by=author, revision=1)
    drafts.discard(draft, by=author)
    question.refresh_from_db()
    assert not Draft.objects.filter(question=question).exists()
    assert question.stem == question.live_version.content["stem"]
    entry = AuditEntry.objects.about("question", question.pk).first()
    assert entry.details["before"]["draft"]["item"]["stem"] == "Let go?"


def test_the_only_text_of_a_question_is_not_discarded(draft, author):
    with pytest.raises(Refused, match="retire"):
        drafts.discard(draft, by=author)


def test_an_old_wording_can_be_the_start_of_a_draft(exam, author):
    question = Question.objects.filter(exam=exam).first()
    first = question.current_version
    versions.publish(question, replace(versions.item_of_version(first), stem="Second?"))
    draft = drafts.revise(question, by=author, version=first)
    assert draft.item["stem"] == first.content["stem"]
    with pytest.raises(Refused, match="already a draft"):
        drafts.revise(question, by=author, version=first)
