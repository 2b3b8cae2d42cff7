"""More time for a person in an exam, given on the exam's page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from examapp.exams import services
from examapp.exams.hooks import required_sittings
from examapp.exams.models import TimeExtension
from questions.models import ExamRole
from tests.support.builders import make_exam, make_user
from tests.support.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(exam):
    return reverse("exams:more_time", args=[exam.code])


@pytest.fixture
def reviewer_client(instructor_client, instructor, exam):
    ExamRole.objects.get_or_create(user=instructor, exam=exam, defaults={"role": "reviewer"})
    return instructor_client


def fields(session, **instead):
    return {
        "email": session.candidate.email.upper(),
        "minutes": "10",
        "reason": "Fire drill",
        **instead,
    }


def test_an_instructor_of_the_exam_adds_minutes_with_a_reason(reviewer_client, session, page):
    before = session.deadline_at
    reply = reviewer_client.post(page, fields(session), follow=True)
    session.refresh_from_db()
    assert session.deadline_at == before + timedelta(minutes=10)
    assert "10 minutes added. The exam ends at " in html_of(reply)
    entry = TimeExtension.objects.get()
    assert (entry.session, entry.reason) == (session, "Fire drill")


@pytest.mark.parametrize("state", ["ended", "of another exam", "unknown"])
def test_who_is_not_in_it_gets_none_and_all_get_the_same_answer(
    reviewer_client, session, page, state
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
    reply = reviewer_client.post(page, fields(session, email=email))
    assert reply.status_code == 422
    assert "Nobody with this address is in this exam now" in html_of(reply)
    assert not TimeExtension.objects.exists()


@pytest.fixture
def required(session):
    """The session, for whose result a course waits."""
    required_sittings.register("a course", lambda key: key == session.pk)
    yield session
    required_sittings.unregister("a course")


def test_a_course_gives_its_people_time_itself(reviewer_client, required, page):
    session = required
    assert reviewer_client.post(page, fields(session)).status_code == 422
    admin = Client()
    admin.force_login(make_user(role="admin"))
    admin.post(page, fields(session))
    assert TimeExtension.objects.get().given_by.role == "admin"


def test_an_author_gives_no_time(reviewer_client, instructor, session, page, exam):
    ExamRole.objects.filter(user=instructor, exam=exam).update(role="author")
    assert reviewer_client.post(page, fields(session)).status_code == 404


@pytest.mark.parametrize("person", ["9" * 5000, "²", "-1", "x"])
def test_an_odd_person_in_the_address_is_nobody(session, page, person):
    admin = Client()
    admin.force_login(make_user(role="admin"))
    assert admin.get(page, {"person": person}).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"minutes": "0"}, {"minutes": "601"}, {"reason": " "}, {"email": "x\x00y"}]
)
def test_what_is_wrong_is_named_and_nothing_is_given(reviewer_client, session, page, wrong):
    reply = reviewer_client.post(page, fields(session, **wrong))
    assert reply.status_code == 422
    assert not TimeExtension.objects.exists()


def test_a_reason_is_shown_to_who_gave_it_and_to_admins(reviewer_client, session, page, exam):
    reviewer_client.post(page, fields(session))
    colleague, admin = make_user(role="instructor"), make_user(role="admin")
    ExamRole.objects.create(user=colleague, exam=exam, role="owner")
    seen = []
    for person in (colleague, admin):
        client = Client()
        client.force_login(person)
        seen.append("Fire drill" in html_of(client.get(page)))
    assert "Fire drill" in html_of(reviewer_client.get(page))
    assert seen == [False, True]


def test_an_admin_comes_from_the_running_exams_with_the_address(session, page, reviewer_client):
    admin = Client()
    admin.force_login(make_user(role="admin"))
    link = f"{page}?person={session.candidate_id}"
    assert f'href="{link}"' in html_of(admin.get(reverse("operations:overview")))
    assert session.candidate.email in html_of(admin.get(link))
    assert session.candidate.email not in html_of(reviewer_client.get(link))
