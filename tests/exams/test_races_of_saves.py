"""Two saves at once, with real threads and transactions. The twins run without the guard."""

import uuid

import pytest
from django.db import IntegrityError

from examapp.exams.models import AnswerEvent
from tests.support.races import ROUNDS, Held, Waiting, one_save, store, together, without

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_revision_is_lost_between_two_clients(sitting):
    session = sitting()
    clients = [uuid.uuid4() for _ in range(4)]

    def many(client):
        return [store(session, one_save(client=client, seq=seq)).outcome for seq in range(10)]

    outcomes = together(*[lambda client=client: many(client) for client in clients])
    assert {outcome for list_ in outcomes for outcome in list_} == {"saved"}
    item = session.items.get(position=1)
    revisions = sorted(item.events.values_list("revision", flat=True))
    assert revisions == list(range(1, 41))
    assert item.revision == 40


def test_without_the_item_lock_a_revision_is_given_twice(sitting, monkeypatch):
    without("FOR UPDATE OF item", monkeypatch)
    session = sitting()
    held = Held(lambda: store(session, one_save()))
    # It has read the old revision by the time it waits to write.
    waiting = Waiting(lambda: store(session, one_save()))
    held.commit()
    waiting.result()
    assert list(AnswerEvent.objects.values_list("revision", flat=True)) == [1, 1]


def test_a_save_sent_twice_at_once_is_logged_once(sitting):
    for _ in range(ROUNDS):
        session = sitting()
        save = one_save()
        stored = together(*[lambda: store(session, save)] * 4)
        assert {each.outcome for each in stored} == {"saved"}
        item = session.items.get(position=1)
        assert (item.events.count(), item.revision) == (1, 1)


def save_twice(sitting, **fields):
    """Send one save again while its first copy is not yet committed; return what was stored."""
    session, save = sitting(), one_save(**fields)
    held = Held(lambda: store(session, save))
    waiting = Waiting(lambda: store(session, save))
    held.commit()
    return waiting.result()


def test_a_twin_that_is_not_committed_is_waited_for(sitting):
    stored = save_twice(sitting)
    assert (stored.outcome, stored.revision, stored.flagged) == ("saved", 1, True)
    assert AnswerEvent.objects.count() == 1


def test_without_the_unique_log_a_twin_is_logged_again(sitting, monkeypatch):
    without("ON CONFLICT (item_id, client, seq) DO NOTHING", monkeypatch)
    with pytest.raises(IntegrityError, match="event_is_logged_once"):
        save_twice(sitting)


def test_a_stale_tab_is_told_even_when_both_save_at_once(sitting):
    for _ in range(ROUNDS):
        session = sitting()
        stored = together(*[lambda: store(session, one_save(base=0))] * 2)
        assert sorted(each.outcome for each in stored) == ["saved", "stale"]


def test_without_the_item_lock_a_stale_tab_overwrites(sitting, monkeypatch):
    without("FOR UPDATE OF item", monkeypatch)
    session = sitting()
    first, second = one_save(base=0), one_save(base=0, flagged=False)
    held = Held(lambda: store(session, first))
    waiting = Waiting(lambda: store(session, second))
    held.commit()
    assert waiting.result().outcome == "saved"
    assert not session.items.get(position=1).flagged
