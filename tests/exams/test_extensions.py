"""More time for one who has begun, and a sitting that goes on after its end."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from examapp.exams import services
from examapp.exams.models import ExamSession, TimeExtension
from examapp.exams.timing import Allowance
from tests.support.builders import right_response
from tests.support.races import right_save, store
from tests.support.sittings import answer_all, let_time_pass

pytestmark = pytest.mark.django_db


def test_more_time_moves_the_deadline_and_is_on_record(session, instructor):
    before = session.deadline_at
    (extended,) = services.extend([session.pk], minutes=10, reason="Fire drill", by=instructor)
    session.refresh_from_db()
    assert session.deadline_at == extended.deadline_at == before + timedelta(minutes=10)
    entry = TimeExtension.objects.get()
    assert (entry.session, entry.minutes, entry.reason) == (session, 10, "Fire drill")
    assert (entry.given_by, entry.deadline_at) == (instructor, session.deadline_at)


@pytest.mark.parametrize("minutes", [0, -5, 601])
def test_more_time_is_bounded(session, instructor, minutes):
    with pytest.raises(ValueError, match="give 1 to 600"):
        services.extend([session.pk], minutes=minutes, reason="", by=instructor)


def test_who_has_ended_gets_no_more_time(session, instructor):
    services.finish(session.pk)
    before = ExamSession.objects.get().deadline_at
    assert services.extend([session.pk], minutes=10, reason="", by=instructor) == []
    assert (ExamSession.objects.get().deadline_at, TimeExtension.objects.count()) == (before, 0)


def test_whose_time_ran_out_gets_no_more_though_nobody_swept_yet(session, instructor):
    let_time_pass(session, minutes=31)
    assert services.extend([session.pk], minutes=10, reason="", by=instructor) == []


def test_the_room_learns_it_with_its_next_clock(session, instructor):
    save = right_save(session)
    before = services.save_answers(session.pk, candidate=session.candidate, saves=[save])
    services.extend([session.pk], minutes=10, reason="", by=instructor)
    after = services.save_answers(session.pk, candidate=session.candidate, saves=[])
    assert after.deadline_at - before.deadline_at == timedelta(minutes=10)


def test_an_answer_in_the_added_time_counts(session, instructor):
    let_time_pass(session, minutes=29)
    services.extend([session.pk], minutes=10, reason="", by=instructor)
    let_time_pass(session, minutes=8)
    assert services.sweep() == 0
    assert store(session, right_save(session)).outcome == "saved"
    let_time_pass(session, minutes=4)
    assert services.sweep() == 1


# --- Limits of a start ----------------------------------------------------------------------------


def test_a_sitting_ends_when_its_window_closes(candidate, exam):
    drawn = services.prepare(candidate, exam=exam, form=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    allowance = Allowance(30, closes_at=now + timedelta(minutes=20))
    session, is_new = services.begin(candidate, exam=exam, drawn=drawn, allowance=allowance)
    assert is_new
    assert session.deadline_at == allowance.closes_at


def test_a_start_that_the_close_overtakes_is_over_at_once(candidate, exam):
    drawn = services.prepare(candidate, exam=exam, form=None)
    allowance = Allowance(30, closes_at=timezone.now() - timedelta(days=1))
    session, _ = services.begin(candidate, exam=exam, drawn=drawn, allowance=allowance)
    assert session.deadline_at - session.started_at == timedelta(seconds=1)


# --- Reopened -------------------------------------------------------------------------------------


def test_a_reopened_sitting_has_the_paper_and_the_answers_and_keeps_the_earlier_score(session):
    answer_all(session, right_response)
    services.finish(session.pk)
    after = services.reopen(session.pk, minutes=15)
    assert after.deadline_at - after.started_at == timedelta(minutes=15)
    columns = ("position", "version", "shuffle", "is_scored", "response", "revision", "topic")
    assert list(after.items.values_list(*columns)) == list(session.items.values_list(*columns))
    assert session.scores.get().is_pass
    answer_all(after, lambda item: None)
    services.finish(after.pk)
    assert (session.scores.get().credit, after.scores.get().credit) == (10, 0)


def test_what_has_not_ended_is_not_reopened(session):
    with pytest.raises(services.SessionStillOpen):
        services.reopen(session.pk, minutes=15)


def test_one_sitting_holds_at_a_time_also_for_one_that_is_reopened(session):
    services.finish(session.pk)
    services.start(session.candidate, exam=session.exam)
    with pytest.raises(services.AnotherSittingOpen):
        services.reopen(session.pk, minutes=15)
