"""The weak-area report: computed once, from what counts, and found when lost."""

import threading
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from examapp.exams import services as exams
from examapp.exams.models import ExamSession, Score
from examapp.reports import tasks
from examapp.reports.models import WeakAreaReport
from examapp.reports.weak_areas import basis, compose, report
from examapp.reports.weak_areas.report import sittings
from questions.models import Domain, Question, Task, Topic
from tests.support.builders import entry, make_exam, make_user, regrade_with_key, right_response
from tests.support.races import together
from tests.support.sittings import answer_all, corrected, let_time_pass, save

pytestmark = pytest.mark.django_db


def test_a_report_ranks_the_weak_above_the_strong(finished):
    body = report.compute(finished.pk).body
    assert [row["number"][0] for row in body["topics"]] == ["1", "1", "2", "2"]
    weak, strong = body["domains"]
    assert weak["right"] == 0
    assert weak["estimate_percent"] < strong["estimate_percent"]
    assert weak["gain_points"] > strong["gain_points"]
    assert sum(row["n"] for row in body["tasks"]) == body["answers"] == 12


def test_computing_again_changes_nothing(finished):
    first = report.compute(finished.pk)
    assert report.compute(finished.pk).computed_at == first.computed_at
    assert WeakAreaReport.objects.count() == 1


def test_a_regraded_session_is_reported_anew(session):
    answer_all(session)
    exams.finish(session.pk)
    before = report.compute(session.pk)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    regrade_with_key(item.version, keyed_by=corrected(item.version), reason="Wrong key.")
    after = report.compute(session.pk)
    assert (before.pk, after.pk) == (after.pk, WeakAreaReport.objects.get().pk)
    assert after.score == session.scores.get(is_current=True)
    assert sum(row["right"] for row in after.body["tasks"]) == 11


@pytest.fixture
def regraded(candidate, exam):
    """Three sittings with reports, of which the first was graded by another key since."""
    sittings = []
    for _ in range(3):
        session = exams.start(candidate, exam=exam)
        answer_all(session)
        sittings.append(exams.finish(session.pk))
        report.compute(session.pk)
    later = sittings[1].items.values("version")
    own = sittings[0].items.filter(is_scored=True, version__type="multiple_choice")
    item = own.exclude(version__in=later).first()
    regrade_with_key(item.version, keyed_by=corrected(item.version), reason="Wrong key.")
    return sittings


def rights(session):
    body = WeakAreaReport.objects.current().get(session=session).body
    return sum(row["right"] for row in body["tasks"])


def test_later_reports_that_pool_a_regraded_session_are_reported_anew(regraded):
    """The message of the regraded session asks for those that rest on it too."""
    first, second, _ = regraded
    assert second.scores.count() == 1
    assert not WeakAreaReport.objects.current().exists()
    stale = {each.session_id: each.computed_at for each in WeakAreaReport.objects.all()}
    tasks.compute(str(first.pk))
    assert rights(first) == 11
    body = WeakAreaReport.objects.current().get(session=second).body
    assert sum(row["right"] for row in body["tasks"]) == body["answers"] - 1
    again = WeakAreaReport.objects.current().filter(session__in=regraded)
    assert all(each.computed_at > stale[each.session_id] for each in again)
    assert again.count() == 3
    done = {each.pk: each.computed_at for each in again}
    tasks.compute(str(first.pk))
    assert {each.pk: each.computed_at for each in WeakAreaReport.objects.all()} == done


def test_the_record_of_a_candidate_and_the_sweep_agree_on_what_is_reported(regraded):
    """The rule is written twice: for a candidate's sittings, and for a query of any."""
    first, second, third = regraded

    def reported():
        rows = sittings(third.pk)
        assert {row.session for row in rows} == {each.pk for each in regraded}
        own = {row.session for row in rows if row.is_reported}
        current = WeakAreaReport.objects.current()
        assert own == set(current.values_list("session", flat=True))
        return own

    assert reported() == set()
    report.compute(second.pk)
    assert reported() == {second.pk}
    tasks.compute(str(first.pk))
    assert reported() == {first.pk, second.pk, third.pk}
    WeakAreaReport.objects.filter(session=second.pk).update(estimator="an older one")
    assert reported() == {first.pk, third.pk}
    # Of two that ended in one moment each rests on the other.
    ExamSession.objects.filter(pk=second.pk).update(finished_at=first.finished_at)
    report.compute(second.pk)
    assert reported() == {first.pk, second.pk, third.pk}


def test_the_sweep_finds_reports_that_a_regrade_overtook(regraded):
    assert report.compute_missing() == 3
    assert report.compute_missing() == 0


def test_a_regrade_leaves_the_reports_of_others_and_of_before(candidate, exam, session):
    answer_all(session)
    early = exams.finish(session.pk)
    report.compute(early.pk)
    other = make_user()
    theirs = exams.start(other, exam=make_exam())
    answer_all(theirs)
    report.compute(exams.finish(theirs.pk).pk)
    late = exams.start(candidate, exam=exam)
    answer_all(late)
    exams.finish(late.pk)
    report.compute(late.pk)
    asked = early.items.values("version")
    item = (
        late.items.filter(is_scored=True, version__type="multiple_choice")
        .exclude(version__in=asked)
        .first()
    )
    regrade_with_key(item.version, keyed_by=corrected(item.version), reason="Wrong key.")
    current = WeakAreaReport.objects.current()
    assert set(current.values_list("session", flat=True)) == {early.pk, theirs.pk}


def test_a_blank_says_nothing(session):
    item = session.items.select_related("version", "keyed_by").first()
    save(session, entry(item.position, right_response(item)))
    exams.finish(session.pk)
    body = report.compute(session.pk).body
    assert (body["answers"], body["blank"]) == (1, 11)
    assert [row["n"] for row in body["topics"]].count(1) == 1
    assert len(body["topics"]) == 4


def test_answers_to_topics_that_left_the_exam_are_stated(finished):
    other = make_exam()
    topic = Topic.objects.filter(task__domain__exam=other).first()
    moved = finished.items.first()
    finished.items.filter(pk=moved.pk).update(topic=topic)
    body = report.compute(finished.pk).body
    assert (body["answers"], body["outside"]) == (12, 1)
    assert sum(row["n"] for row in body["tasks"]) == 11


def test_a_domain_without_questions_is_stated_not_hidden(finished):
    domain = Domain.objects.create(exam=finished.exam, number=3, title="New", weight=20)
    Task.objects.create(domain=domain, number="3.1", title="New task")
    row = report.compute(finished.pk).body["domains"][-1]
    assert (row["title"], row["n"], row["verdict"]) == ("New", 0, "too_few")


def test_the_newest_answer_to_a_question_counts(candidate, exam, finished):
    for _ in range(2):
        session = exams.start(candidate, exam=exam)
        answer_all(session)
        exams.finish(session.pk)
    # The third sitting asked the first one's questions again, and all were right.
    body = report.compute(session.pk).body
    assert (body["answers"], body["exams"]) == (24, 2)
    assert all(row["right"] == row["n"] for row in body["tasks"])


def test_an_older_report_does_not_see_what_came_later(candidate, exam, finished):
    later = exams.start(candidate, exam=exam)
    answer_all(later)
    let_time_pass(finished, hours=2)
    finished.refresh_from_db()
    exams.finish(later.pk)
    assert report.compute(finished.pk).body["answers"] == 12


def test_an_open_session_has_no_report(session):
    assert report.compute(session.pk) is None


def test_lost_reports_are_found(finished):
    assert report.compute_missing() == 1
    assert report.compute_missing() == 0
    assert WeakAreaReport.objects.get().session == finished


def test_one_that_fails_stops_no_other(candidate, exam, finished, monkeypatch):
    other = exams.start(candidate, exam=exam)
    exams.finish(other.pk)
    compute = report.compute

    def fail_for_the_first(session_id):
        if session_id == finished.pk:
            raise RuntimeError("poison")
        return compute(session_id)

    monkeypatch.setattr(report, "compute", fail_for_the_first)
    assert report.compute_missing() == 1
    assert WeakAreaReport.objects.get().session == other


def test_a_report_costs_the_same_for_any_number_of_answers(candidate, exam, finished):
    def cost(session):
        with CaptureQueriesContext(connection) as asked:
            report.compute(session.pk)
        return len(asked)

    def later():
        session = exams.start(candidate, exam=exam)
        answer_all(session)
        return exams.finish(session.pk)

    report.compute(finished.pk)
    assert cost(later()) == cost(later()) <= 11


@pytest.mark.django_db(transaction=True)
def test_a_task_that_is_delivered_twice_at_once_makes_one_report(finished, monkeypatch):
    body, made = compose.report_body, []
    monkeypatch.setattr(compose, "report_body", lambda *args: made.append(1) or body(*args))
    reports = together(*[lambda: report.compute(finished.pk).pk] * 3)
    assert len(set(reports)) == WeakAreaReport.objects.count() == len(made) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_it_is_computed_twice(finished, monkeypatch):
    body, made, both = compose.report_body, [], threading.Barrier(2)

    def body_once_both_are_here(*args):
        both.wait(10)
        made.append(1)
        return body(*args)

    monkeypatch.setattr(compose, "report_body", body_once_both_are_here)
    monkeypatch.setattr(
        type(Score.objects.all()), "select_for_update", lambda self, **options: self
    )
    monkeypatch.setattr(report, "_lock_standing", lambda *args, **options: False)

    def computed():
        # A score has one report at most: at times the second is refused, once it is computed.
        with suppress(IntegrityError):
            report.compute(finished.pk)

    together(*[computed] * 2)
    assert len(made) == 2


def test_a_sweep_takes_up_what_a_regrade_asks_for(session):
    answer_all(session)
    exams.finish(session.pk)
    report.compute(session.pk)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    regrade_with_key(item.version, keyed_by=corrected(item.version), reason="Wrong key.")
    assert report.compute_missing() == 1
    assert WeakAreaReport.objects.get().score == session.scores.get(is_current=True)


def test_evidence_of_others_and_of_other_exams_stays_out(outsider, candidate, exam, finished):
    for person, each in ((outsider, exam), (candidate, make_exam())):
        other = exams.start(person, exam=each)
        answer_all(other)
        exams.finish(other.pk)
    again = exams.start(candidate, exam=exam)
    exams.finish(again.pk)
    body = report.compute(again.pk).body
    assert (body["answers"], body["blank"], body["exams"]) == (12, 12, 1)


# --- What a report stands on is kept in memory, and no longer than it is true --------------------


def test_a_second_report_reads_the_exam_no_more(finished, candidate, exam):
    report.compute(finished.pk)
    WeakAreaReport.objects.all().delete()
    with CaptureQueriesContext(connection) as asked:
        report.compute(finished.pk)
    assert not [sql for sql in asked.captured_queries if "topics__slug" in sql["sql"]]
    assert len(asked) <= 12


@pytest.mark.parametrize("change", ["retired", "moved", "renamed", "weighed", "new task"])
def test_a_changed_exam_is_read_anew(finished, exam, change):
    report.compute(finished.pk)
    before = basis.exam_basis(exam)
    question = Question.objects.pool(exam).first()
    task = Task.objects.filter(domain__exam=exam).first()
    other = Topic.objects.filter(task__domain__exam=exam).exclude(pk=question.topic_id).first()
    {
        "retired": lambda: Question.objects.filter(pk=question.pk).update(status="retired"),
        "moved": lambda: Question.objects.filter(pk=question.pk).update(topic=other),
        "renamed": lambda: Topic.objects.filter(pk=other.pk).update(title="Another name"),
        "weighed": lambda: Domain.objects.filter(pk=task.domain_id).update(weight=61),
        "new task": lambda: Task.objects.create(domain=task.domain, number="1.9", title="New"),
    }[change]()
    after = basis.exam_basis(exam)
    assert after is not before
    assert (after.plan.levels, after.plan.outline.shares, after.asked) != (
        before.plan.levels,
        before.plan.outline.shares,
        before.asked,
    )
    assert basis.exam_basis(exam) is after


def test_an_answer_to_a_question_that_was_retired_still_counts(finished):
    Question.objects.filter(exam=finished.exam).update(status="retired")
    keep = Question.objects.filter(exam=finished.exam).first()
    Question.objects.filter(pk=keep.pk).update(status="published")
    body = report.compute(finished.pk).body
    assert body["answers"] == sum(row["n"] for row in body["tasks"]) == 12
