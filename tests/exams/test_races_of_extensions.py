"""More time against the sweep, with real threads. The twin runs without the guard."""

import pytest

from examapp.exams import services
from examapp.exams.models import ExamSession
from examapp.exams.services import extensions
from tests.support.builders import make_user
from tests.support.races import ROUNDS, Held, Waiting, together
from tests.support.sittings import let_time_pass

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sitting_is_extended_or_swept_and_never_both(sitting):
    instructor = make_user(role="instructor")
    for _ in range(ROUNDS):
        session = sitting()
        # Due to be swept in some thousandths of a second, and open to more time until then.
        let_time_pass(session, minutes=30, seconds=29.96)
        extended, _, _ = together(
            lambda: services.extend([session.pk], minutes=10, reason="", by=instructor),
            services.sweep,
            services.sweep,
        )
        # Where the sweeps came too early and the minutes too late, the next sweep ends it.
        services.sweep()
        session.refresh_from_db()
        assert session.is_open == bool(extended)
        assert session.scores.count() == (0 if extended else 1)
        assert session.extensions.count() == len(extended)


def test_a_sweep_passes_over_a_sitting_that_is_being_extended(sitting):
    session, instructor = sitting(), make_user(role="instructor")
    let_time_pass(session, minutes=30, seconds=29)
    held = Held(lambda: services.extend([session.pk], minutes=10, reason="", by=instructor))
    assert services.sweep() == 0
    waiting = Waiting(lambda: services.finish(session.pk, reason="expired").is_open)
    held.commit()
    assert waiting.result() is True
    assert services.sweep() == 0


def test_more_time_that_comes_while_it_is_being_scored_is_none(sitting):
    session, instructor = sitting(), make_user(role="instructor")
    held = Held(lambda: services.finish(session.pk))
    waiting = Waiting(lambda: services.extend([session.pk], minutes=10, reason="", by=instructor))
    held.commit()
    assert waiting.result() == []


def test_without_the_check_of_what_is_open_an_ended_sitting_is_given_time(sitting, monkeypatch):
    guard = "status = 'open' AND"
    assert guard in extensions._EXTEND
    unguarded = extensions._EXTEND.replace(guard, "")
    monkeypatch.setattr(extensions, "_EXTEND", unguarded)
    session, instructor = sitting(), make_user(role="instructor")
    held = Held(lambda: services.finish(session.pk))
    waiting = Waiting(lambda: services.extend([session.pk], minutes=10, reason="", by=instructor))
    held.commit()
    assert len(waiting.result()) == 1
    assert not ExamSession.objects.get().is_open
    assert ExamSession.objects.get().extensions.count() == 1


def test_two_who_give_time_to_the_same_people_do_not_block_each_other(sitting):
    instructor = make_user(role="instructor")
    sessions = [sitting().pk for _ in range(4)]
    given = together(
        lambda: services.extend(sessions, minutes=5, reason="", by=instructor),
        lambda: services.extend(sessions[::-1], minutes=5, reason="", by=instructor),
    )
    assert [len(each) for each in given] == [4, 4]
