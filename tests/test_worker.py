"""The real site: web, worker, beat, broker and database as processes on this machine."""

import http.cookiejar
import json
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
import uuid
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.processes import ROOT, end_all, environment, free_port, processes_of, wait_for

PASSWORD = "a-demo-word"
# The score as the result page shows it.
SCORE = re.compile(r'<b class="number-hero">\d+</b>')


class Visitor:
    """A browser without a screen: it keeps cookies and sends forms."""

    def __init__(self, port):
        self.site = f"http://127.0.0.1:{port}"
        self.cookies = http.cookiejar.CookieJar()
        keeper = urllib.request.HTTPCookieProcessor(self.cookies)
        self.opener = urllib.request.build_opener(keeper)

    @property
    def token(self):
        return next(cookie.value for cookie in self.cookies if cookie.name == "csrftoken")

    def get(self, path):
        reply = self.opener.open(self.site + path, timeout=90)
        return reply.url.removeprefix(self.site), reply.read().decode()

    def post(self, path, **fields):
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": self.token}).encode()
        reply = self.opener.open(self.site + path, body, timeout=90)
        return reply.url.removeprefix(self.site), reply.read().decode()

    def save(self, path, rows):
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.token}
        request = urllib.request.Request(self.site + path, json.dumps(rows).encode(), headers)
        return json.load(self.opener.open(request, timeout=90))


class Site(NamedTuple):
    home: Path
    port: int
    log: Path
    parent: subprocess.Popen[bytes]

    def workers(self):
        """Return the processes of both workers, main and child."""
        return [each for each in processes_of(self.home) if each.name() in ("worker", "files")]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A running site in a home of its own."""
    home, port = tmp_path_factory.mktemp("site"), free_port()
    log = home / "log"
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=environment(home, PORT=str(port), DEMO_PASSWORD=PASSWORD, DEMO_COURSE="false"),
            stdout=file,
            stderr=file,
        )
    try:
        wait_for(
            lambda: "The site is up" in log.read_text() or process.poll() is not None, seconds=120
        )
        assert process.poll() is None, log.read_text()
        yield Site(home, port, log, process)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        finally:
            end_all(home)


@pytest.fixture
def candidate(site):
    visitor = Visitor(site.port)
    visitor.get("/accounts/login/")
    visitor.post("/accounts/login/", login="candidate@example.com", password=PASSWORD)
    return visitor


def sit(visitor):
    """Start an exam, answer every multiple choice, and return the room's address."""
    room, paper = visitor.post("/exams/aif-c01/start/", form="fresh", agree="yes")
    sections = re.findall(r'<section\s+id="q(\d+)"[^>]*data-type="multiple_choice"', paper)
    client = str(uuid.uuid4())
    rows = [
        {"position": int(position), "response": 0, "client": client, "seq": seq}
        for seq, position in enumerate(sections)
    ]
    saved = visitor.save(f"{room}answers/", rows)["saved"]
    assert {entry["status"] for entry in saved} == {"saved"}
    assert len(saved) == 50
    return room


def is_ready(visitor, room):
    return "could add about" in visitor.get(f"{room}weak-areas/")[1]


def test_a_sitting_ends_in_a_report_by_the_worker(site, candidate):
    wait_for(site.workers, what="a worker")
    room = sit(candidate)
    result, page = candidate.post(f"{room}finish/", pending="[]", confirm="yes")
    assert result == f"{room}result/"
    assert SCORE.search(page)
    wait_for(lambda: is_ready(candidate, room), seconds=30, what="the report")
    assert "report_computed" in site.log.read_text()


def test_a_dead_worker_delays_the_report_and_nothing_else(site, candidate):
    wait_for(site.workers, what="a worker")
    room = sit(candidate)
    # The parent stands still, so that it starts no other worker before we have looked.
    site.parent.send_signal(signal.SIGSTOP)
    try:
        for process in site.workers():
            process.send_signal(signal.SIGKILL)
        result, page = candidate.post(f"{room}finish/", pending="[]", confirm="yes")
        assert result == f"{room}result/"
        assert SCORE.search(page)
        assert not is_ready(candidate, room)
    finally:
        site.parent.send_signal(signal.SIGCONT)
    wait_for(lambda: is_ready(candidate, room), seconds=60, what="the report of the next worker")
