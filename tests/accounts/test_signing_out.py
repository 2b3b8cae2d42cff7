"""Signing out of every device at once."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.support.builders import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def test_every_device_is_signed_out_and_the_password_stays():
    person, clients = make_user(), [Client(), Client()]
    for client in clients:
        client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
        assert client.get(reverse("exams:history")).status_code == 200
    reply = clients[0].post(reverse("accounts:sign_out_everywhere"), follow=True)
    assert "signed out on every device" in reply.content.decode()
    assert {each.get(reverse("exams:history")).status_code for each in clients} == {302}
    again = clients[1]
    again.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert again.get(reverse("exams:history")).status_code == 200


def test_sessions_of_before_are_bound_as_they_were():
    """So that the release that brings it signs out nobody."""
    person = make_user()
    bound = person.get_session_auth_hash()
    assert bound == super(type(person), person).get_session_auth_hash()
    person.session_epoch = 1
    assert person.get_session_auth_hash() != bound
