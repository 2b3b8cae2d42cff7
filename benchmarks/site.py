"""The real web server on a database of its own, and accounts that are signed in already.

Modules of the product are imported late: they read where they live from the environment, which is
set here first.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.support.processes import free_port

START_SECONDS = 60
STOP_SECONDS = 15


@dataclass(frozen=True)
class Site:
    """A running web server and the exam that its database holds."""

    port: int
    exam_code: str
    item_count: int


@dataclass(frozen=True)
class Account:
    """A candidate with the cookies of a session."""

    user_id: int
    cookies: str
    csrf_token: str


@contextmanager
def running_site(**values: str) -> Iterator[Site]:
    """Serve the shipped bank as `manage.py up` does; leave nothing behind.

    `values` add to the environment.
    """
    with running_database(**values) as (exam_code, item_count):
        port = free_port()
        with _web_server(port):
            yield Site(port, exam_code, item_count)


@contextmanager
def running_database(**values: str) -> Iterator[tuple[str, int]]:
    """Migrate and load the shipped bank; give the code of its exam, and how many items one asks."""
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as home:
        for name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "DEBUG", "SECURE_SSL"):
            os.environ.pop(name, None)
        os.environ.update(
            EXAMAPP_HOME=home,
            DJANGO_SETTINGS_MODULE="benchmarks.settings",
            LOG_LEVEL="WARNING",
            # One candidate sends more here in a minute than a hand can.
            SAVES_PER_MINUTE="1000000000",
            **values,
        )
        from examapp.runtime import postgres

        try:
            postgres.ensure()
            yield _prepare_database()
        finally:
            postgres.stop()


def _prepare_database() -> tuple[str, int]:
    """Return the code and the length of the exam that is loaded."""
    import django
    from django.core.management import call_command

    django.setup()
    from examapp.management.commands.up import absent_banks
    from questions.models import Exam

    call_command("migrate", verbosity=0)
    for folder in absent_banks():
        call_command("load_bank", folder)
    exam = Exam.objects.earliest("pk")
    return exam.code, exam.scored_count + exam.unscored_count


@contextmanager
def _web_server(port: int) -> Iterator[None]:
    """Serve on `port`; the warden ends the server should this process be killed."""
    from examapp.management.commands.up import QUIET, children
    from examapp.runtime import probe

    command = next(child.command for child in children(port) if child.name == "web")
    web = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONWARNINGS": QUIET},
        process_group=0,
    )
    warden = subprocess.Popen(
        [sys.executable, "-m", "examapp.runtime.orphan_reaper"],
        stdin=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert warden.stdin is not None
    try:
        print(f"+{web.pid}", file=warden.stdin, flush=True)
        give_up_at = time.monotonic() + START_SECONDS
        while probe.ask("/healthz", port=port, timeout_seconds=1)[0] != 200:
            if web.poll() is not None or time.monotonic() > give_up_at:
                raise RuntimeError(f"The web server did not answer on port {port}; see above why.")
            time.sleep(0.1)
        yield
    finally:
        web.terminate()
        with suppress(subprocess.TimeoutExpired):
            web.wait(STOP_SECONDS)
        warden.stdin.close()  # it kills what is left
        warden.wait()
        web.wait()


def make_accounts(count: int) -> list[Account]:
    """Make candidates and their sessions in the database: signing in is not measured."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    from examapp.accounts.models import User

    users = [User(email=f"{secrets.token_hex(8)}@example.com") for _ in range(count)]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users)
    sessions = [
        SessionStore().create_model_instance(
            {
                SESSION_KEY: str(user.pk),
                BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                HASH_SESSION_KEY: user.get_session_auth_hash(),
            }
        )
        for user in users
    ]
    Session.objects.bulk_create(sessions)
    accounts = []
    for user, session in zip(users, sessions, strict=True):
        token = secrets.token_hex(16)
        cookies = (
            f"{settings.SESSION_COOKIE_NAME}={session.session_key};"
            f" {settings.CSRF_COOKIE_NAME}={token}"
        )
        accounts.append(Account(user.pk, cookies, token))
    return accounts
