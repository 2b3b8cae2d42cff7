"""More time for a person in an exam, given on the exam's page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from examapp.exams import services
from examapp.exams.models import TimeExtension
from questions.models import ExamRole
from tests.support.builders import make_exam, make_user
from tests.support.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(exam):
    return reverse("exams:more_time", args=[exam.code])


@pytest.fixture
def author_client(instructor_client, instructor, exam):
    ExamRole.objects.get_or_create(user=instructor, exam=exam, defaults={"role": "author"})
    return instructor_client


def fields(session, **instead):
    return {
        "email": session.candidate.email.upper(),
        "minutes": "10",
        "reason": "Fire drill",
        **instead,
    }


def test_an_instructor_of_the_exam_adds_minutes_with_a_reason(author_client, session, page):
    before = session.deadline_at
    reply = author_client.post(page, fields(session), follow=True)
    session.refresh_from_db()
    assert session.deadline_at == before + timedelta(minutes=10)
    assert "10 minutes added. The exam ends at " in html_of(reply)
    entry = TimeExtension.objects.get()
    assert (entry.session, entry.reason) == (session, "Fire drill")


@pytest.mark.parametrize("state", ["ended", "of another exam", "unknown"])
def test_who_is_not_in_it_gets_none_and_all_get_the_same_answer(
    author_client, session, page, state
):
    email = session.candidate.email
    if state == "ended":
        services.finish(session.pk)
    elif state == "of another exam":
        stranger = make_user()
        services.start(stranger, exam=make_exam())
        email = stranger.email
    else:
        email = "nobody@example.com"
    reply = author_client.post(page, fields(session, email=email))
    assert reply.status_code == 422
    assert "Nobody with this address is in this exam now." in html_of(reply)
    assert not TimeExtension.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"minutes": "0"}, {"minutes": "601"}, {"reason": " "}, {"email": "x\x00y"}]
)
def test_what_is_wrong_is_named_and_nothing_is_given(author_client, session, page, wrong):
    reply = author_client.post(page, fields(session, **wrong))
    assert reply.status_code == 422
    assert not TimeExtension.objects.exists()


def test_a_reason_is_shown_to_who_gave_it_and_to_admins(author_client, session, page, exam):
    author_client.post(page, fields(session))
    colleague, admin = make_user(role="instructor"), make_user(role="admin")
    ExamRole.objects.create(user=colleague, exam=exam, role="owner")
    seen = []
    for person in (colleague, admin):
        client = Client()
        client.force_login(person)
        seen.append("Fire drill" in html_of(client.get(page)))
    assert "Fire drill" in html_of(author_client.get(page))
    assert seen == [False, True]


def test_an_admin_comes_from_the_running_exams_with_the_address(session, page, author_client):
    admin = Client()
    admin.force_login(make_user(role="admin"))
    link = f"{page}?person={session.candidate_id}"
    assert f'href="{link}"' in html_of(admin.get(reverse("operations:overview")))
    assert session.candidate.email in html_of(admin.get(link))
    assert session.candidate.email not in html_of(author_client.get(link))
