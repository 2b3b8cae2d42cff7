"""The embedded database under every test, and the personas that pages are seen by."""

import atexit
import gc
import os
import random
import secrets
from datetime import timedelta
from pathlib import Path

import hypothesis
import pytest
from django.test import Client, TransactionTestCase
from django.utils import timezone

from examapp.runtime import postgres
from tests.support import databases
from tests.support.builders import make_exam, make_user

BANK = Path(__file__).resolve().parent.parent / "questions" / "banks" / "aif-c01"

# A busy machine is no failure, and the same code gives the same examples: what fails does so for
# everyone. HYPOTHESIS_PROFILE=default looks for new ones.
hypothesis.settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile("nightly", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

# So are the papers that are drawn: secrets.randbits seeds every draw of the product.
DRAWS = random.Random()
secrets.randbits = DRAWS.getrandbits


def pytest_addoption(parser):
    group = parser.getgroup("faults", "the storms of tests/faults: how much is killed")
    for name, default in (
        ("web-kills", 3),
        ("database-kills", 1),
        ("worker-kills", 2),
        ("candidates", 8),
        ("storm-seed", 1),
        ("histories", 15),
    ):
        group.addoption(f"--{name}", type=int, default=default)


def pytest_configure(config):
    if not os.environ.get("DATABASE_URL"):
        postgres.ensure()
        atexit.register(postgres.stop)
    from django.conf import settings

    from examapp.celery import app

    # Half a second for each person is for the real site.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    # Each Client has middleware of its own, which would look through all static files at once.
    settings.WHITENOISE_AUTOREFRESH = True

    TransactionTestCase._fixture_teardown = databases.empty

    # What a test publishes goes nowhere; the tests of the worker start a site of their own.
    app.conf.update(broker_url="memory://", broker_transport_options={})


def pytest_collection_finish():
    """Spare the thousands of tests that are collected from every collection of garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix, django_db_keepdb, django_db_blocker
):
    """Copy a migrated database, unless one is reused, which learns what is new by migrating."""
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            databases.use_template()


def pytest_fixture_setup(fixturedef, request):
    """Give what several tests share the same papers, whichever of them comes first."""
    if fixturedef.scope != "function":
        seed_draws(f"{fixturedef.baseid} {fixturedef.argname} {getattr(request, 'param', '')}")


@pytest.fixture(autouse=True)
def _same_draws_for_everyone(request):
    seed_draws(request.node.nodeid)


def seed_draws(word):
    """Start the product's chance anew; TEST_DRAWS=WORD gives other papers."""
    DRAWS.seed(f"{os.environ.get('TEST_DRAWS', '')} {word}")


@pytest.fixture(autouse=True)
def _no_counts_from_other_tests():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def exam(db):
    return make_exam()


@pytest.fixture
def candidate(db):
    return make_user(name="Ada Candidate")


@pytest.fixture
def outsider(db):
    return make_user(name="Otto Outsider")


@pytest.fixture
def instructor(db):
    return make_user(name="Ines Instructor", role="instructor")


def _signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def candidate_client(candidate):
    return _signed_in(candidate)


@pytest.fixture
def outsider_client(outsider):
    return _signed_in(outsider)


@pytest.fixture
def instructor_client(instructor):
    return _signed_in(instructor)


@pytest.fixture
def session(candidate, exam):
    """An open session of the candidate."""
    from examapp.exams import services

    return services.start(candidate, exam=exam)


@pytest.fixture
def away(transactional_db):
    """A switch that sends new connections to a port where nobody listens, and back."""
    from django.db import connection

    kept = {name: connection.settings_dict[name] for name in ("HOST", "PORT")}

    def switch(is_away=True):
        connection.close()
        connection.settings_dict.update({"HOST": "127.0.0.1", "PORT": "1"} if is_away else kept)

    yield switch
    switch(False)


@pytest.fixture
def days(monkeypatch):
    """A function that moves the day on which everybody lives."""
    today, moved = timezone.localdate, [0]

    def localdate(value=None, timezone=None):
        return today(value, timezone) + timedelta(days=0 if value else moved[0])

    monkeypatch.setattr(timezone, "localdate", localdate)

    def move(count):
        moved[0] += count
        return localdate()

    return move
