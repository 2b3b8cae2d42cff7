"""Who may ask for what: every route, by everyone, with every method. A new one must be declared."""

import re
from copy import deepcopy
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from tests.support.actors import (
    EVERYONE,
    READ,
    RULES,
    SIGNED_IN,
    make_world,
    routes,
)
from tests.support.databases import kept_for_module

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


# Answered in JSON to a script, which signs in again in place.
TOLD_IN_JSON = {"exams:answers"}
FORM = "application/x-www-form-urlencoded"
BODIES = {
    "exams:answers": lambda world: ("[]", "application/json"),
    "reports:refresh": lambda world: (f"exam={world.exam.code}", FORM),
    "courses:staff": lambda world: (
        f"do=add&role=viewer&email={world.people['author'].email}",
        FORM,
    ),
    "courses:discuss": lambda world: (
        f"mark={world.past.items.first().version.question_id}",
        FORM,
    ),
}
# Who asks again has to sign in first.
SIGNS_OUT = {"accounts:sign_out_everywhere"}
# Opening a draft tells who else opens it.
TELLS_OTHERS = {"questions:edit"}
# The same for everyone, so that caches may keep them.
MAY_BE_KEPT = {"questions:image", "api:document", "catalog"}
# Things that a route names and that are not there, or not any more: 404 for all.
NOT_THERE = {
    "reports:told",
    *("exams:seen", "exams:form", "exams:archive", "exams:reserve", "exams:problem"),
    "exams:correction",
    *("questions:intake", "questions:import_report", "questions:undo_import"),
    *("questions:drop_import", "questions:template", "questions:discard", "questions:undo"),
    "questions:bulk_run",
    *("questions:remove_view", "questions:leave", "operations:retry"),
    "api:revoke",
    # The first who joins by it uses it up.
    "courses:join_invited",
    # Closed while an exam runs, or about an exam that has ended.
    *("practice:choose", "practice:start", "practice:question", "practice:summary"),
    *("practice:missed", "check", "check_result"),
    *(
        "practice:report",
        "practice:count",
        "study:review",
        "study:due_list",
        "study:answer",
        "study:undo",
        "study:term",
        "study:grade",
        "study:answered",
        "study:saved",
        "study:download",
        "study:save",
        "study:note",
        "study:topic_note",
        "exams:report",
        "reports:printout",
        "reports:report_data",
        "reports:statements",
    ),
}


def test_every_route_is_declared():
    assert set(RULES) == set(routes())


@pytest.fixture(scope="module")
def world_of_module(django_db_setup, django_db_blocker):
    with kept_for_module(django_db_blocker, make_world) as world:
        yield world


@pytest.fixture
def world(world_of_module, db, settings):
    settings.METRICS_TOKEN = "a-scraper-s-word"
    return deepcopy(world_of_module)


@pytest.mark.parametrize("name", sorted(RULES))
def test_who_is_let_in(world, name):
    rule = RULES[name]
    address = world.address(name, routes()[name])
    for actor in EVERYONE:
        client = world.client(actor)
        for method in METHODS:
            if name in SIGNS_OUT and world.people[actor]:
                world.people[actor].refresh_from_db()
                client = world.client(actor)
            with CaptureQueriesContext(connection) as asked:
                reply = client.generic(method, address, *body_of(name, world))
            place = f"{actor} {method} {address}: {reply.status_code}"
            if actor in rule.actors and method in rule.methods:
                assert reply.status_code < 500, place
                assert name in NOT_THERE or reply.status_code not in (401, 403, 404, 405), place
            elif actor == "anonymous" and not set(rule.actors) & {"anonymous"}:
                assert_is_asked_to_sign_in(name, rule, reply, place)
            else:
                assert reply.status_code in (404, 405), place
            assert_headers(name, reply, place)
            if method in READ and name not in TELLS_OTHERS:
                assert_nothing_is_written(asked, place)


def body_of(name, world):
    return BODIES[name](world) if name in BODIES else ()


def assert_is_asked_to_sign_in(name, rule, reply, place):
    """A stranger learns nothing, not even whether what the address names is there."""
    if name in TOLD_IN_JSON:
        assert reply.status_code in (401, 405), place
    elif not rule.actors:
        assert reply.status_code in (404, 405), place
    else:
        assert reply.status_code == 302, place
        assert reply["Location"].startswith("/accounts/login/?next=/"), place


def assert_headers(name, reply, place):
    for header, value in HEADERS.items():
        assert reply.headers.get(header) == value, place
    policy = reply.headers["Content-Security-Policy"]
    assert "unsafe" not in policy, place
    assert "frame-ancestors 'none'" in policy, place
    may_be_kept = name in MAY_BE_KEPT and reply.status_code == 200
    assert may_be_kept or "no-store" in reply.headers["Cache-Control"], place


def assert_nothing_is_written(asked, place):
    verbs = {query["sql"].split()[0].upper() for query in asked.captured_queries}
    assert not verbs & {"INSERT", "UPDATE", "DELETE"}, place


# Routes that name a session: another's is answered as one that never was.
OF_A_SESSION = sorted(name for name, each in routes().items() if "session_id" in each)


@pytest.mark.parametrize("name", OF_A_SESSION)
def test_another_s_session_is_answered_as_one_that_never_was(world, name):
    parameters = routes()[name]
    method, body = RULES[name].methods[0], body_of(name, world)
    for actor in SIGNED_IN[1:]:
        ask = partial(world.client(actor).generic, method)
        never = "00000000-0000-4000-8000-000000000000"
        replies = [
            ask(world.address(name, parameters, session_id=session_id), *body)
            for session_id in (world.session.pk, world.past.pk, never)
        ]
        assert {reply.status_code for reply in replies} == {404}
        assert len({re.sub(rb'value="\w{64}"', b"", reply.content) for reply in replies}) == 1


@pytest.mark.parametrize("actor", EVERYONE)
def test_the_api_is_open_to_tokens_alone(world, actor):
    """Whoever is signed in on the pages has no say there, so that no page can speak for them."""
    client = world.client(actor)
    programs = routes(get_resolver(), of_programs=True)
    # The page that explains them stands there, for everyone.
    del programs["api:api-1:api-root"]
    for name, parameters in programs.items():
        for method in METHODS:
            status = client.generic(method, world.address(name, parameters)).status_code
            assert status in (401, 405), f"{name} {method}: {status}"
