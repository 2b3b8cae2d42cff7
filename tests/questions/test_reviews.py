"""Review: nobody approves own work, unless an exam has nobody else and says so."""

import pytest

from examapp.accounts.models import User
from questions.models import Comment, Draft, Question
from questions.services import drafts, reviews, team, versions
from questions.services.editor_findings import findings_for
from questions.services.errors import BreaksRules, OwnWork, Refused, StaleRevision, WrongStage
from tests.questions.conftest import member, whole

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(draft, author):
    return drafts.submit(draft, by=author)


def test_a_colleague_approves(submitted, reviewer):
    approved = reviews.approve(submitted, by=reviewer, revision=submitted.revision)
    assert (approved.stage, approved.approved_by) == ("approved", reviewer)
    assert Question.objects.get(pk=approved.question_id).status == "approved"


def test_nobody_approves_what_one_wrote_in(draft, author, reviewer):
    drafts.save(draft, item=whole(draft, stem="Better?"), by=reviewer, revision=2)
    drafts.submit(draft, by=author)
    for person in (author, reviewer):
        with pytest.raises(OwnWork):
            reviews.approve(draft, by=person)


def test_an_approval_is_of_what_was_looked_at(submitted, reviewer):
    with pytest.raises(StaleRevision):
        reviews.approve(submitted, by=reviewer, revision=1)


def test_what_is_not_in_review_is_not_approved(draft, reviewer):
    with pytest.raises(WrongStage):
        reviews.approve(draft, by=reviewer)


def test_who_is_alone_may_approve_where_the_exam_allows_it(exam, topic):
    alone = member(exam, "owner", "Only One")
    draft = drafts.create(exam, by=alone, topic=topic)
    draft = drafts.save(draft, item=whole(draft), by=alone, revision=1)
    with pytest.raises(OwnWork):
        reviews.publish_alone(draft.question, by=alone)
    team.allow_self_approval(exam, is_allowed=True, by=alone)
    member(exam, "author", "No Reviewer")
    question = reviews.publish_alone(draft.question, by=alone)
    assert question.status == "published"


def test_who_publishes_alone_is_judged_by_the_rules_once(exam, topic, monkeypatch):
    alone = member(exam, "owner", "Only One")
    team.allow_self_approval(exam, is_allowed=True, by=alone)
    draft = drafts.create(exam, by=alone, topic=topic)
    draft = drafts.save(draft, item=whole(draft, sources=()), by=alone, revision=1)
    judged = []

    def judge(item, ground):
        judged.append(item.ref)
        return findings_for(item, ground)

    monkeypatch.setattr(versions, "findings_for", judge)
    with pytest.raises(BreaksRules):
        reviews.publish_alone(draft.question, by=alone)
    assert Draft.objects.get(pk=draft.pk).stage == "draft"
    drafts.save(draft, item=whole(draft), by=alone, revision=draft.revision)
    judged.clear()
    reviews.publish_alone(draft.question, by=alone)
    assert judged == [draft.question.ref]


def test_who_has_a_colleague_is_not_alone(exam, draft, author, reviewer):
    team.allow_self_approval(exam, is_allowed=True, by=reviewer)
    drafts.submit(draft, by=author)
    with pytest.raises(OwnWork):
        reviews.approve(draft, by=author)
    User.objects.filter(pk=reviewer.pk).update(is_active=False)
    reviews.approve(draft, by=author)


def test_a_draft_comes_back_with_the_reason(submitted, reviewer):
    returned = reviews.send_back(submitted, text="Two answers fit.", by=reviewer, field="stem")
    assert returned.stage == "draft"
    remark = Comment.objects.get(question=returned.question)
    assert (remark.field, remark.text, remark.author) == ("stem", "Two answers fit.", reviewer)


def test_a_return_without_a_reason_is_refused_and_changes_nothing(submitted, reviewer):
    with pytest.raises(Refused, match="Write what"):
        reviews.send_back(submitted, text=" ", by=reviewer)
    submitted.refresh_from_db()
    assert submitted.stage == "in_review"


def test_only_colleagues_are_mentioned(submitted, reviewer, owner, stranger):
    remark = reviews.comment(
        submitted.question, text="See?", by=reviewer, mentions=[owner.pk, stranger.pk]
    )
    assert list(remark.mentions.all()) == [owner]


def test_a_remark_is_resolved_and_opened_again(submitted, reviewer, author):
    remark = reviews.comment(submitted.question, text="See?", by=reviewer)
    assert remark in Comment.objects.open()
    assert reviews.resolve(remark, by=author).resolved_by_id == author.pk
    assert remark not in Comment.objects.open()
    reviews.resolve(remark, by=author, is_resolved=False)
    assert remark in Comment.objects.open()
