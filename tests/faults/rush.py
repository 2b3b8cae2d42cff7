"""What others do to the site while candidates save: all of it at once, until it is told to end."""

import http.client
import socket
import threading
import time
import urllib.parse
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

import psutil

from tests.faults.crowd import Crowd
from tests.faults.stage import Account, Stage
from tests.support.builders import PASSWORD
from tests.support.processes import processes_of

FORM = "application/x-www-form-urlencoded"
_STAFF = """
import json, django
django.setup()
from examapp.accounts.models import User
from questions.models import Exam, ExamRole
from tests.support.builders import make_user
from django.test import Client
exam = Exam.objects.get(code={code!r})
accounts = []
for number in range({count}):
    person = make_user(email=f"staff-{{number}}@example.com", role="instructor")
    ExamRole.objects.create(user=person, exam=exam, role="author")
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    client.get("/accounts/password/change/")
    cookies = "; ".join(f"{{name}}={{morsel.value}}" for name, morsel in client.cookies.items())
    accounts.append([person.pk, cookies, client.cookies["csrftoken"].value])
for number in range({passwords}):
    make_user(email=f"late-{{number}}@example.com")
print(json.dumps(accounts))
"""


def quiz(count: int) -> str:
    """Return Moodle XML of so many questions, of 640 bytes each, or of those that 4.9 MB hold."""
    question = (
        '<question type="multichoice"><name><text>q{0}</text></name><questiontext><text>'
        'Which of {0} ponds is deep? {1}</text></questiontext><answer fraction="100"><text>One'
        '</text></answer><answer fraction="0"><text>Two</text></answer></question>'
    )
    parts = [question.format(each, "word " * 80) for each in range(count)]
    fitting = 4_900_000 // len(parts[-1])
    return f"<quiz>{''.join(parts[:fitting])}</quiz>"


@dataclass(frozen=True)
class Size:
    """How much of each there is."""

    stalled: int
    previews: int
    sign_ins: int
    floods: int
    seconds: float


@dataclass
class Done:
    """What the others got done, so that a test can tell that they were there."""

    counts: dict[str, int] = field(default_factory=dict)
    share: float = 1.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str) -> None:
        with self.lock:
            self.counts[name] = self.counts.get(name, 0) + 1


class Rush:
    """Stalled bodies, files of 5 MB, sign-ins and heavy pages, all at once."""

    def __init__(self, stage: Stage, size: Size) -> None:
        self.stage, self.size, self.done = stage, size, Done()
        code = _STAFF.format(code=stage.exam_code, count=3, passwords=size.sign_ins)
        self.staff = [Account(*row) for row in stage.python(code)]
        self._is_over = threading.Event()
        self._held = ExitStack()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> "Rush":
        for _ in range(self.size.stalled):
            self._stall()
        for number in range(self.size.previews):
            self._run(lambda number=number: self.send_file(number))
        for number in range(self.size.sign_ins):
            self._run(lambda number=number: self._sign_in(number))
        for number in range(self.size.floods):
            self._run(lambda number=number: self._flood(number))
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._held.close()
        for thread in self._threads:
            thread.join(60)

    def _run(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _ask(
        self, method: str, path: str, body: bytes | str = b"", **headers: str
    ) -> http.client.HTTPResponse | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.stage.port, timeout=60)
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, names)
            reply = connection.getresponse()
            reply.read()
            return reply
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _stall(self) -> None:
        """Send a head that promises a body, and nothing more."""
        sock = self._held.enter_context(socket.create_connection(("127.0.0.1", self.stage.port)))
        with suppress(OSError):
            sock.sendall(
                b"POST /sample/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n\r\nx"
            )
        self.done.add("stalled")

    def send_file(self, number: int, *, questions: int = 8000) -> None:
        """Send Moodle XML in, 4.9 MB of it."""
        account = self.staff[number % 2]
        text = quiz(questions)
        body = (
            '--b\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n'
            f"{account.csrf_token}\r\n"
            '--b\r\nContent-Disposition: form-data; name="file"; filename="a.xml"\r\n\r\n'
            f"{text}\r\n--b--\r\n"
        ).encode()
        reply = self._ask(
            "POST",
            f"/bank/{self.stage.exam_code}/imports/",
            body,
            Cookie=account.cookies,
            Content_Type="multipart/form-data; boundary=b",
        )
        self.done.add("previews" if reply and reply.status == 302 else "previews refused")

    def _sign_in(self, number: int) -> None:
        account = self.staff[2]
        cookies = "; ".join(
            each for each in account.cookies.split("; ") if each.startswith("csrftoken")
        )
        form = {
            "login": f"late-{number}@example.com",
            "password": PASSWORD,
            "csrfmiddlewaretoken": account.csrf_token,
        }
        reply = self._ask(
            "POST",
            "/accounts/login/",
            urllib.parse.urlencode(form),
            Cookie=cookies,
            Content_Type=FORM,
        )
        self.done.add("sign-ins" if reply and reply.status == 302 else "sign-ins refused")

    def _flood(self, number: int) -> None:
        """Ask for pages that cost, one after the other, all by one person."""
        pages = ("/progress/", "/history/", f"/bank/{self.stage.exam_code}/", "/notes/")
        account = self.staff[2]
        while not self._is_over.is_set():
            for page in pages:
                reply = self._ask("GET", page, Cookie=account.cookies)
                self.done.add(f"pages {reply.status if reply else 'cut'}")


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share of the others lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Share:
    """How much of this machine's cores was left by programs that are not of the test, 0 to 1."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._begun_at, self._before = time.monotonic(), self._foreign()

    def measure(self) -> float:
        """Return the share since this was made."""
        all_seconds = (time.monotonic() - self._begun_at) * (psutil.cpu_count() or 1)
        return max(0.05, 1 - (self._foreign() - self._before) / all_seconds)

    def _foreign(self) -> float:
        total = psutil.cpu_times()
        busy = sum(total) - total.idle - getattr(total, "iowait", 0) - getattr(total, "guest", 0)
        ours = 0.0
        for process in [psutil.Process(), *processes_of(self._stage.home)]:
            with suppress(psutil.Error):
                times = process.cpu_times()
                ours += times.user + times.system
        return busy - ours


def saves_during(stage: Stage, size: Size, *, seed: int) -> tuple[list[float], Crowd, Done]:
    """Return how long saves took while others were at work, who saved, and what others did."""
    with Crowd(stage, seed=seed, pause=2.0) as crowd:
        time.sleep(3)
        for member in crowd.members:
            member.save_seconds.clear()
        with Rush(stage, size) as rush:
            share = Share(stage)
            time.sleep(size.seconds)
            rush.done.share = share.measure()
            taken = [each for member in crowd.members for each in list(member.save_seconds)]
    return taken, crowd, rush.done
