"""Time accommodations, set by admins."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from examapp.accounts.models import Accommodation
from examapp.exams import services
from tests.support.builders import make_user
from tests.support.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client():
    client = Client()
    client.force_login(make_user(role="admin"))
    return client


def url(candidate):
    return reverse("accounts:accommodation", args=[candidate.pk])


@pytest.mark.nightly
def test_an_admin_grants_time_and_the_deadline_honours_it(admin_client, candidate, exam):
    reply = admin_client.post(url(candidate), {"time_factor": "1.25", "extra_minutes": "5"})
    assert reply["Location"] == reverse("accounts:accommodations")
    session = services.start(candidate, exam=exam)
    assert session.deadline_at - session.started_at == timedelta(minutes=42, seconds=30)
    assert Accommodation.objects.get().granted_by.role == "admin"


def test_factor_one_and_no_minutes_take_it_back(admin_client, candidate):
    Accommodation.objects.create(user=candidate, time_factor=2)
    admin_client.post(url(candidate), {"time_factor": "1", "extra_minutes": "0"})
    assert not Accommodation.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"time_factor": "0.5", "extra_minutes": "0"},
        {"time_factor": "11", "extra_minutes": "0"},
        {"time_factor": "1", "extra_minutes": "601"},
        {"time_factor": "1", "extra_minutes": "-1"},
        {"time_factor": "NaN", "extra_minutes": "0"},
        {"time_factor": "", "extra_minutes": "x"},
    ],
)
def test_bad_values_are_named_and_nothing_is_kept(admin_client, candidate, fields):
    reply = admin_client.post(url(candidate), fields)
    assert reply.status_code == 422
    assert "There is a problem" in reply.content.decode()
    assert not Accommodation.objects.exists()


def test_nobody_else_sees_or_sets_them(
    candidate, candidate_client, outsider_client, instructor_client
):
    for client in (candidate_client, outsider_client, instructor_client):
        assert client.get(reverse("accounts:accommodations")).status_code == 404
        assert client.get(url(candidate)).status_code == 404
        reply = client.post(url(candidate), {"time_factor": "2", "extra_minutes": "0"})
        assert reply.status_code == 404
    assert Client().get(url(candidate)).status_code == 302
    assert not Accommodation.objects.exists()


def test_people_are_found_by_name_or_address(admin_client):
    make_user(email="grace@example.com", name="Grace Hopper")
    make_user(email="alan@example.com", name="Alan Turing")
    for query in ("hopper", "GRACE@"):
        reply = admin_client.get(reverse("accounts:accommodations"), {"q": query})
        assert [person.name for person in reply.context["page"]] == ["Grace Hopper"]


def test_nobody_found_is_said(admin_client):
    reply = admin_client.get(reverse("accounts:accommodations"), {"q": "nobody"})
    assert "Nobody found" in reply.content.decode()


def test_only_candidates_are_given_time(admin_client, instructor):
    assert admin_client.get(url(instructor)).status_code == 404
    page = admin_client.get(reverse("accounts:accommodations")).context["page"]
    assert instructor not in page


def test_what_is_set_stands_in_the_form_and_on_the_list(admin_client, candidate):
    Accommodation.objects.create(user=candidate, time_factor="1.50", extra_minutes=20)
    form = admin_client.get(url(candidate)).content.decode()
    assert 'value="1.50"' in form
    assert 'value="20"' in form
    page = html_of(admin_client.get(reverse("accounts:accommodations")))
    assert "1.5 times the usual time, 20 extra minutes" in page


def test_a_running_sitting_keeps_its_deadline(admin_client, session):
    admin_client.post(url(session.candidate), {"time_factor": "2", "extra_minutes": "0"})
    before = session.deadline_at
    session.refresh_from_db()
    assert session.deadline_at == before


def test_the_list_costs_the_same_for_many(admin_client):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            admin_client.get(reverse("accounts:accommodations"))
        return len(asked)

    def with_time(instructor):
        Accommodation.objects.create(user=make_user(), time_factor=2, granted_by=instructor)

    with_time(make_user(role="instructor", name="Ines"))
    few = cost()
    for _ in range(12):
        with_time(make_user(role="instructor", name="Ivo"))
    assert cost() == few <= 6
