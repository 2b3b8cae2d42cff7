"""The catalogue, the launch page, the start and the history."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from examapp.accounts.models import Accommodation
from examapp.exams import services
from examapp.exams.models import ExamSession
from tests.support.builders import make_exam

pytestmark = pytest.mark.django_db

FRESH = {"form": "fresh"}


def launch(exam):
    return reverse("exams:launch", args=[exam.code])


def start(client, exam, fields=FRESH):
    return client.post(reverse("exams:start", args=[exam.code]), fields)


def test_the_catalogue_lists_every_exam(candidate_client, exam):
    other = make_exam()
    text = candidate_client.get(reverse("exams:catalogue")).content.decode()
    assert exam.title in text
    assert other.title in text


def test_visitors_sign_in_first(exam):
    for address in (reverse("exams:catalogue"), reverse("exams:history"), launch(exam)):
        reply = Client().get(address)
        assert reply["Location"] == f"/accounts/login/?next={address}"
    assert start(Client(), exam)["Location"].startswith("/accounts/login/")
    assert not ExamSession.objects.exists()


def test_whoever_signs_in_may_sit_an_exam(instructor_client, outsider_client, exam):
    for client in (instructor_client, outsider_client):
        assert client.get(launch(exam)).status_code == 200
        assert client.get(start(client, exam)["Location"]).status_code == 200


def test_the_launch_page_tells_the_rules(candidate_client, exam):
    text = candidate_client.get(launch(exam)).content.decode()
    assert "30 minutes" in text
    assert "10 questions count and 2 do not" in text
    assert "The pass mark is 700 on a scale of 100 to 1000" in text


def test_the_launch_page_tells_what_was_granted(candidate, candidate_client, exam):
    Accommodation.objects.create(user=candidate, time_factor="1.5", extra_minutes=10)
    text = candidate_client.get(launch(exam)).content.decode()
    assert "55 minutes with your extra time" in text
    assert "10 extra minutes" in text


def test_the_launch_page_of_a_running_exam_leads_back(candidate_client, session):
    text = candidate_client.get(launch(session.exam)).content.decode()
    assert "0 of 12 answered" in text
    assert reverse("exams:room", args=[session.pk]) in text


def test_an_exam_is_found_whatever_the_case_of_its_code(candidate_client, exam):
    assert candidate_client.get(f"/exams/{exam.code.upper()}/").status_code == 200


def test_an_unknown_exam_is_not_found(candidate_client):
    assert candidate_client.get("/exams/nothing/").status_code == 404
    assert candidate_client.post("/exams/nothing/start/", FRESH).status_code == 404


def test_starting_leads_to_the_room(candidate_client, exam):
    reply = start(candidate_client, exam)
    session = ExamSession.objects.get()
    assert reply["Location"] == reverse("exams:room", args=[session.pk])


def test_starting_twice_leads_to_the_same_room(candidate_client, exam):
    assert start(candidate_client, exam)["Location"] == start(candidate_client, exam)["Location"]


def test_a_start_changes_nothing_by_get(candidate_client, exam):
    assert candidate_client.get(reverse("exams:start", args=[exam.code])).status_code == 405


def test_a_start_names_a_mock_exam_that_can_be_taken(candidate_client, exam):
    reply = start(candidate_client, exam, {"form": "x"})
    assert reply.status_code == 422
    assert "The exam did not start" in reply.content.decode()
    assert not ExamSession.objects.exists()


def test_a_start_without_fields_is_a_fresh_form(candidate_client, exam):
    assert start(candidate_client, exam, {}).status_code == 302
    assert ExamSession.objects.get().form.kind == "fresh"


def test_a_bank_too_small_is_told_on_the_launch_page(candidate_client):
    reply = start(candidate_client, make_exam(forms=1, scored_count=40))
    assert reply.status_code == 409
    assert "The bank is too small for a mock exam" in reply.content.decode()


def test_too_many_starts_are_told(candidate, candidate_client, exam, settings):
    settings.STARTS_PER_DAY = 1
    services.finish(services.start(candidate, exam=exam).pk)
    reply = start(candidate_client, exam)
    assert reply.status_code == 429
    assert reply["Retry-After"]


def test_the_history_lists_own_finished_exams_alone(candidate_client, outsider, session, exam):
    services.finish(session.pk)
    services.finish(services.start(outsider, exam=exam).pk)
    services.start(session.candidate, exam=exam)
    page = candidate_client.get(reverse("exams:history")).context["page"]
    assert [each.pk for each in page] == [session.pk]


def test_an_empty_history_says_what_to_do(candidate_client):
    text = candidate_client.get(reverse("exams:history")).content.decode()
    assert reverse("exams:catalogue") in text


def test_a_long_history_has_pages(candidate, candidate_client, exam):
    rules = {name: getattr(exam, name) for name in ("scale_min", "scale_cut", "scale_max")}
    now = timezone.now()
    ExamSession.objects.bulk_create(
        ExamSession(
            candidate=candidate,
            exam=exam,
            status="finished",
            finish_reason="submitted",
            started_at=now - timedelta(days=day, hours=1),
            deadline_at=now - timedelta(days=day),
            finished_at=now - timedelta(days=day),
            base_minutes=30,
            grading_policy=exam.grading_policy,
            raw_cut=exam.raw_cut,
            **rules,
        )
        for day in range(30)
    )
    pages = [candidate_client.get(reverse("exams:history"), {"page": n}) for n in (1, 2, "x")]
    assert [len(reply.context["page"].object_list) for reply in pages] == [25, 5, 25]
    ended = [session.finished_at for reply in pages[:2] for session in reply.context["page"]]
    assert ended == sorted(ended, reverse=True)


def cost(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_catalogue_costs_the_same_for_many_exams(candidate_client, session):
    few = cost(candidate_client, reverse("exams:catalogue"))
    for _ in range(3):
        make_exam()
    assert cost(candidate_client, reverse("exams:catalogue")) == few <= 8


def test_the_history_costs_the_same_for_many_rows(candidate, candidate_client, exam):
    services.finish(services.start(candidate, exam=exam).pk)
    few = cost(candidate_client, reverse("exams:history"))
    for _ in range(3):
        services.finish(services.start(candidate, exam=make_exam()).pk)
    assert cost(candidate_client, reverse("exams:history")) == few <= 8


def test_the_launch_page_costs_few_statements(candidate_client, session):
    assert cost(candidate_client, launch(session.exam)) <= 10
