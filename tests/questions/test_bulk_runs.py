"""Many at once, as jobs: approved and published, counted, followed, taken up again, undone."""

import pytest
from django.urls import reverse

from questions.models import AuditEntry, BulkRun, Draft, Exam, ExamRole, Question
from questions.services import bulk, bulk_runs, bulk_undo, drafts
from questions.services.bulk import Outcome
from tests.questions.conftest import client_of, whole
from tests.support.builders import make_user

pytestmark = pytest.mark.django_db


def written(exam, topic, by, count, *, sent=True):
    """Drafts of someone's, in review if they are sent."""
    rows = []
    for _ in range(count):
        begun = drafts.create(exam, by=by, topic=topic)
        draft = drafts.save(begun, item=whole(begun), by=by, revision=1)
        rows.append(drafts.submit(draft, by=by) if sent else draft)
    return [draft.question_id for draft in rows]


def run(exam, action, keys, by):
    return bulk_runs.execute(bulk_runs.create(exam, action=action, questions=keys, by=by).pk)


def states(keys):
    return set(Question.objects.filter(pk__in=keys).values_list("status", flat=True))


def test_what_is_in_review_is_approved_and_undone(exam, topic, author, reviewer):
    keys = written(exam, topic, author, 3)
    done = run(exam, "approve", keys, reviewer)
    assert (done.status, done.changed, done.done, done.skipped) == ("done", 3, 3, {})
    assert states(keys) == {"approved"}
    undone = bulk_runs.execute(bulk_runs.create_undo(exam, done.batch, by=reviewer).pk)
    assert undone.changed == 3
    assert states(keys) == {"in_review"}
    assert not Draft.objects.filter(question__in=keys, approved_by__isnull=False).exists()


def test_approved_and_published_at_once_and_undone_as_one(exam, topic, author, reviewer):
    keys = written(exam, topic, author, 3)
    done = run(exam, "approve_publish", keys, reviewer)
    assert done.changed == 3
    assert states(keys) == {"published"}
    assert bulk_undo.undoable(exam, done.batch) == 3
    undone = bulk_runs.execute(bulk_runs.create_undo(exam, done.batch, by=reviewer).pk)
    assert undone.changed == 3
    assert states(keys) == {"in_review"}
    assert Draft.objects.filter(question__in=keys, stage="in_review").count() == 3


def test_what_is_left_is_counted_with_its_reason(exam, topic, author, reviewer):
    theirs = written(exam, topic, author, 1)
    own = written(exam, topic, reviewer, 2)
    unsent = written(exam, topic, author, 1, sent=False)
    live = list(Question.objects.published().filter(exam=exam).values_list("pk", flat=True)[:1])
    done = run(exam, "approve_publish", [*theirs, *own, *unsent, *live], reviewer)
    assert done.changed == 1
    assert {reason: len(refs) for reason, refs in done.skipped.items()} == {
        "You worked on this draft, so a colleague has to approve it.": 2,
        "It is a draft that was not sent for review.": 1,
        "It has no draft.": 1,
    }
    assert states(own) == {"in_review"}


def test_who_is_alone_publishes_drafts_too(exam, topic):
    teacher = make_user(role="instructor")
    ExamRole.objects.create(user=teacher, exam=exam, role="owner")
    keys = written(exam, topic, teacher, 2, sent=False)
    assert run(exam, "approve_publish", keys, teacher).changed == 0
    Exam.objects.filter(pk=exam.pk).update(allows_self_approval=True)
    assert run(exam, "approve_publish", keys, teacher).changed == 2
    assert states(keys) == {"published"}


def test_a_run_that_broke_off_goes_on_where_it_was_left(exam, topic, author, reviewer, monkeypatch):
    keys = written(exam, topic, author, 3)
    begun = bulk_runs.create(exam, action="approve", questions=keys, by=reviewer)
    real, seen = bulk.approve, []

    def breaks(draft, **options):
        seen.append(draft.question_id)
        if len(seen) == 3:
            raise MemoryError
        return real(draft, **options)

    monkeypatch.setattr(bulk, "approve", breaks)
    assert bulk_runs.execute(begun.pk).status == "failed"
    monkeypatch.setattr(bulk, "approve", real)
    BulkRun.objects.filter(pk=begun.pk).update(status="queued", finished_at=None)
    done = bulk_runs.execute(begun.pk)
    assert (done.changed, done.skipped) == (3, {})
    assert AuditEntry.objects.filter(batch=done.batch, verb="approved").count() == 3


def test_a_run_is_done_once(exam, topic, author, reviewer):
    keys = written(exam, topic, author, 1)
    done = run(exam, "approve", keys, reviewer)
    assert bulk_runs.execute(done.pk).changed == 1
    assert AuditEntry.objects.filter(batch=done.batch).count() == 1


def test_questions_of_another_exam_are_left_alone(exam, topic, author, stranger):
    keys = written(exam, topic, author, 1)
    other = ExamRole.objects.get(user=stranger).exam
    assert run(other, "approve", keys, stranger).changed == 0
    assert states(keys) == {"in_review"}


def test_progress_is_stored_as_it_goes_on(exam, author, monkeypatch):
    begun = bulk_runs.create(exam, action="retire", questions=range(60), by=author)
    followed = bulk_runs._Followed(begun)
    for number in range(1, 61):
        followed.report(Outcome(looked_at=number))
        begun.refresh_from_db()
        assert begun.done == number - number % 25


def test_a_long_run_has_a_page_of_its_own(exam, topic, author, reviewer, monkeypatch):
    monkeypatch.setattr("questions.views.bulk.AT_ONCE", 1)
    keys = written(exam, topic, author, 2)
    web = client_of(reviewer)
    data = {"action": "approve_publish", "pick": keys, "query": "status=in_review"}
    address = reverse("questions:bulk", args=[exam.code])
    assert "Approve and publish: 2 questions?" in " ".join(
        web.post(address, data).content.decode().split()
    )
    reply = web.post(address, data | {"confirm": "yes", "expected": 2})
    begun = BulkRun.objects.get()
    assert reply["Location"] == reverse("questions:bulk_run", args=[exam.code, begun.pk])
    page = web.get(reply["Location"]).content.decode()
    assert "0 of 2 questions done." in " ".join(page.split())
    bulk_runs.execute(begun.pk)
    page = " ".join(web.get(reply["Location"]).content.decode().split())
    assert "2 questions changed." in page
    assert "Undo for 2 questions" in page
    assert web.get(reply["Location"], headers={"HX-Request": "true"}).content.strip()[:4] == b"<div"


def test_authors_approve_nothing(exam, topic, author):
    keys = written(exam, topic, author, 1)
    data = {"action": "approve_publish", "pick": keys, "confirm": "yes", "expected": 1}
    client_of(author).post(reverse("questions:bulk", args=[exam.code]), data)
    assert states(keys) == {"in_review"}
    page = client_of(author).get(reverse("questions:bank", args=[exam.code])).content.decode()
    assert 'value="approve' not in page
