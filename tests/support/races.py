"""How races are run: threads with connections of their own, stopped and gone on with at will."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, connections, transaction

from examapp.exams import services
from examapp.exams.answers import log
from examapp.exams.answers.schema import Save
from tests.support.builders import right_response
from tests.support.processes import wait_for

# How often a race is run that chance decides.
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


def while_it_mails(module, call, monkeypatch):
    """Run a call, and the same on another thread while its first mail is on its way.

    Return what each returned. The first waits for the second: who waited for a lock of the first
    would be told so by the database, and log it.
    """
    send, begun, second = module.send_mail, [], []

    def send_late(*args, **options):
        if not begun:
            begun.append(True)
            second.extend(together(call))
        send(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(module, "send_mail", send_late)
        return call(), second[0]


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
    assert guard in log._RECORD
    monkeypatch.setattr(log, "_RECORD", log._RECORD.replace(guard, ""))


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
    """Another thread's transaction, stopped after its first step until it is told to go on.

    `then` is what it does before it commits.
    """

    def __init__(self, step, then=lambda: None):
        self.then, self.problem = then, None
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
                self.then()
        except BaseException as problem:  # told to the test
            self.problem = problem
        finally:
            connections.close_all()

    def commit(self):
        self.go_on.set()
        self.thread.join(10)
        assert not self.thread.is_alive()
        if self.problem:
            raise self.problem
