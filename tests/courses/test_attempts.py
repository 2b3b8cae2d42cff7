"""Attempts: limits frozen at the start, counted under a lock, ended and reopened by staff."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from examapp.accounts.models import Accommodation
from examapp.courses.models import Assignment, Attempt, CodeTry, Membership
from examapp.courses.services import assignments, attempts
from examapp.courses.services.errors import (
    AttemptsUsed,
    Closed,
    CodeLocked,
    CodeWrong,
    CourseError,
    Excused,
    InAnotherSitting,
    NotAMember,
    NotGiven,
    NotOpenYet,
)
from examapp.exams import services as exams
from examapp.exams.models import ExamSession, TimeExtension
from questions.models import Topic
from tests.support.builders import make_user
from tests.support.courses import add_member, make_assignment, make_course
from tests.support.races import ROUNDS, together
from tests.support.sittings import let_time_pass

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return add_member(make_course())


def start(member, assignment, **options):
    return attempts.start(member.user, assignment=assignment, **options)


def test_a_start_makes_an_attempt_with_the_limits_as_they_are(member):
    Accommodation.objects.create(user=member.user, extra_minutes=10)
    assignment = make_assignment(member.course, minutes=20)
    attempt = start(member, assignment)
    session = attempt.session
    assert (session.base_minutes, session.extra_minutes) == (20, 10)
    assert session.deadline_at - session.started_at == timedelta(minutes=30)
    assert (attempt.number, attempt.extra_source) == (1, "person")
    Assignment.objects.update(minutes=5)
    session.refresh_from_db()
    assert session.base_minutes == 20


def test_starting_again_goes_on_with_what_is_open(member):
    assignment = make_assignment(member.course)
    assert start(member, assignment) == start(member, assignment)


def test_a_sitting_ends_when_the_window_closes(member):
    closes = timezone.now() + timedelta(minutes=10)
    attempt = start(member, make_assignment(member.course, closes_at=closes))
    assert attempt.session.deadline_at == closes


def test_what_was_begun_may_be_finished_where_the_policy_says_so(member):
    closes = timezone.now() + timedelta(minutes=10)
    assignment = make_assignment(member.course, closes_at=closes, late_policy="finish")
    session = start(member, assignment).session
    assert session.deadline_at - session.started_at == timedelta(minutes=30)


def test_an_override_moves_the_end_for_one(member):
    closes = timezone.now() + timedelta(minutes=10)
    assignment = make_assignment(member.course, closes_at=closes)
    later = assignments.Exemption(closes_at=closes + timedelta(minutes=5))
    assignments.set_override(
        assignment, by=member.course.made_by, membership=member, exemption=later
    )
    assert start(member, assignment).session.deadline_at == later.closes_at
    assert start(add_member(member.course), assignment).session.deadline_at == closes


def test_an_override_for_a_group_holds_for_its_members_alone(member):
    assignment = make_assignment(member.course)
    assignments.set_override(
        assignment,
        by=member.course.made_by,
        group="evening",
        exemption=assignments.Exemption(minutes=45),
    )
    other = add_member(member.course, group="evening")
    assert start(member, assignment).session.base_minutes == 30
    assert start(other, assignment).session.base_minutes == 45


# --- What stands against a start ------------------------------------------------------------------

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"opens_at": HOUR, "closes_at": 2 * HOUR}, NotOpenYet),
        ({"opens_at": -2 * HOUR, "closes_at": -HOUR}, Closed),
        ({"published_at": None}, NotGiven),
    ],
)
def test_a_start_outside_of_the_window_is_refused(member, fields, error):
    now = timezone.now()
    values = {name: value and now + value for name, value in fields.items()}
    with pytest.raises(error):
        start(member, make_assignment(member.course, **values))
    assert ExamSession.objects.count() == 0


@pytest.mark.parametrize("state", ["left", "invited"])
def test_only_who_is_in_the_course_starts(state):
    course, person = make_course(), make_user()
    add_member(course, person, state=state)
    with pytest.raises(NotAMember):
        attempts.start(person, assignment=make_assignment(course))


def test_an_assignment_for_others_is_not_given(member):
    assignment = make_assignment(member.course, published_at=None)
    other = add_member(member.course)
    assignments.publish(assignment, by=member.course.made_by, to=[other])
    assignment.refresh_from_db()
    with pytest.raises(NotGiven):
        start(member, assignment)
    assert start(other, assignment).number == 1


def test_who_is_excused_does_not_start_and_keeps_what_was_begun(member):
    assignment = make_assignment(member.course, attempts=2)
    begun = start(member, assignment)
    assignments.excuse(assignment, by=member.course.made_by, members=[member])
    assert start(member, assignment) == begun
    exams.finish(begun.session_id)
    with pytest.raises(Excused):
        start(member, assignment)
    assert member.attempts.get() == begun


def test_a_late_joiner_gets_what_is_open_and_not_what_has_closed(member):
    now = timezone.now()
    closed = make_assignment(member.course, closes_at=now - HOUR, opens_at=now - 9 * HOUR)
    late = add_member(member.course)
    with pytest.raises(Closed):
        start(late, closed)
    assert start(late, make_assignment(member.course)).number == 1


def test_one_sitting_of_an_exam_holds_also_over_two_courses(member):
    exam = member.course.exams.get()
    other_course = make_course(exam=exam)
    elsewhere = add_member(other_course, member.user)
    here = start(member, make_assignment(member.course))
    with pytest.raises(InAnotherSitting) as refused:
        start(elsewhere, make_assignment(other_course))
    assert refused.value.session == here.session
    assert Attempt.objects.get().assignment.course == member.course


def test_a_mock_exam_of_one_s_own_is_never_taken_for_an_attempt(member):
    own = exams.start(member.user, exam=member.course.exams.get())
    with pytest.raises(InAnotherSitting):
        start(member, make_assignment(member.course))
    assert not hasattr(ExamSession.objects.get(pk=own.pk), "attempt")


def test_attempts_run_out_and_staff_may_give_another(member):
    assignment = make_assignment(member.course)
    exams.finish(start(member, assignment).session_id)
    with pytest.raises(AttemptsUsed):
        start(member, assignment)
    assignments.set_override(
        assignment,
        by=member.course.made_by,
        membership=member,
        exemption=assignments.Exemption(extra_attempts=1),
    )
    assert start(member, assignment).number == 2


def test_without_a_limit_attempts_go_on(member):
    assignment = make_assignment(member.course, attempts=None)
    for number in (1, 2, 3):
        attempt = start(member, assignment)
        assert attempt.number == number
        exams.finish(attempt.session_id)


@pytest.mark.django_db(transaction=True)
def test_the_last_attempt_is_taken_once():
    for _ in range(ROUNDS):
        member = add_member(make_course())
        assignment = make_assignment(member.course)
        exams.finish(start(member, assignment).session_id)
        assignments.set_override(
            assignment,
            by=member.course.made_by,
            membership=member,
            exemption=assignments.Exemption(extra_attempts=1),
        )
        taken = together(*[lambda: start(member, assignment).pk] * 3)  # noqa: B023
        assert len(set(taken)) == 1
        assert member.attempts.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", [1, 2, None])
@pytest.mark.parametrize(("kind", "count"), [("mix_each", None), ("practice", 3)])
def test_what_another_tab_began_meanwhile_is_gone_on_with(monkeypatch, kind, count, limit):
    """Between the look for an open attempt and the count of those that are used."""
    member = add_member(make_course())
    assignment = make_assignment(member.course, kind=kind, attempts=limit, question_count=count)
    check, others = attempts.check, []

    def check_once_another_began(*args, **options):
        monkeypatch.setattr(attempts, "check", check)
        others.extend(together(lambda: start(member, assignment)))
        check(*args, **options)

    monkeypatch.setattr(attempts, "check", check_once_another_began)
    assert [start(member, assignment)] == others
    assert member.attempts.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_membership_s_lock_one_attempt_too_many_is_taken(monkeypatch):
    """Two who start, end and start again between the count and the write."""
    member = add_member(make_course())
    assignment = make_assignment(member.course)
    monkeypatch.setattr(attempts, "_held", lambda each: each)
    checked = attempts.check

    def checked_and_overtaken(*args, **options):
        checked(*args, **options)
        if connection.in_atomic_block and not Attempt.objects.exists():
            # Another tab has begun and ended meanwhile.
            monkeypatch.setattr(attempts, "check", checked)
            together(lambda: exams.finish(start(member, assignment).session_id))

    monkeypatch.setattr(attempts, "check", checked_and_overtaken)
    start(member, assignment)
    assert member.attempts.count() == 2
    assert assignment.attempts == 1


# --- Access codes ---------------------------------------------------------------------------------


def test_an_access_code_is_asked_for(member):
    assignment = make_assignment(member.course, access_code="Spruce")
    with pytest.raises(CodeWrong):
        start(member, assignment)
    assert start(member, assignment, code=" spruce ").number == 1


def test_five_wrong_codes_close_the_door_for_a_while(member):
    assignment = make_assignment(member.course, access_code="spruce")
    lefts = []
    for _ in range(4):
        with pytest.raises(CodeWrong) as wrong:
            start(member, assignment, code="oak")
        lefts.append(wrong.value.left)
    assert lefts == [4, 3, 2, 1]
    for code in ("oak", "spruce"):
        with pytest.raises(CodeLocked):
            start(member, assignment, code=code)
    other = add_member(member.course)
    assert start(other, assignment, code="spruce").number == 1
    CodeTry.objects.update(last_at=timezone.now() - attempts.LOCKED_FOR)
    assert start(member, assignment, code="spruce").number == 1


def test_a_right_code_forgets_the_wrong_ones(member):
    assignment = make_assignment(member.course, access_code="spruce", attempts=None)
    for _ in range(3):
        for _ in range(3):
            with pytest.raises(CodeWrong):
                start(member, assignment, code="oak")
        exams.finish(start(member, assignment, code="spruce").session_id)


# --- Which questions ------------------------------------------------------------------------------


def questions_of(attempt):
    return list(attempt.session.items.values_list("version__question", flat=True))


def terms(course, **fields):
    return assignments.Terms(title="Mock", exam=course.exams.get(), **fields)


def test_one_mix_is_the_same_for_all(member):
    course = member.course
    dates = {"answers_release": "never", "explanations_release": "never"}
    made = assignments.create(
        course, by=course.made_by, terms=terms(course, kind="mix_one", **dates)
    )
    assignments.publish(made, by=course.made_by)
    made.refresh_from_db()
    one, two = (start(each, made) for each in (member, add_member(course)))
    assert questions_of(one) == questions_of(two)


def test_a_practice_assignment_is_a_set_of_its_topics(member):
    course = member.course
    topic = Topic.objects.filter(task__domain__exam=course.exams.get()).first()
    assignment = make_assignment(course, kind="practice", question_count=3, attempts=None)
    assignment.topics.add(topic)
    attempt = start(member, assignment)
    assert attempt.session is None
    assert set(attempt.practice_set.items.values_list("topic", flat=True)) == {topic.pk}
    assert start(member, assignment) == attempt


# --- Staff ----------------------------------------------------------------------------------------


def test_a_reopened_attempt_keeps_the_earlier_score_and_uses_no_attempt(member):
    assignment = make_assignment(member.course)
    first = start(member, assignment)
    exams.finish(first.session_id)
    again = attempts.reopen(first, by=member.course.made_by, minutes=15)
    assert attempts.reopen(first, by=member.course.made_by, minutes=15) == again
    assert (again.number, again.reopens) == (2, first)
    assert start(member, assignment) == again
    assert list(Attempt.objects.counting()) == [first]
    exams.finish(again.session_id)
    assert list(Attempt.objects.counting()) == [again]
    assert first.session.scores.count() == 1
    with pytest.raises(AttemptsUsed):
        start(member, assignment)


def test_staff_end_what_is_open_and_nothing_else(member):
    assignment = make_assignment(member.course, attempts=2)
    ended = start(member, assignment)
    exams.finish(ended.session_id)
    running = start(member, assignment)
    assert attempts.end_now([ended, running], by=member.course.made_by) == 1
    running.session.refresh_from_db()
    assert not running.session.is_open


def test_more_time_for_some_is_on_record(member):
    assignment = make_assignment(member.course)
    running = start(member, assignment)
    extended = attempts.give_time([running], by=member.course.made_by, minutes=10, reason="Drill")
    assert [each.session_id for each in extended] == [running.session_id]
    assert TimeExtension.objects.get().reason == "Drill"


def test_the_window_shuts_while_the_room_is_open(member):
    assignment = make_assignment(member.course, closes_at=timezone.now() + timedelta(minutes=10))
    attempt = start(member, assignment)
    let_time_pass(attempt.session, minutes=11)
    exams.sweep()
    attempt.session.refresh_from_db()
    assert attempt.session.finish_reason == "expired"
    assert attempt.session.scores.count() == 1


def test_a_sitting_of_an_assignment_is_neither_discarded_nor_left_out(member):
    attempt = start(member, make_assignment(member.course))
    with pytest.raises(exams.SittingCounts):
        exams.discard(attempt.session_id, candidate=member.user)


def test_reminders_go_once_a_day_to_who_has_not_begun(member):
    assignment = make_assignment(member.course)
    other = add_member(member.course)
    start(other, assignment)
    people = Membership.objects.all()
    by = member.course.made_by
    assert assignments.remind(assignment, by=by, members=people) == 1
    assert assignments.remind(assignment, by=by, members=people) == 0


def test_every_refusal_has_a_name():
    assert all(issubclass(each, CourseError) for each in (Closed, CodeLocked, NotGiven))
