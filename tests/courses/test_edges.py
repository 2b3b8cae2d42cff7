"""What happens to a course when things around it change, and when two things happen at once."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from examapp.courses.models import Assignment, Attempt, Letter
from examapp.courses.pages.gradebook_page import book
from examapp.courses.pages.sitters import sitters
from examapp.courses.pages.taken import attempts_of, taken
from examapp.courses.services import assignments, attempts, sweeps
from examapp.courses.services.terms import limits_of
from examapp.exams import services as exams
from examapp.exams.models import AnswerEvent, ExamSession, SessionItem
from questions.models import Exam, Question
from tests.support.builders import regrade_with_key, right_response
from tests.support.classes import begin, make_class
from tests.support.courses import add_member, make_assignment, make_course
from tests.support.races import ROUNDS, Held, Waiting, right_save, store, together
from tests.support.sittings import answer_all, corrected, let_time_pass

pytestmark = pytest.mark.django_db


def page_of(taught, page):
    return taught.client(taught.teacher).get(taught.address(page)).context["page"]


# --- The same person, twice -----------------------------------------------------------------------


def test_an_attempt_belongs_to_the_course_it_was_started_from():
    taught = make_class(1, right=1)
    person, exam = taught.members[0].user, taught.assignment.exam
    other = make_course(exam=exam)
    member = add_member(other, person)
    given = make_assignment(other)
    assert attempts_of(given) == []
    assert [each.state for each in sitters(given)] == ["not"]
    exams.finish(begin(member, given, all_right=False).pk)
    assert [each.scaled for each in attempts_of(given)] == [100]
    assert [each.scaled for each in attempts_of(taught.assignment)] == [1000]


# --- The clock ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("closes_at", "moment"),
    [
        # The day before the clock goes forward, and the day itself.
        ("2027-03-27T18:00", datetime(2027, 3, 27, 17, tzinfo=UTC)),
        ("2027-03-28T18:00", datetime(2027, 3, 28, 16, tzinfo=UTC)),
        ("2027-10-31T18:00", datetime(2027, 10, 31, 17, tzinfo=UTC)),
    ],
)
def test_a_due_date_on_the_day_of_a_clock_change_is_of_the_course_s_clock(
    client, closes_at, moment
):
    course = make_course(zone="Europe/Berlin")
    add_member(course)
    client.force_login(course.made_by)
    reply = client.post(
        reverse("courses:new_assignment", args=[course.pk]), form(course, closes_at)
    )
    assert reply.status_code == 302, reply.context["form"].errors
    made = Assignment.objects.get()
    assert made.closes_at == moment
    page = client.get(reverse("courses:assignment", args=[course.pk, made.pk]))
    assert f'value="{closes_at}"' in page.content.decode()


@pytest.mark.parametrize("closes_at", ["2027-03-28T02:30", "2027-10-31T02:30"])
def test_a_time_that_the_clock_skips_or_has_twice_is_asked_for_again(client, closes_at):
    course = make_course(zone="Europe/Berlin")
    client.force_login(course.made_by)
    page = client.post(reverse("courses:new_assignment", args=[course.pk]), form(course, closes_at))
    assert page.status_code == 422
    assert "closes_at" in page.context["form"].errors
    assert f'value="{closes_at}"' in page.content.decode()


def form(course, closes_at):
    return {
        "title": "Mock 1",
        "exam": course.exams.get().pk,
        "source": "own",
        "opens_at": "2027-03-01T08:00",
        "closes_at": closes_at,
        "tries": "1",
        "at_close": "hard_close",
        "scores": "at_once",
        "answers": "after_close",
        "explanations": "after_close",
        "counts": "best",
        "do": "give",
    }


# --- The bank changes -----------------------------------------------------------------------------


def test_a_corrected_key_reaches_results_gradebook_and_letters():
    taught = make_class(5, right=5)
    session = taught.members[0].attempts.get().session
    scored = session.items.filter(is_scored=True, version__type="multiple_choice")
    version = scored.exclude(version__key__right=[1]).first().version
    regrade_with_key(version, keyed_by=corrected(version, (1,)), reason="Wrong key.")
    changed = [each for each in taken(taught.assignment).people if each.was_changed]
    assert {each.session for each in changed} == counting(version)
    assert session.pk in counting(version)
    assert all(each.scaled < 1000 for each in changed)
    assert "A right answer was corrected" in " ".join(page_of(taught, "results/").verdict.sentences)
    scores = taken(taught.assignment)
    assert page_of(taught, "results/").verdict.passed == scores.passed
    assert notes_of(taught).count("changed") == len(changed)
    sweeps.write_changed()
    assert Letter.objects.filter(kind="changed").count() == len(changed)


def test_a_corrected_key_of_a_question_that_does_not_count_changes_no_result():
    taught = make_class(2, right=2)
    member = add_member(taught.course)
    session = begin(member, taught.assignment, all_right=True)
    item = session.items.filter(version__type="multiple_choice").first()
    session.items.filter(pk=item.pk).update(is_scored=False)
    exams.finish(session.pk)
    version = item.version
    regrade_with_key(version, keyed_by=corrected(version, (1,)), reason="Wrong key.")
    assert session.scores.count() == 2
    changed = [each.session for each in taken(taught.assignment).people if each.was_changed]
    assert set(changed) == counting(version)
    assert session.pk not in changed
    assert notes_of(taught).count("changed") == len(changed)


def counting(version):
    """The sittings whose score a question is part of."""
    items = SessionItem.objects.filter(version=version, is_scored=True)
    return set(items.values_list("session", flat=True))


def notes_of(taught):
    gradebook = reverse("courses:gradebook", args=[taught.course.pk])
    rows = taught.client(taught.teacher).get(gradebook).context["page"].rows
    return [cell.note for row in rows for cell in row.cells]


def test_questions_that_were_retired_change_no_result():
    taught = make_class(5, right=2)
    before = taken(taught.assignment)
    Question.objects.update(status="retired")
    assert taken(taught.assignment) == before


def test_other_rules_of_the_exam_hold_for_who_has_not_begun_and_for_nobody_else():
    course = make_course()
    given = make_assignment(course)
    early, late = add_member(course), add_member(course)
    begun = attempts.start(early.user, assignment=given).session
    rules = begun.base_minutes, begun.raw_cut
    Exam.objects.filter(pk=given.exam_id).update(minutes=77, raw_cut="0.50")
    given = Assignment.objects.get(pk=given.pk)
    begun.refresh_from_db()
    assert (begun.base_minutes, begun.raw_cut) == rules
    after = attempts.start(late.user, assignment=given).session
    assert (after.base_minutes, float(after.raw_cut)) == (77, 0.5)
    assert limits_of(given, late).minutes == 77


# --- Staff ----------------------------------------------------------------------------------------


def test_a_trial_of_staff_counts_nowhere():
    taught = make_class(5, right=2)
    before = taken(taught.assignment), sitters(taught.assignment), page_of(taught, "questions/")
    session = exams.start(taught.teacher, exam=taught.assignment.exam)
    answer_all(session, right_response)
    exams.finish(session.pk)
    Attempt.objects.create(assignment=taught.assignment, membership=None, number=1, session=session)
    assert taken(taught.assignment) == before[0]
    assert sitters(taught.assignment) == before[1]
    assert page_of(taught, "questions/").lines == before[2].lines
    assert len(book(taught.course).grades) == 5
    sweeps.write_changed()
    assert not Letter.objects.exists()


# --- At the same moment ---------------------------------------------------------------------------


def sitting(*, minutes_left):
    """Return a sitting of an assignment whose window closes in so many minutes."""
    course = make_course()
    given = make_assignment(course, closes_at=timezone.now() + timedelta(minutes=5))
    session = attempts.start(add_member(course).user, assignment=given).session
    left = (session.deadline_at - timezone.now()).total_seconds() / 60
    let_time_pass(session, minutes=left - minutes_left)
    return session


@pytest.mark.django_db(transaction=True)
def test_a_save_that_the_closing_window_waits_for_is_scored():
    # Within the half minute of grace; the save is held until that is over.
    session = sitting(minutes_left=-0.45)
    session.refresh_from_db()
    held = Held(lambda: store(session, right_save(session)))
    over = session.deadline_at + timedelta(seconds=30.2) - timezone.now()
    time.sleep(max(0.0, over.total_seconds()))
    waiting = Waiting(lambda: exams.finish(session.pk, reason="expired"))
    held.commit()
    waiting.result()
    session.refresh_from_db()
    assert session.finish_reason == "expired"
    assert session.items.get(position=1).credit == 1
    assert session.scores.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_save_and_the_close_at_once_are_scored_or_late_and_never_lost():
    for _ in range(ROUNDS):
        # Half a minute of grace after the close, less some thousandths of a second.
        session = sitting(minutes_left=-0.4995)
        save = right_save(session)
        (stored, *_) = together(
            lambda: store(session, save),  # noqa: B023
            exams.sweep,
            exams.sweep,
        )
        # The close may still lie some thousandths of a second ahead.
        time.sleep(0.05)
        exams.finish(session.pk, reason="expired")
        session.refresh_from_db()
        item = session.items.get(position=1)
        event = AnswerEvent.objects.get(item=item)
        assert (item.response is not None) == (stored.outcome == "saved"), stored
        assert event.outcome == stored.outcome
        assert session.scores.count() == 1
        assert session.items.get(position=1).credit == (1 if stored.outcome == "saved" else 0)


@pytest.mark.django_db(transaction=True)
def test_more_time_and_the_sweep_at_the_close_give_time_or_a_score_and_never_both():
    for _ in range(ROUNDS):
        session = sitting(minutes_left=-0.4995)
        attempt = Attempt.objects.select_related("assignment__course").get(session=session)
        teacher = attempt.assignment.course.made_by
        given, _, _ = together(
            lambda: attempts.give_time([attempt], by=teacher, minutes=10),  # noqa: B023
            exams.sweep,
            exams.sweep,
        )
        # Where the sweeps came too early and the minutes too late, the next sweep ends it.
        exams.sweep()
        session = ExamSession.objects.get(pk=session.pk)
        assert session.is_open == bool(given)
        assert session.scores.count() == (0 if given else 1)


@pytest.mark.django_db(transaction=True)
def test_one_who_is_excused_while_starting_has_begun_or_not_and_nothing_between():
    for _ in range(ROUNDS):
        course = make_course()
        given = make_assignment(course)
        member = add_member(course)

        def begin_it():
            try:
                return attempts.start(member.user, assignment=given)  # noqa: B023
            except attempts.REFUSALS:
                return None

        begun, _ = together(
            begin_it,
            lambda: assignments.excuse(given, by=course.made_by, members=[member]),  # noqa: B023
        )
        assert member.attempts.count() == (1 if begun else 0)
        assert ExamSession.objects.of(member.user).count() == member.attempts.count()
