"""The real web server on a database of its own, with accounts that are signed in already."""

import os
import secrets
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

PORT = 18417


@dataclass(frozen=True)
class Account:
    """A candidate with the cookies of a session."""

    user_id: int
    cookies: str
    token: str


@contextmanager
def running_site() -> Iterator[int]:
    """Start database and web server as `manage.py up` does; yield the port, end both after."""
    with tempfile.TemporaryDirectory(prefix="bench-") as home:
        os.environ.update(EXAMAPP_HOME=home, DJANGO_SETTINGS_MODULE="benchmarks.settings")
        os.environ["LOG_LEVEL"] = "WARNING"
        for name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL"):
            os.environ.pop(name, None)
        from examapp.runtime import postgres

        postgres.ensure()
        web = None
        try:
            web = _start_web()
            yield PORT
        finally:
            if web:
                web.send_signal(signal.SIGTERM)
                web.wait(20)
            postgres.stop()


def _start_web() -> subprocess.Popen[bytes]:
    import django

    django.setup()
    from django.core.management import call_command

    from examapp.management.commands.up import absent_banks, children
    from examapp.runtime import probe

    call_command("migrate", verbosity=0)
    for folder in absent_banks():
        call_command("load_bank", folder)
    web = next(child for child in children(PORT) if child.name == "web")
    process = subprocess.Popen(web.command, stdout=subprocess.DEVNULL)
    give_up_at = time.monotonic() + 30
    while probe.ask("/healthz", port=PORT, timeout_seconds=1)[0] != 200:
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise RuntimeError("the web server did not start")
        time.sleep(0.1)
    return process


def make_accounts(count: int) -> list[Account]:
    """Make candidates and sign them in, without the cost of hashing passwords."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from examapp.accounts.models import User

    accounts = []
    for _ in range(count):
        user = User(email=f"{secrets.token_hex(8)}@example.com")
        user.set_unusable_password()
        user.save()
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        token = secrets.token_hex(16)
        cookies = f"sessionid={session.session_key}; csrftoken={token}"
        accounts.append(Account(user.pk, cookies, token))
    return accounts
