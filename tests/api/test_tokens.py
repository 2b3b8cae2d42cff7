"""Tokens are made in the site, shown once, kept as a hash, and end when they are revoked."""

import pytest
from django.test import Client

from examapp.api.models import Token
from tests.support.api import problem

pytestmark = pytest.mark.django_db


def test_tokens_are_hashed_noted_and_revocable(caller, exam):
    stored = Token.objects.get()
    assert caller.secret not in str(vars(stored))
    assert stored.last_used_at is None
    assert caller.get("/exams").status_code == 200
    stored.refresh_from_db()
    assert stored.last_used_at is not None
    page = Client()
    page.force_login(caller.user)
    assert "a program" in page.get("/account/tokens/").content.decode()
    page.post(f"/account/tokens/{stored.pk}/revoke/")
    problem(caller.get("/exams"), 401)


def test_a_token_of_a_closed_account_is_refused(caller):
    caller.user.is_active = False
    caller.user.save()
    problem(caller.get("/exams"), 401)


def test_a_token_is_made_in_the_site_and_shown_once(candidate_client, candidate):
    reply = candidate_client.post("/account/tokens/", {"name": "mine", "scopes": ["read"]})
    assert Token.objects.get(user=candidate).hint in reply.content.decode()
    assert 'id="secret">ex_' in reply.content.decode()
    assert 'id="secret"' not in candidate_client.get("/account/tokens/").content.decode()
    assert candidate_client.post("/account/tokens/", {"name": "x"}).status_code == 422


def test_a_token_of_another_is_not_revoked(caller, outsider_client):
    reply = outsider_client.post(f"/account/tokens/{caller.token.pk}/revoke/")
    assert reply.status_code == 404
    assert Token.objects.live().exists()
