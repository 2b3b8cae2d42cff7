"""What keeps an exam served during a rush, guard by guard, each with a twin that goes without.

`test_rush.py` shows what all of it does together, and has the twin without lanes. Here each effect
is a count, or a ratio of the site to itself, so that a busy machine changes nothing.
"""

import socket
import sys
from contextlib import ExitStack, closing, contextmanager, suppress

import psutil
import pytest

from tests.faults.rush import Rush, Size
from tests.faults.stage import Stage
from tests.support.processes import wait_for

pytestmark = pytest.mark.nightly

# The web server as it is, but for what a test changes before it serves.
_SERVE = """
import os, sys
from examapp.wsgi import application
from examapp.runtime import lanes, serve, web_server
{change}
sys.argv[0] = "serve"
sys.exit(serve.main())
"""
CLASS = Size(stalled=0, previews=0, sign_ins=16, floods=0, seconds=0)


@pytest.fixture(scope="module")
def stage():
    with closing(Stage(candidates=1, WEB_WORKERS="1")) as stage:
        yield stage


@pytest.fixture(scope="module")
def others(stage):
    """A class that can sign in, and staff who can send files in."""
    return Rush(stage, CLASS)


@contextmanager
def serving(stage, change=""):
    """Run the web server of a stage, changed so."""
    kept = stage.commands["web"]
    stage.commands["web"] = [sys.executable, "-c", _SERVE.format(change=change), *kept[3:]]
    stage.start("web")
    try:
        stage.wait_until_up()
        yield
    finally:
        stage.kill("web")
        stage.commands["web"] = kept


# --- Bodies are bounded in time -------------------------------------------------------------------

# Few connections, and seconds for a body that is not whole, so that the test is short.
FEW = """
web_server.CONNECTIONS = 20
object.__setattr__(lanes.WEB, "body_seconds", 2.0)
"""
ENDLESS = FEW + "del web_server.WebServer.maintenance\n"


@contextmanager
def stalled(stage, count):
    """Hold connections whose body does not become whole."""
    with ExitStack() as held:
        for _ in range(count):
            sock = held.enter_context(socket.create_connection(("127.0.0.1", stage.port)))
            with suppress(OSError):
                sock.sendall(b"POST /sample/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\nx")
        yield


def test_control_without_the_time_of_a_body_nobody_else_gets_a_connection(stage):
    with serving(stage, FEW), stalled(stage, 30):
        wait_for(stage.is_up, seconds=60, what="a connection is free again")
    # It waits for five times as long as a body has.
    with serving(stage, ENDLESS), stalled(stage, 30):
        assert not any(stage.is_up() for _ in range(10))


# --- Bodies are bounded in size -------------------------------------------------------------------

UNBOUNDED = """
for lane in lanes.LANES:
    object.__setattr__(lane, "body_bytes", 1 << 30)
"""
# More than what systems keep of what nobody has read yet.
LARGE, PIECE = 32_000_000, 64_000


def taken(stage, path):
    """Return how many bytes of a large body can be sent before the server hangs up."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LARGE}\r\n\r\n"
    sent = 0
    with socket.create_connection(("127.0.0.1", stage.port), timeout=60) as connection:
        connection.sendall(head.encode())
        try:
            while sent < LARGE:
                connection.sendall(b"x" * PIECE)
                sent += PIECE
        except ConnectionError:
            return sent
        assert connection.recv(4096).startswith(b"HTTP/1.1 ")
        return sent


def test_control_without_the_size_of_a_body_all_of_it_is_taken(stage):
    paths = ("/sessions/5b4c0f0a-0000-4000-8000-000000000000/answers/", "/accounts/login/", "/")
    with serving(stage):
        bounded = [taken(stage, path) for path in paths]
    with serving(stage, UNBOUNDED):
        assert [taken(stage, path) for path in paths] == [LARGE] * 3
    assert max(bounded) < LARGE / 2


# --- Files are read by a worker -------------------------------------------------------------------

# Who asks for work does it, within the request.
EAGER = """
from examapp.celery import app
app.conf.task_always_eager = True
"""
QUESTIONS = 1000


def work_of_web(stage):
    """Return the seconds of a core that the web server has used."""
    parent = psutil.Process(stage.running["web"].pid)
    times = [each.cpu_times() for each in (parent, *parent.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def cost_of_a_file(stage, others):
    """Return the seconds of a core that a file takes of the web server; the first warms it up."""
    others.send_file(0, questions=1)
    before = work_of_web(stage)
    others.send_file(1, questions=QUESTIONS)
    return work_of_web(stage) - before


def test_control_without_the_worker_the_web_server_reads_a_file(stage, others):
    others.done.counts.clear()
    with serving(stage):
        stored = cost_of_a_file(stage, others)
    with serving(stage, EAGER):
        read = cost_of_a_file(stage, others)
    assert others.done.counts == {"previews": 4}
    states = "SELECT status, count(*) FROM questions_import GROUP BY 1 ORDER BY 1"
    assert stage.rows(states) == [("looking", 2), ("read", 2)]
    assert read > 5 * stored


# --- Hashing is bounded ---------------------------------------------------------------------------

# A line for each password that is hashed: how many are at once.
COUNTED = """
import threading
from examapp.accounts.hashers import Argon2idHasher
lock, inside, verify = threading.Lock(), set(), Argon2idHasher.verify
def counted(self, password, encoded):
    with lock:
        inside.add(threading.get_ident())
        with open({path!r}, "a") as file:
            print(len(inside), file=file)
    try:
        return verify(self, password, encoded)
    finally:
        with lock:
            inside.remove(threading.get_ident())
Argon2idHasher.verify = counted
"""
WITH_PAGES = """
lane_of = lanes.lane_of
def without_sign_in(method, path):
    lane = lane_of(method, path)
    return lanes.WEB if lane is lanes.SIGN_IN else lane
web_server.lane_of = without_sign_in
"""


def most_at_once(stage, others, path, change=""):
    """Return how many passwords were hashed at once, at most, while a class signed in."""
    done = others.done.counts
    done.clear()
    with serving(stage, COUNTED.format(path=str(path)) + change), others:
        wait_for(lambda: sum(done.values()) == CLASS.sign_ins, seconds=120, what="all are in")
    assert done == {"sign-ins": CLASS.sign_ins}
    counts = [int(line) for line in path.read_text().splitlines()]
    assert len(counts) >= CLASS.sign_ins
    return max(counts)


def test_control_without_a_lane_of_sign_ins_passwords_are_hashed_at_once(stage, others, tmp_path):
    assert most_at_once(stage, others, tmp_path / "with") == 1
    assert most_at_once(stage, others, tmp_path / "without", WITH_PAGES) > 1


# --- Queues apart ---------------------------------------------------------------------------------

# Files that wait to be read, then a sitting whose report waits; both are asked for as a page does.
_ASK = """
import json, uuid, django
django.setup()
from examapp.celery import app
from examapp.exams import services
from questions import tasks
from questions.jobs import enqueue
from questions.models import Exam
from questions.services.imports import preview, run
from tests.faults.rush import quiz
from tests.support.builders import make_user
{change}
def someone(**fields):
    return make_user(email=f"{{uuid.uuid4()}}@example.com", **fields)

exam = Exam.objects.get(code={code!r})
for _ in range(4):
    content, by = quiz(1000).encode(), someone(role="instructor")
    kept = run.keep(exam, by=by, content=content, file_name="a.xml", name="moodle")
    enqueue(tasks.preview_import, preview.queue(kept).pk)
session = services.start(someone(), exam=exam)
services.finish(session.pk)
print(json.dumps(str(session.pk)))
"""
TOGETHER = "app.conf.task_routes = {}"


def files_left(stage, change=""):
    """Return how many of four files wait still when the report of a sitting is there."""
    stage.rows("DELETE FROM questions_import")
    session = stage.python(_ASK.format(code=stage.exam_code, change=change))
    stage.start("files", "worker")
    reports = "SELECT 1 FROM reports_weakareareport WHERE session_id = %s"
    try:
        wait_for(lambda: stage.rows(reports, session), seconds=300, what="the report")
        left = "SELECT count(*) FROM questions_import WHERE status = 'looking'"
        return stage.rows(left)[0][0]
    finally:
        stage.kill("files")
        stage.kill("worker")


def test_control_without_queues_apart_a_report_waits_for_every_file(stage):
    assert files_left(stage) > 0
    assert files_left(stage, TOGETHER) == 0
