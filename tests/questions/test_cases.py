"""Case studies: written, changed, and never changed under questions that are live."""

import pytest
from django.urls import reverse

from questions.models import AuditEntry, Case, Question
from questions.services import publishing
from tests.factories import make_item
from tests.questions.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(author):
    return client_of(author)


def address(exam, *ref):
    return reverse("questions:case", args=[exam.code, *ref])


def test_a_case_is_written_and_listed(client, exam):
    client.post(address(exam), {"title": "A bank", "scenario": "It lends."})
    case = Case.objects.get(exam=exam)
    assert case.ref == f"{exam.code}-c{case.pk}"
    page = client.get(reverse("questions:cases", args=[exam.code])).content.decode()
    assert "A bank" in page


def test_a_case_without_a_scenario_is_asked_again(client, exam):
    answer = client.post(address(exam), {"title": "A bank", "scenario": ""})
    assert answer.status_code == 422
    assert "A bank" in answer.content.decode()
    assert not Case.objects.exists()


def test_a_change_leaves_live_questions_as_they_were_and_names_them(client, exam):
    case = Case.objects.create(exam=exam, ref="c-1", title="A bank", scenario="It lends.")
    question = Question.objects.filter(exam=exam, type="multiple_choice").first()
    question.case = case
    question.save()
    publishing.publish(question, make_item("multiple_choice", question.ref, stem="Of a case?"))
    assert "published with the scenario" not in client.get(address(exam, "c-1")).content.decode()
    client.post(address(exam, "c-1"), {"title": "A bank", "scenario": "It lends more."})
    question.refresh_from_db()
    assert question.live_version.content["case"]["scenario"] == "It lends."
    page = client.get(address(exam, "c-1")).content.decode()
    assert "published with the scenario as it was before" in page
    entry = AuditEntry.objects.about("case", case.pk).get()
    assert entry.details["before"]["scenario"] == "It lends."


def test_cases_of_other_exams_are_not_there(client, exam, stranger):
    other = stranger.exam_roles.get().exam
    Case.objects.create(exam=other, ref="c-2", title="Theirs", scenario="x")
    assert client.get(address(exam, "c-2")).status_code == 404
