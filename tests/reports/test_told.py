"""How the real exam went, as people tell it: asked once, kept as told, compared with what came."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from examapp.accounts.exam_dates import set_exam_date
from examapp.accounts.models import ExamDate
from examapp.exams import services
from examapp.exams.models import ToldResult
from examapp.exams.services.told_results import ENOUGH, tell, told_bands
from tests.support.builders import make_user, wrong_response
from tests.support.sittings import answer_all

pytestmark = pytest.mark.django_db


def test_after_the_date_one_is_asked_once_how_it_went(candidate, candidate_client, exam):
    session = services.start(candidate, exam=exam)
    answer_all(session, wrong_response)
    services.finish(session.pk)
    ExamDate.objects.create(user=candidate, exam=exam, day=timezone.localdate() - timedelta(days=1))
    assert "How did your exam go?" in candidate_client.get("/").text
    address = reverse("reports:told", args=[exam.code])
    assert candidate_client.post(address, {}).status_code == 422
    candidate_client.post(address, {"outcome": "passed", "score": "812"})
    told = ToldResult.objects.get()
    assert (told.outcome, told.score, told.exam_day) == (
        "passed",
        812,
        timezone.localdate() - timedelta(days=1),
    )
    text = candidate_client.get("/").text
    assert "How did your exam go?" not in text
    assert "Set your exam date" in text
    # A second answer, from a page that stood open, changes nothing.
    candidate_client.post(address, {"outcome": "failed"})
    assert ToldResult.objects.get().outcome == "passed"


def test_what_was_told_is_compared_with_what_came_once_thirty_have_said(exam, candidate):
    day = timezone.localdate()
    for n in range(ENOUGH - 1):
        person = make_user()
        outcome = "passed" if n % 4 else "failed"
        tell(person, exam, exam_day=day, outcome=outcome, chance_percent=76 if n < 20 else 41)
    tell(make_user(), exam, exam_day=day, outcome="unsaid", chance_percent=80)
    assert told_bands() == []
    tell(candidate, exam, exam_day=day, outcome="passed", chance_percent=84)
    assert [(band.percent, band.passed, band.of) for band in told_bands()] == [
        (40, 6, 9),
        (80, 16, 21),
    ]


def test_nobody_tells_of_a_day_to_come(candidate, candidate_client, exam):
    set_exam_date(candidate, exam, timezone.localdate())
    address = reverse("reports:told", args=[exam.code])
    assert candidate_client.post(address, {"outcome": "passed"}).status_code == 404
