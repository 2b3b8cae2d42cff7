"""Races, with real threads and transactions. Each has a twin that runs without the guard."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest
from django.db import IntegrityError, connection, connections, transaction

from examapp.exams import journal, services, timing
from examapp.exams.models import (
    AnswerEvent,
    ExamSession,
    KeyCorrection,
    Score,
    SessionItem,
)
from examapp.exams.saves import Save
from examapp.exams.services import correcting, marking, regrading
from examapp.exams.services.correcting import Wanted
from questions.models import Question, QuestionVersion
from questions.services.errors import Refused
from tests.exams.test_services import answer_all, corrected, let_time_pass
from tests.factories import make_exam, make_user, right_response
from tests.runtime.processes import wait_for

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


def right_save(session, **fields):
    """A save of the right answer to question 1."""
    item = session.items.select_related("version", "keyed_by").get(position=1)
    return one_save(response=right_response(item), flagged=False, **fields)


def store(session, save):
    return services.save_answers(session.pk, candidate=session.candidate, saves=[save]).stored[0]


def without(guard, monkeypatch):
    """Take a guard out of the statement that stores answers."""
    assert guard in journal._RECORD
    monkeypatch.setattr(journal, "_RECORD", journal._RECORD.replace(guard, ""))


class Waiting:
    """A call on a thread and a connection of its own that has to wait for a lock."""

    def __init__(self, call):
        self.pool = ThreadPoolExecutor(1)
        self.future = self.pool.submit(together, call)
        wait_for(self._is_blocked, seconds=5, what="the other one waits for a lock")

    def _is_blocked(self):
        assert not self.future.done(), self.future.result()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            return cursor.fetchone()[0]

    def result(self):
        with self.pool:
            return self.future.result(10)[0]


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
        assert not self.thread.is_alive()


# --- Two starts -------------------------------------------------------------------------------


def test_two_starts_at_once_open_one_session():
    exam = make_exam()
    for _ in range(ROUNDS):
        candidate = make_user()
        found = together(*[lambda: services.start(candidate, exam=exam).pk] * 4)
        assert len(set(found)) == 1
        assert ExamSession.objects.of(candidate).get().items.count() == 12


def test_a_start_waits_for_the_one_under_way_and_goes_on_with_it():
    exam, candidate = make_exam(), make_user()
    held = Held(lambda: services.start(candidate, exam=exam))
    waiting = Waiting(lambda: services.start(candidate, exam=exam).pk)
    held.commit()
    assert waiting.result() == ExamSession.objects.get().pk


def test_nothing_is_locked_while_a_form_is_drawn(sitting, monkeypatch):
    assemble, was_locked = services.drawing.assembly.assemble, []

    def look_and_assemble(*args, **options):
        was_locked.append(connection.in_atomic_block)
        return assemble(*args, **options)

    monkeypatch.setattr(services.drawing.assembly, "assemble", look_and_assemble)
    sitting()
    assert was_locked == [False]


def test_without_the_unique_index_two_starts_open_two():
    exam, candidate = make_exam(), make_user()
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX session_one_open")
    try:
        # The first has inserted and not committed: the second cannot see it.
        held = Held(lambda: services.starting._new_session(candidate, exam).save(force_insert=True))
        services.starting._new_session(candidate, exam).save(force_insert=True)
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
    score = services.marking.score

    def score_or_collide(each):
        try:
            return score(each)
        except IntegrityError as error:
            collisions.append(error)
            raise

    monkeypatch.setattr(timing, "is_over", is_over_once_both_have_read)
    monkeypatch.setattr(services.marking, "score", score_or_collide)

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
    held = Held(lambda: services.ending._finish_if_due(held_one.pk))
    assert services.sweep() == 1
    assert "session_not_finished" not in caplog.text
    held.commit()
    assert services.sweep() == 0
    assert Score.objects.count() == 2


# --- A save against the end -------------------------------------------------------------------


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


# --- A corrected key against the end ----------------------------------------------------------


def correct_while_ending(sitting, regrade):
    """End a session, all right, while the key of one of its questions is corrected."""
    session = sitting()
    answer_all(session)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    new = corrected(item.version)
    held = Held(lambda: services.finish(session.pk))
    waiting = Waiting(lambda: regrade(item.version, keyed_by=new, reason="Wrong key."))
    held.commit()
    waiting.result()
    return session


def test_a_session_that_ends_while_a_key_is_corrected_is_regraded(sitting):
    session = correct_while_ending(sitting, services.regrade)
    assert session.scores.get(is_current=True).credit == 9
    assert session.scores.count() == 2


def test_without_the_lock_it_keeps_the_wrong_score(sitting, monkeypatch):
    lock, this_thread = type(ExamSession.objects.all()).select_for_update, threading.local()

    def lock_unless_told(self, **options):
        return self if hasattr(this_thread, "is_unlocked") else lock(self, **options)

    def regrade_unlocked(*args, **options):
        this_thread.is_unlocked = True
        return services.regrade(*args, **options)

    monkeypatch.setattr(type(ExamSession.objects.all()), "select_for_update", lock_unless_told)
    session = correct_while_ending(sitting, regrade_unlocked)
    assert session.scores.get().credit == 10


def decided(version, policy, mark=None):
    """Decide, without regrading, how sittings of a version are graded."""
    by = make_user(role="instructor")
    want = Wanted(policy, "Wrong key.", (1,), tuple(version.key["whys"]))
    mark = mark or correcting.seen(version)
    return correcting.correct(QuestionVersion.objects.get(pk=version.pk), want, by=by, mark=mark)


@pytest.fixture
def wrong(sitting):
    """A finished, all-right session, and the version of one of its questions."""
    session = sitting()
    answer_all(session)
    services.finish(session.pk)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    return session, item.version


def test_two_corrections_at_once_are_not_both_made(wrong):
    _, version = wrong
    mark = correcting.seen(version)
    held = Held(lambda: decided(version, "drop", mark))
    waiting = Waiting(lambda: refusal_of(lambda: decided(version, "new", mark)))
    held.commit()
    assert "someone else" in waiting.result()
    assert KeyCorrection.objects.get().policy == "drop"


def refusal_of(call):
    try:
        call()
    except Refused as reason:
        return str(reason)
    return ""


def test_without_the_lock_both_are_made(wrong, monkeypatch):
    _, version = wrong
    mark = correcting.seen(version)
    monkeypatch.setattr(
        type(Question.objects.all()), "select_for_update", lambda self, **options: self
    )
    held = Held(lambda: decided(version, "drop", mark))
    decided(version, "everyone", mark)
    held.commit()
    assert KeyCorrection.objects.count() == 2


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_corrections_at_work_at_once_the_newest_rules(wrong, order):
    session, version = wrong
    work = [decided(version, "drop"), decided(version, "everyone")]
    calls = [partial(regrading.apply, each.pk) for each in work[::order]]
    together(*calls)
    assert session.scores.get(is_current=True).max_credit == 10
    assert session.items.get(version=version).correction == work[1]
    assert [each.number for each in session.scores.all()] in ([1, 2], [1, 2, 3], [1])


def test_two_workers_at_one_correction_share_it(wrong):
    session, version = wrong
    correction = decided(version, "drop")
    together(*[lambda: regrading.apply(correction.pk)] * 3)
    correction.refresh_from_db()
    assert (correction.done, correction.changed, session.scores.count()) == (1, 1, 2)


def test_a_worker_waits_for_the_batch_of_another_and_does_not_repeat_it(wrong):
    session, version = wrong
    correction = decided(version, "drop")
    held = Held(lambda: regrading._next_batch(correction.pk))
    waiting = Waiting(lambda: regrading.apply(correction.pk))
    held.commit()
    assert waiting.result() == []
    assert session.scores.count() == 2


def test_without_the_lock_a_batch_is_done_twice(wrong, monkeypatch):
    session, version = wrong
    correction = decided(version, "drop")
    monkeypatch.setattr(
        type(ExamSession.objects.all()), "select_for_update", lambda self, **options: self
    )
    held = Held(lambda: regrading._next_batch(correction.pk))
    waiting = Waiting(lambda: regrading.apply(correction.pk))
    held.commit()
    waiting.result()
    assert session.scores.count() == 3


def pinned_before(sitting, monkeypatch, *, follows):
    """Finish a session whose paper was written while its question was being corrected."""
    session = sitting()
    answer_all(session)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    regrading.apply(decided(item.version, "drop").pk)
    SessionItem.objects.filter(pk=item.pk).update(correction=None)
    if not follows:
        monkeypatch.setattr(marking, "follow", lambda item, correction: None)
    services.finish(session.pk)
    return session.scores.get().max_credit


def test_a_paper_that_slipped_by_follows_when_it_ends(sitting, monkeypatch):
    assert pinned_before(sitting, monkeypatch, follows=True) == 9


def test_without_following_it_would_count(sitting, monkeypatch):
    assert pinned_before(sitting, monkeypatch, follows=False) == 10


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
