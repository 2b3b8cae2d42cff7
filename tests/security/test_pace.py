"""One person's heavy pages do not take the site from the others, nor their own exam room."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_pages_that_cost_have_a_pace_that_the_room_does_not_share(
    candidate_client, outsider_client, session, settings
):
    settings.PAGE_SECONDS_PER_MINUTE = 0.001
    history = reverse("exams:history")
    first, second = (candidate_client.get(history) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 429)
    assert 0 < int(second["Retry-After"]) <= 60
    room = reverse("exams:room", args=[session.pk])
    assert candidate_client.get(room).status_code == 200
    saved = reverse("exams:answers", args=[session.pk])
    assert candidate_client.post(saved, "[]", content_type="application/json").status_code == 200
    assert outsider_client.get(history).status_code == 200


def test_the_room_has_a_pace_of_its_own_that_no_save_and_no_end_meets(
    candidate_client, session, settings
):
    """One candidate's page of the room, asked for without end, held the threads that save."""
    settings.PAGE_SECONDS_PER_MINUTE = 0.001
    room = reverse("exams:room", args=[session.pk])
    first, second = (candidate_client.get(room) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 429)
    saved = reverse("exams:answers", args=[session.pk])
    assert candidate_client.post(saved, "[]", content_type="application/json").status_code == 200
    ended = candidate_client.post(reverse("exams:finish", args=[session.pk]))
    assert ended["Location"] == reverse("exams:result", args=[session.pk])


def test_nobody_who_reads_meets_it(candidate_client):
    statuses = {candidate_client.get(reverse("exams:history")).status_code for _ in range(20)}
    assert statuses == {200}


def test_visitors_have_no_pace_of_a_person(client, settings):
    settings.PAGE_SECONDS_PER_MINUTE = 0.001
    assert {client.get("/").status_code for _ in range(3)} == {200}
