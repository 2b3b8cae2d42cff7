"""What reports had predicted, held against the next mock exam of the same person."""

import pytest
from django.urls import reverse

from examapp.reports.item_analysis.predictions import predictions
from examapp.reports.models import FormStatistics, WeakAreaReport
from examapp.reports.weak_areas import report
from tests.reports.conftest import joined, sit
from tests.support.builders import make_exam, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(db):
    """An exam that one failed twice and another passed twice, told .2 and .9 after the first."""
    exam = make_exam(forms=2)
    for told, is_right in ((20.0, False), (90.0, True)):
        person = make_user()
        for _ in range(2):
            session = sit(person, exam, right=lambda item, position, right=is_right: right)
            body = report.compute(session.pk).body
            body["readiness"] |= {"percent": told, "is_enough": True}
            WeakAreaReport.objects.filter(session=session).update(body=body)
    return exam


def test_a_chance_is_held_against_the_next_exam_of_the_same_person(exam):
    found = predictions(exam)
    assert found["n"] == 2
    assert found["brier"] == pytest.approx((0.2**2 + 0.1**2) / 2)
    assert found["last_verdict_brier"] == 0
    bins = [(each["predicted_percent"], each["observed_percent"]) for each in found["bins"]]
    assert bins == [(20, 0), (90, 100)]


def test_what_was_told_from_too_few_answers_is_no_prediction(exam):
    for row in WeakAreaReport.objects.all():
        row.body["readiness"]["is_enough"] = False
        row.save(update_fields=["body"])
    assert predictions(exam) is None


def test_the_page_says_so_from_enough_on(exam, instructor, instructor_client, monkeypatch):
    joined(instructor, exam)
    report.refresh(exam)
    assert FormStatistics.objects.get(exam=exam, form=None).body["predictions"]["n"] == 2
    address = reverse("reports:forms")
    assert "Too few to tell" in instructor_client.get(address).content.decode()
    monkeypatch.setattr("examapp.reports.views.forms.ENOUGH_PREDICTIONS", 2)
    page = " ".join(instructor_client.get(address).content.decode().split())
    assert "2 predictions, each compared with" in page
    assert "Mean squared error: 0.025." in page
