"""NUL, which the database takes in no text, in every address, query, form and call."""

import json
import re

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import RoutePattern, URLResolver

from examapp.api import services
from tests.support.actors import RULES, make_world, routes

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings):
    settings.METRICS_TOKEN = "a-scraper-s-word"
    settings.API_CALLS_PER_MINUTE = 10_000
    return make_world()


def patterns(resolver=None, before=""):
    """Yield the pattern of every address of the site, the API's and others' too, as one text."""
    for each in (resolver or get_resolver()).url_patterns:
        if not isinstance(each.pattern, RoutePattern):
            continue
        whole = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, whole)
        else:
            yield whole


PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
WITH_TEXT = sorted({each for each in patterns() if re.search(r"<(?:str|slug|path|\w+)[:>]", each)})


def test_the_patterns_are_there():
    assert len(WITH_TEXT) > 60


def test_an_address_with_nul_is_of_nothing(world):
    """Each parameter in turn, for an admin, who is let in everywhere, and by a token."""
    client = Client(raise_request_exception=False)
    client.force_login(world.people["admin"])
    _, secret = services.issue(world.people["admin"], name="a", scopes=["read", "sit", "author"])
    head = {"Authorization": f"Bearer {secret}"}
    for pattern in WITH_TEXT:
        for odd in PARAMETER.findall(pattern):
            address = "/" + PARAMETER.sub(
                lambda match, odd=odd: (
                    "a%00b" if match[1] == odd else str(world.values.get(match[1], "1"))
                ),
                pattern,
            )
            for method in ("GET", "POST"):
                reply = client.generic(method, address, headers=head)
                assert reply.status_code == 404, (method, address)


FIELDS = (
    *("q", "exam", "show", "format", "version", "page", "done", "run", "action", "title", "text"),
    *("name", "choice", "query", "look", "kind", "sort", "place", "focus"),
)


def test_a_query_or_a_form_with_nul_breaks_no_page(world):
    odd = "&".join(f"{each}=a%00b" for each in FIELDS)
    for name, rule in RULES.items():
        address = world.address(name, routes()[name])
        client = world.client(rule.actors[-1] if rule.actors else "admin")
        client.raise_request_exception = False
        for method, body in (("GET", ""), ("POST", odd)):
            reply = client.generic(
                method, f"{address}?{odd}", body, "application/x-www-form-urlencoded"
            )
            assert reply.status_code < 500, (method, address)


def test_a_call_with_nul_in_its_body_is_refused(world):
    _, secret = services.issue(world.people["owner"], name="a", scopes=["author"])
    head = {"Authorization": f"Bearer {secret}"}
    client = Client(raise_request_exception=False)
    address = f"/api/v1/exams/{world.exam.code}/exports"
    for body in ({"format": "a\0b"}, {"format": "csv", "status": ["\0"]}, {"\0": 1}):
        reply = client.post(address, json.dumps(body), "application/json", headers=head)
        assert reply.status_code == 422
        assert reply["Content-Type"] == "application/problem+json"
    # Two backslashes are the text itself, which is no NUL.
    text = client.post(address, '{"format": "\\\\u0000"}', "application/json", headers=head)
    assert "NUL" not in text.json()["detail"]


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "time_zone", "messages", "due"])
def test_a_cookie_that_spells_nul_is_no_cookie(name):
    """In quotes, as cookies may be, \\000 is NUL; the session's key went to the database so."""
    client = Client(raise_request_exception=False)
    cookie = {"Cookie": rf'{name}="a-key-of-some\000letters-and-more-of-them"'}
    assert client.get("/", headers=cookie).status_code == 200
    assert client.get("/exams/", headers=cookie).status_code == 302


def test_static_files_and_pages_that_are_not_there():
    for address in ("/static/a%00b.css", "/a%00b", "/admin/a%00b/", "/accounts/a%00b/"):
        assert Client().get(address).status_code == 404
