"""What is answered when something is not there, not allowed, broken or away."""

import json

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.test import Client
from django.urls import reverse

from examapp.exams.services import notifications
from tests.support.builders import PASSWORD, entry, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def answering(candidate):
    """A client that gets error pages instead of exceptions."""
    client = Client(raise_request_exception=False)
    client.force_login(candidate)
    return client


def test_a_page_that_is_not_there_has_a_page(candidate_client):
    for client in (candidate_client, Client()):
        reply = client.get("/nothing/")
        assert reply.status_code == 404
        assert "Page not found" in reply.content.decode()


def test_a_form_that_is_too_old_has_a_page(candidate):
    client = Client(enforce_csrf_checks=True)
    client.force_login(candidate)
    reply = client.post("/accounts/logout/")
    assert reply.status_code == 403
    assert "This form has expired" in reply.content.decode()


def test_a_failure_has_a_page(answering, monkeypatch):
    monkeypatch.setattr(notifications, "unseen", lambda user: 1 / 0)
    reply = answering.get("/")
    assert reply.status_code == 500
    assert "Something went wrong on our side" in reply.content.decode()


@pytest.mark.parametrize("name", ["room", "result"])
def test_without_a_database_pages_say_when_to_come_again(answering, session, away, name):
    address = reverse(f"exams:{name}", args=[session.pk])
    away()
    reply = answering.get(address)
    assert reply.status_code == 503
    assert int(reply["Retry-After"]) > 0
    assert "The site is not available right now" in reply.content.decode()


def test_without_a_database_a_save_is_asked_to_come_again(answering, session, away):
    address = reverse("exams:answers", args=[session.pk])
    away()
    reply = answering.post(address, json.dumps([entry(1, None)]), content_type="application/json")
    assert (reply.status_code, reply["Retry-After"]) == (503, "3")


def test_a_database_that_comes_back_is_used_again(answering, session, away):
    address = reverse("exams:room", args=[session.pk])
    away()
    assert answering.get(address).status_code == 503
    away(False)
    assert answering.get(address).status_code == 200


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_breaks_off_is_away_too(answering, monkeypatch, error):
    def break_off(user):
        raise error("terminating connection due to administrator command")

    monkeypatch.setattr(notifications, "unseen", break_off)
    assert answering.get("/").status_code == 503


def test_a_wrong_statement_is_a_failure_and_not_an_absence(answering, monkeypatch):
    def fail(user):
        raise ProgrammingError("no such column")

    monkeypatch.setattr(notifications, "unseen", fail)
    assert answering.get("/").status_code == 500


def test_pages_are_kept_out_of_caches(candidate_client, session):
    reply = candidate_client.get(reverse("exams:room", args=[session.pk]))
    assert reply["Cache-Control"] == "private, no-store"


def test_the_policy_allows_nothing_inline(candidate_client):
    policy = candidate_client.get("/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_too_many_wrong_passwords_have_a_page():
    make_user(email="ada@example.com")
    replies = [
        Client().post("/accounts/login/", {"login": "ada@example.com", "password": "wrong"})
        for _ in range(12)
    ]
    assert "Too many" in replies[-1].content.decode()
    right = Client().post("/accounts/login/", {"login": "ada@example.com", "password": PASSWORD})
    assert "Too many" in right.content.decode()
