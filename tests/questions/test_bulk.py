"""One change to many: what the rules refuse is counted, and all of it can be undone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from examapp.exams.models import SessionItem
from questions.models import AuditEntry, Draft, Question, QuestionVersion, Topic
from questions.services import bulk, bulk_undo, drafts, retirement, reviews, versions
from tests.questions.conftest import whole

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(exam):
    return list(Question.objects.filter(exam=exam)[:3])


def statuses(questions):
    found = Question.objects.filter(pk__in=[question.pk for question in questions])
    return set(found.values_list("status", flat=True))


def test_many_are_retired_and_it_is_undone(exam, three, owner):
    outcome = bulk.retire_all(three, by=owner, reason="old")
    assert (outcome.changed, statuses(three)) == (3, {"retired"})
    assert bulk_undo.undoable(exam, outcome.batch) == 3
    assert bulk_undo.undo(exam, outcome.batch, by=owner).changed == 3
    assert statuses(three) == {"published"}


def test_an_undo_leaves_what_was_changed_since(exam, three, owner):
    outcome = bulk.retire_all(three, by=owner)
    retirement.unretire(three[0], by=owner)
    undone = bulk_undo.undo(exam, outcome.batch, by=owner)
    assert (undone.changed, dict(undone.skipped)) == (2, {"It was changed since then.": 1})
    assert bulk_undo.undo(exam, outcome.batch, by=owner).changed == 0


def test_an_undo_names_what_was_deleted_since(exam, draft, author, topic):
    gone = drafts.create(exam, by=author, topic=topic)
    gone = drafts.save(gone, item=whole(gone), by=author, revision=1)
    outcome = bulk.submit_all([draft.question, gone.question], by=author)
    assert outcome.changed == 2
    gone.question.delete()
    undone = bulk_undo.undo(exam, outcome.batch, by=author)
    assert undone.changed == 1
    assert undone.refs_by_reason == {"It was deleted since.": [gone.question.ref]}


def test_an_undo_is_of_the_exam_it_is_asked_for(three, owner, stranger):
    outcome = bulk.retire_all(three, by=owner)
    other = stranger.exam_roles.get().exam
    assert bulk_undo.undo(other, outcome.batch, by=stranger).changed == 0
    assert statuses(three) == {"retired"}


def test_what_is_left_out_says_why(three, owner):
    retirement.retire(three[0], by=owner)
    outcome = bulk.retire_all(three, by=owner)
    assert (outcome.changed, dict(outcome.skipped)) == (2, {"It is retired already.": 1})
    assert dict(bulk.publish_all(three, by=owner).skipped) == {"It has no draft.": 3}


def test_many_are_submitted_and_taken_back(exam, draft, author, topic):
    bare = drafts.create(exam, by=author, topic=topic)
    outcome = bulk.submit_all([draft.question, bare.question], by=author)
    assert outcome.changed == 1
    assert "It is not complete" in next(iter(outcome.skipped))
    bulk_undo.undo(exam, outcome.batch, by=author)
    draft.refresh_from_db()
    assert (draft.stage, draft.question.status) == ("draft", "draft")


def test_what_the_rules_stop_is_left_counted_and_named(exam, draft, author, reviewer, topic):
    good, bad = draft, drafts.create(exam, by=author, topic=topic)
    bad = drafts.save(bad, item=whole(bad, sources=()), by=author, revision=1)
    drafts.submit(good, by=author)
    reviews.approve(good, by=reviewer)
    drafts.submit(bad, by=author)
    Draft.objects.filter(pk=bad.pk).update(stage="approved")
    outcome = bulk.publish_all([good.question, bad.question], by=reviewer)
    assert outcome.changed == 1
    assert outcome.refs_by_reason == {
        "Fix these errors first.": [bad.question.ref],
    }
    assert Question.objects.get(pk=bad.question_id).current_version is None
    assert Question.objects.get(pk=good.question_id).status == "published"


def test_an_undone_publication_has_its_draft_again(exam, draft, author, reviewer):
    drafts.submit(draft, by=author)
    reviews.approve(draft, by=reviewer)
    outcome = bulk.publish_all([draft.question], by=reviewer)
    version = QuestionVersion.objects.get(question=draft.question)
    bulk_undo.undo(exam, outcome.batch, by=reviewer)
    again = Draft.objects.get(question=draft.question)
    assert (again.stage, again.approved_by, again.author) == ("approved", reviewer, author)
    assert again.item == draft.item
    assert again.question.status == "approved"
    assert QuestionVersion.objects.get(pk=version.pk) == version
    versions.publish_draft(again.question, by=reviewer)
    assert Question.objects.get(pk=again.question_id).live_version.number == 2


def test_an_undone_publication_names_its_task_by_the_number_that_it_has_now(
    exam, draft, author, reviewer, owner
):
    drafts.submit(draft, by=author)
    reviews.approve(draft, by=reviewer)
    outcome = bulk.publish_all([draft.question], by=reviewer)
    task = draft.question.topic.task
    was, task.number = task.number, "1.9"
    task.save(update_fields=["number"])
    bulk_undo.undo(exam, outcome.batch, by=reviewer)
    again = Draft.objects.get(question=draft.question)
    assert (draft.item["task"], again.item) == (was, draft.item | {"task": "1.9"})
    versions.publish_draft(again.question, by=reviewer)


def test_an_undo_leaves_a_question_whose_topic_is_gone(exam, three, owner):
    spare = Topic.objects.create(task=three[0].topic.task, slug="spare", title="Spare")
    bulk.retag_all(three[:1], by=owner, topic=spare)
    outcome = bulk.retag_all(three, by=owner, topic=three[2].topic)
    spare.delete()
    undone = bulk_undo.undo(exam, outcome.batch, by=owner)
    assert dict(undone.skipped) == {"Its topic was deleted.": 1}
    assert Question.objects.get(pk=three[0].pk).topic == three[2].topic


def test_the_rules_of_an_exam_are_read_once_for_all_that_is_published(
    exam, draft, author, reviewer, topic
):
    second = drafts.create(exam, by=author, topic=topic)
    second = drafts.save(second, item=whole(second), by=author, revision=1)
    for each in (draft, second):
        drafts.submit(each, by=author)
        reviews.approve(each, by=reviewer)
    with CaptureQueriesContext(connection) as queries:
        outcome = bulk.publish_all([draft.question, second.question], by=reviewer)
    assert outcome.changed == 2
    grounds = [each["sql"] for each in queries if ' FROM "questions_task"' in each["sql"]]
    assert len([sql for sql in grounds if "objectives" in sql and "title" not in sql]) == 1


def test_many_are_moved_and_moved_back(exam, three, owner, author):
    drafts.revise(three[0], by=author)
    topic = exam.domains.last().tasks.last().topics.first()
    before = [question.topic_id for question in three]
    outcome = bulk.retag_all(three, by=owner, topic=topic, level="recall")
    assert outcome.changed == 3
    assert bulk_undo.undo(exam, outcome.batch, by=owner).changed == 3
    after = [Question.objects.get(pk=question.pk) for question in three]
    assert [question.topic_id for question in after] == before
    assert {question.level for question in after} == {"apply"}
    assert {question.live_version.level for question in after} == {"apply"}
    draft = Draft.objects.get(question=three[0])
    assert (draft.item["level"], draft.item["topic"]) == ("apply", after[0].topic.slug)
    assert not draft.is_stale


def test_a_sitting_under_way_keeps_what_is_retired(session, exam, owner):
    asked = set(SessionItem.objects.filter(session=session).values_list("version", flat=True))
    bulk.retire_all(Question.objects.filter(exam=exam), by=owner)
    now = set(SessionItem.objects.filter(session=session).values_list("version", flat=True))
    assert asked == now


def test_every_change_of_an_action_is_on_record_together(three, owner):
    outcome = bulk.retire_all(three, by=owner)
    assert AuditEntry.objects.filter(batch=outcome.batch, actor=owner).count() == 3
