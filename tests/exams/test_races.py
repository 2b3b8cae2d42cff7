"""Races, with real threads and transactions. Each has a twin that runs without the guard."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections, transaction

from examapp.exams import journal, services, timing
from examapp.exams.models import AnswerEvent, ExamSession, Score
from examapp.exams.saves import Save
from tests.exams.test_services import let_time_pass
from tests.factories import make_exam, make_user

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5


def together(*calls):
    """Run calls at the same moment, each on a thread and a connection of its own."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        try:
            connection.ensure_connection()
            barrier.wait(10)
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def sitting():
    """A function that opens a new session."""
    exam = make_exam()
    return lambda: services.start(make_user(), exam=exam)


def one_save(**fields):
    values = {"position": 1, "response": None, "client": uuid.uuid4(), "seq": 1, "flagged": True}
    return Save(**{**values, **fields})


def store(session, save):
    return services.save_answers(session.pk, candidate=session.candidate, saves=[save]).stored[0]


class Held:
    """Another thread's transaction, stopped after its first step until it is told to go on."""

    def __init__(self, step):
        self.at_rest, self.go_on = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._run, args=(step,))
        self.thread.start()
        assert self.at_rest.wait(10)

    def _run(self, step):
        try:
            with transaction.atomic():
                step()
                self.at_rest.set()
                self.go_on.wait(10)
        finally:
            connections.close_all()

    def commit(self):
        self.go_on.set()
        self.thread.join(10)


# --- Two starts -------------------------------------------------------------------------------


def test_two_starts_at_once_open_one_session():
    exam = make_exam()
    for _ in range(ROUNDS):
        candidate = make_user()
        found = together(*[lambda: services.start(candidate, exam=exam).pk] * 4)
        assert len(set(found)) == 1
        assert ExamSession.objects.of(candidate).get().items.count() == 12


def test_without_the_unique_index_two_starts_open_two():
    exam, candidate = make_exam(), make_user()
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX session_one_open")
    try:
        # The first has inserted and not committed: the second cannot see it.
        held = Held(lambda: services._new_session(candidate, exam).save(force_insert=True))
        services._new_session(candidate, exam).save(force_insert=True)
        held.commit()
        assert ExamSession.objects.of(candidate).open().count() == 2
    finally:
        ExamSession.objects.of(candidate).delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE UNIQUE INDEX session_one_open ON exams_examsession"
                " (candidate_id, exam_id) WHERE status = 'open'"
            )


# --- Two ends ---------------------------------------------------------------------------------


def test_two_ends_at_once_score_once(sitting):
    for _ in range(ROUNDS):
        session = sitting()
        together(*[lambda: services.finish(session.pk)] * 4)
        assert session.scores.count() == 1


def test_without_the_lock_two_ends_collide(sitting, monkeypatch):
    session = sitting()
    monkeypatch.setattr(
        type(ExamSession.objects.all()), "select_for_update", lambda self, **options: self
    )
    both_have_read = threading.Barrier(2)
    is_over = timing.is_over

    def is_over_once_both_have_read(*args, **fields):
        both_have_read.wait(10)
        return is_over(*args, **fields)

    monkeypatch.setattr(timing, "is_over", is_over_once_both_have_read)

    def finish():
        try:
            return services.finish(session.pk).status
        except IntegrityError as error:
            return type(error).__name__

    assert sorted(together(finish, finish)) == ["IntegrityError", "finished"]


def test_two_sweeps_at_once_share_the_work(sitting):
    sessions = [sitting() for _ in range(6)]
    for session in sessions:
        let_time_pass(session, hours=1)
    assert sum(together(services.sweep, services.sweep)) == 6
    assert Score.objects.count() == 6


# --- A save against the end -------------------------------------------------------------------


def test_a_save_that_is_acknowledged_is_scored(sitting):
    for _ in range(ROUNDS):
        session = sitting()
        save = one_save()
        stored, _ = together(lambda: store(session, save), lambda: services.finish(session.pk))
        item = session.items.get(position=1)
        assert (stored.outcome == "saved") == item.flagged
        assert stored.outcome in ("saved", "late")
        assert AnswerEvent.objects.filter(item=item).get().outcome == stored.outcome


def test_a_save_waits_for_the_end_that_is_under_way(sitting):
    session = sitting()
    held = Held(lambda: services.finish(session.pk))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: (store(session, one_save()), connections.close_all())[0])
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.3)
        held.commit()
        assert waiting.result(timeout=10).outcome == "late"
    assert not session.items.get(position=1).flagged


def test_without_the_share_lock_a_save_slips_into_a_scored_session(sitting, monkeypatch):
    unguarded = journal._RECORD.replace("FOR SHARE", "")
    assert unguarded != journal._RECORD
    monkeypatch.setattr(journal, "_RECORD", unguarded)
    session = sitting()
    # The end has read and graded item 1, and has not committed.
    held = Held(
        lambda: ExamSession.objects.filter(pk=session.pk).update(
            status="finished", finish_reason="submitted", finished_at=session.started_at
        )
    )
    stored = store(session, one_save())
    held.commit()
    session.refresh_from_db()
    assert (stored.outcome, session.status) == ("saved", "finished")


# --- Two saves --------------------------------------------------------------------------------


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
    unguarded = journal._RECORD.replace("FOR UPDATE OF item", "")
    assert unguarded != journal._RECORD
    monkeypatch.setattr(journal, "_RECORD", unguarded)
    session = sitting()
    held = Held(lambda: store(session, one_save()))
    with ThreadPoolExecutor(1) as pool:
        # It has read the old revision by the time it waits to write.
        waiting = pool.submit(lambda: (store(session, one_save()), connections.close_all())[0])
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.5)
        held.commit()
        waiting.result(timeout=10)
    assert list(AnswerEvent.objects.values_list("revision", flat=True)) == [1, 1]


def test_a_save_sent_twice_at_once_is_logged_once(sitting):
    for _ in range(ROUNDS):
        session = sitting()
        save = one_save()
        stored = together(*[lambda: store(session, save)] * 4)
        assert {each.outcome for each in stored} == {"saved"}
        item = session.items.get(position=1)
        assert (item.events.count(), item.revision) == (1, 1)


def test_a_stale_tab_is_told_even_when_both_save_at_once(sitting):
    for _ in range(ROUNDS):
        session = sitting()
        stored = together(*[lambda: store(session, one_save(base=0))] * 2)
        assert sorted(each.outcome for each in stored) == ["saved", "stale"]
