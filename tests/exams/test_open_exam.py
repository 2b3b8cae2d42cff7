"""While a candidate is in an exam nothing is read that tells right from wrong, at any address."""

import re
from copy import deepcopy

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from examapp.api.services import issue
from examapp.exams import services
from examapp.practice import services as practice
from examapp.reports.weak_areas.report import compute
from tests.support.actors import RULES, make_world, routes
from tests.support.builders import right_response
from tests.support.databases import kept_for_module
from tests.support.sittings import answer_all

pytestmark = pytest.mark.django_db

# Columns that hold a key, what an answer earned, or what a report makes of it.
# The rating of how hard a question is, which a start sums up for its cut, tells nothing of them.
TELLING = re.compile(
    r'SELECT.*("questions_questionversion"|\bT\d+)\."key"(?! -> \'angoff\'\))'
    r'|SELECT.*"(exams_sessionitem|practice_practiceitem)"\."credit"'
    r'|SELECT.*"reports_weakareareport"\."body"',
    re.DOTALL,
)
# Pages on which only a part is closed.
IN_PART = {"home", "exams:result", "reports:weak_areas", "reports:progress", "reports:printout"} | {
    # A visitor begins it; who is signed in is refused within.
    "check",
    "questions:task_notes",
    "reports:report_data",
    "privacy:download",
}


@pytest.fixture(scope="module")
def world_of_module(django_db_setup, django_db_blocker):
    with kept_for_module(django_db_blocker, make_sat_world) as world:
        yield world


@pytest.fixture
def world(world_of_module, db):
    return deepcopy(world_of_module)


def make_sat_world():
    """Return a candidate with a past exam, its report, and a practice set answered in part."""
    world = make_world()
    services.finish(world.session.pk)
    candidate = world.people["candidate"]
    answer_all(past := services.start(candidate, exam=world.exam))
    services.finish(past.pk)
    compute(past.pk)
    started = practice.start(candidate, exam=world.exam, choice=practice.Choice(3))
    item = started.items.select_related("version").get(position=1)
    item.keyed_by = item.version
    practice.answer(
        started.pk, 1, candidate=candidate, response=right_response(item), sureness="sure"
    )
    world.values |= {"session_id": past.pk, "set_id": started.pk}
    return world


def telling(world):
    """Return the addresses that read what tells right from wrong, by name."""
    candidate = world.people["candidate"]
    _, secret = issue(candidate, name="a program", scopes=["read", "sit"])
    calls = [
        (name, parameters, method, {})
        for name, parameters in routes().items()
        for method in RULES[name].methods
        if "candidate" in RULES[name].actors and method != "HEAD"
    ]
    calls += [
        (name, parameters, "GET", {"Authorization": f"Bearer {secret}"})
        for name, parameters in routes(of_programs=True).items()
    ]
    return {name for name, parameters, *how in calls if is_telling(world, name, parameters, *how)}


def is_telling(world, name, parameters, method, headers):
    """Ask for an address and take back what that did; tell whether it read what tells."""
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        client = Client(headers=headers)
        if not headers:
            client.force_login(world.people["candidate"])
        client.generic(method, world.address(name, parameters))
        transaction.set_rollback(True)
    return any(TELLING.search(query["sql"]) for query in asked.captured_queries)


def guarded_views():
    """Return the patterns of views that are closed during an exam, by name."""
    found = {}
    for space in ("exams", "study", "practice", "reports", "courses"):
        for pattern in get_resolver().namespace_dict[space][1].url_patterns:
            if isinstance(pattern, URLPattern) and is_guarded(pattern.callback):
                found[f"{space}:{pattern.name}"] = pattern
    return found


def is_guarded(view):
    while view is not None:
        if view.__code__.co_qualname.startswith("closed_during_exam"):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_no_address_reads_what_tells_during_an_exam(world):
    openly = telling(world)
    assert openly >= {"exams:review", "practice:question", "api:api-1:weak_areas"}
    # Each view that can show a key is closed as a whole, or knows its closed part.
    assert openly <= {*guarded_views(), *IN_PART, "api:api-1:weak_areas"}
    services.start(world.people["candidate"], exam=world.exam)
    assert telling(world) == set()


def test_views_without_their_guard_are_found(world, monkeypatch):
    names = {"exams:review", "practice:question", "reports:statements"}
    for name in names:
        view = guarded_views()[name].callback
        while not view.__code__.co_qualname.startswith("closed_during_exam"):
            view = view.__wrapped__
        monkeypatch.setattr(guarded_views()[name], "callback", view.__wrapped__)
    services.start(world.people["candidate"], exam=world.exam)
    assert telling(world) == names
