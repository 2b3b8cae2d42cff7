"""A discard against a save and against the end, with real threads. The twins run without a lock."""

from contextlib import suppress

import pytest
from django.db import IntegrityError

from examapp.exams import services
from examapp.exams.models import ExamSession
from tests.support.builders import entry
from tests.support.races import ROUNDS, Held, Waiting, right_save, store, together
from tests.support.sittings import let_time_pass, save

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def four(sitting):
    """A function that opens a sitting of ten minutes with four answers, of questions 9 to 12."""

    def open_one():
        session = sitting()
        let_time_pass(session, minutes=10)
        items = session.items.select_related("version").exclude(position=1)
        choices = items.filter(version__type="multiple_choice")[:4]
        save(session, *[entry(item.position, 0) for item in choices])
        return session

    return open_one


def discard(session):
    with suppress(services.SittingCounts):
        services.discard(session.pk, candidate=session.candidate)
    session.refresh_from_db()
    return session.status


def test_a_discard_waits_for_the_fifth_answer_that_is_under_way(four):
    session = four()
    held = Held(lambda: store(session, right_save(session)))
    waiting = Waiting(lambda: discard(session))
    held.commit()
    assert waiting.result() == "open"
    assert session.items.exclude(response=None).count() == 5


def test_without_the_lock_an_answered_sitting_is_discarded(four, monkeypatch):
    monkeypatch.setattr(
        type(ExamSession.objects.all()), "select_for_update", lambda self, **options: self
    )
    session = four()
    held = Held(lambda: store(session, right_save(session)))
    waiting = Waiting(lambda: discard(session))
    held.commit()
    assert waiting.result() == "discarded"


def test_a_save_waits_for_the_discard_that_is_under_way(four):
    session = four()
    answer = right_save(session)
    held = Held(lambda: discard(session))
    waiting = Waiting(lambda: store(session, answer))
    held.commit()
    assert waiting.result().outcome == "late"
    assert session.items.exclude(response=None).count() == 4


def test_a_discard_and_an_end_at_once_leave_one_state(four):
    for _ in range(ROUNDS):
        session = four()
        together(lambda: services.finish(session.pk), lambda: discard(session))
        session.refresh_from_db()
        assert session.status == "discarded"
        assert not session.scores.filter(is_current=True).exists()


def test_two_discards_and_an_end_of_a_sitting_that_counts(sitting):
    for _ in range(ROUNDS):
        session = sitting()
        let_time_pass(session, minutes=10)
        items = session.items.select_related("version").filter(version__type="multiple_choice")
        save(session, *[entry(item.position, 0) for item in items])
        together(
            lambda: services.finish(session.pk), lambda: discard(session), lambda: discard(session)
        )
        session.refresh_from_db()
        assert session.status == "finished"
        assert session.scores.filter(is_current=True).count() == 1


def test_without_the_lock_a_discarded_sitting_is_scored(four, monkeypatch):
    monkeypatch.setattr(
        type(ExamSession.objects.all()), "select_for_update", lambda self, **options: self
    )
    session = four()
    held = Held(lambda: discard(session))

    def end():
        with suppress(IntegrityError):
            services.finish(session.pk)

    waiting = Waiting(end)
    held.commit()
    waiting.result()
    session.refresh_from_db()
    assert session.status == "finished"
