"""Ends, sweeps and saves at once, with real threads. The twins run without the guard."""

import threading
from contextlib import suppress

import pytest
from django.db import IntegrityError

from examapp.exams import services, timing
from examapp.exams.models import AnswerEvent, ExamSession, Score
from examapp.exams.services.finish import _finish_if_due
from tests.support.processes import wait_for
from tests.support.races import ROUNDS, Held, Waiting, right_save, store, together, without
from tests.support.sittings import let_time_pass

pytestmark = pytest.mark.django_db(transaction=True)


# --- Two ends -------------------------------------------------------------------------------------


def test_two_ends_at_once_score_once(sitting):
    for _ in range(ROUNDS):
        session = sitting()
        together(*[lambda: services.finish(session.pk)] * 4)
        assert session.scores.count() == 1


@pytest.mark.parametrize("end", [services.finish, lambda session_id: services.sweep()])
def test_without_the_lock_two_ends_collide(sitting, monkeypatch, end):
    session = sitting()
    let_time_pass(session, hours=1)
    monkeypatch.setattr(
        type(ExamSession.objects.all()), "select_for_update", lambda self, **options: self
    )
    both_have_read = threading.Barrier(2)
    is_over = timing.is_over

    def is_over_once_both_have_read(*args, **fields):
        both_have_read.wait(10)
        return is_over(*args, **fields)

    collisions = []
    score = services.score.score

    def score_or_collide(each):
        try:
            return score(each)
        except IntegrityError as error:
            collisions.append(error)
            raise

    monkeypatch.setattr(timing, "is_over", is_over_once_both_have_read)
    monkeypatch.setattr(services.score, "score", score_or_collide)

    def end_anyway():
        with suppress(IntegrityError):
            end(session.pk)

    together(end_anyway, end_anyway)
    assert len(collisions) == 1


def test_two_sweeps_at_once_share_the_work(sitting):
    sessions = [sitting() for _ in range(6)]
    for session in sessions:
        let_time_pass(session, hours=1)
    assert sum(together(services.sweep, services.sweep)) == 6
    assert Score.objects.count() == 6


def test_a_sweep_passes_over_what_another_one_holds(sitting, caplog):
    held_one, free_one = sitting(), sitting()
    for session in (held_one, free_one):
        let_time_pass(session, hours=1)
    held = Held(lambda: _finish_if_due(held_one.pk))
    assert services.sweep() == 1
    assert "session_not_finished" not in caplog.text
    held.commit()
    assert services.sweep() == 0
    assert Score.objects.count() == 2


# --- A save against the end -----------------------------------------------------------------------


def test_a_save_that_is_acknowledged_is_scored(sitting):
    for _ in range(ROUNDS):
        session = sitting()
        save = right_save(session)
        stored, _ = together(lambda: store(session, save), lambda: services.finish(session.pk))
        item = session.items.get(position=1)
        assert (stored.outcome, item.credit) in [("saved", 1), ("late", 0)]
        assert AnswerEvent.objects.filter(item=item).get().outcome == stored.outcome


def test_a_save_waits_for_the_end_that_is_under_way(sitting):
    session = sitting()
    save = right_save(session)
    held = Held(lambda: services.finish(session.pk))
    waiting = Waiting(lambda: store(session, save))
    held.commit()
    assert waiting.result().outcome == "late"
    assert session.items.get(position=1).response is None


def test_an_end_waits_for_the_save_that_is_under_way(sitting):
    session = sitting()
    save = right_save(session)
    held = Held(lambda: store(session, save))
    waiting = Waiting(lambda: services.finish(session.pk))
    held.commit()
    waiting.result()
    assert session.items.get(position=1).credit == 1


def test_without_the_share_lock_an_acknowledged_save_is_not_scored(sitting, monkeypatch):
    without("FOR SHARE", monkeypatch)
    session = sitting()
    save = right_save(session)
    held = Held(lambda: store(session, save))
    # The end reads the answers without this one, and waits to write their credit.
    waiting = Waiting(lambda: services.finish(session.pk))
    held.commit()
    waiting.result()
    item = session.items.get(position=1)
    assert (item.events.get().outcome, item.response, item.credit) == ("saved", save.response, 0)


def is_due(session):
    return ExamSession.objects.due().filter(pk=session.pk).exists()


def test_a_sweep_waits_for_the_save_that_came_within_the_grace(sitting):
    session = sitting()
    save = right_save(session)
    let_time_pass(session, minutes=30, seconds=29)
    held = Held(lambda: store(session, save))
    wait_for(lambda: is_due(session), seconds=5, what="the grace is over")
    assert services.sweep() == 0
    held.commit()
    assert services.sweep() == 1
    item = session.items.get(position=1)
    assert (item.events.get().outcome, item.credit) == ("saved", 1)


def test_without_the_share_lock_a_sweep_scores_before_the_save(sitting, monkeypatch):
    without("FOR SHARE", monkeypatch)
    session = sitting()
    save = right_save(session)
    let_time_pass(session, minutes=30, seconds=29)
    held = Held(lambda: store(session, save))
    wait_for(lambda: is_due(session), seconds=5, what="the grace is over")
    waiting = Waiting(services.sweep)
    held.commit()
    assert waiting.result() == 1
    item = session.items.get(position=1)
    assert (item.events.get().outcome, item.credit) == ("saved", 0)
