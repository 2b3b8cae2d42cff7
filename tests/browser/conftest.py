"""Chromium against a live server, with pages that must have nothing to complain about."""

import os
import re
import shutil

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test import Client
from playwright.sync_api import expect

from examapp.exams import services
from tests.browser.room import Room, set_time_left
from tests.support.browser_pages import EXPECTED_COMPLAINTS, Site, awkward_exam
from tests.support.builders import make_exam
from tests.support.processes import wait_for

# Playwright's loop runs in the main thread, where Django then suspects asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Bounds of waits; a busy machine is no failure.
expect.set_options(timeout=20_000)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
INSTALL = "Chromium is not here; install it with: apt-get install chromium"

# The policy's reports come as errors on the console in Chromium; this also names the place.
TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.violatedDirective} by ${event.blockedURI}`));
"""


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        give_up = pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip
        give_up(INSTALL)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    args = ["--no-sandbox"] if is_root else []
    return {**browser_type_launch_args, "executable_path": path, "args": args}


class Complaints:
    """What the pages of a test wrote to the console as errors; `allow` what a test provokes."""

    def __init__(self):
        self.heard = []
        self.allowed = []

    def listen(self, context):
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.heard.append(f"page error: {error.error}"))

    def allow(self, *patterns):
        self.allowed += patterns

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.heard.append(f"{message.text} ({message.location['url']})")

    @property
    def left(self):
        return [
            text for text in self.heard if not any(re.search(one, text) for one in self.allowed)
        ]


@pytest.fixture
def complaints():
    heard = Complaints()
    yield heard
    assert not heard.left


@pytest.fixture(scope="session")
def base_url(django_db_setup, live_server):
    return live_server.url


@pytest.fixture(scope="session")
def connections():
    """Count the browser's connections that the live server holds."""
    held, serve = set(), ThreadedWSGIServer.process_request_thread

    def serve_and_count(self, request, client_address):
        held.add(request)
        try:
            serve(self, request, client_address)
        finally:
            held.discard(request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ThreadedWSGIServer, "process_request_thread", serve_and_count)
        yield held


@pytest.fixture
def _quiet_server(live_server, transactional_db, connections):
    """Leave only once the last request of a closed page is through.

    A page that is closed has a last word. The database is emptied next, and must not meet it there.
    """
    yield
    wait_for(lambda: not connections, what="the server to be through with every request")


@pytest.fixture
def open_context(live_server, _quiet_server, complaints, new_context):
    """Open a browser of its own, signed in as `user` where one is given; closed before the rest."""

    def open_context(user=None, **options):
        context = new_context(**options)
        context.set_default_timeout(30_000)
        complaints.listen(context)
        if user:
            sign_in(context, user, live_server.url)
        return context

    return open_context


def sign_in(context, user, url):
    client = Client()
    client.force_login(user)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}]
    )


@pytest.fixture
def context(open_context, candidate):
    """The candidate's browser."""
    return open_context(candidate)


@pytest.fixture
def page(context):
    return context.new_page()


@pytest.fixture
def session(live_server, candidate, exam):
    """An open session of the candidate, on a page of which is nothing yet."""
    return services.start(candidate, exam=exam)


@pytest.fixture
def room(page, session):
    """The candidate in the exam room, at question 1."""
    room = Room(page, session)
    room.open()
    expect(room.page).to_have_title(re.compile("^Question 1 of 12"))
    return room


@pytest.fixture
def open_room(page, session):
    """Open the room with so many seconds left, on a clock that can be moved on."""

    def open_room(seconds):
        set_time_left(session, seconds)
        page.clock.install()
        room = Room(page, session)
        room.open()
        return room

    return open_room


@pytest.fixture
def make_site(live_server, open_context, candidate, instructor, complaints):
    """Build the site that the walks of places.py go through; options are the browser's."""

    def make_site(**options):
        complaints.allow(*EXPECTED_COMPLAINTS)
        make_exam(forms=1)

        def open_page(user=None):
            return open_context(user, **options).new_page()

        return Site(open_page, awkward_exam(), candidate, instructor)

    return make_site
