"""Case studies: written, changed, and never changed under questions that are live."""

import pytest
from django.urls import reverse

from questions.models import AuditEntry, Case, Question
from questions.services import cases, versions
from tests.questions.conftest import client_of
from tests.support.builders import make_item

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
    versions.publish(question, make_item("multiple_choice", question.ref, stem="Of a case?"))
    assert "still show the old scenario" not in client.get(address(exam, "c-1")).content.decode()
    changed = {"title": "A bank", "scenario": "It lends more.", "mark": cases.version_token(case)}
    client.post(address(exam, "c-1"), changed)
    question.refresh_from_db()
    assert question.live_version.content["case"]["scenario"] == "It lends."
    page = client.get(address(exam, "c-1")).content.decode()
    assert "still show the old scenario" in page
    entry = AuditEntry.objects.about("case", case.pk).get()
    assert entry.details["before"]["scenario"] == "It lends."


def test_cases_of_other_exams_are_not_there(client, exam, stranger):
    other = stranger.exam_roles.get().exam
    Case.objects.create(exam=other, ref="c-2", title="Theirs", scenario="x")
    assert client.get(address(exam, "c-2")).status_code == 404


def overtaken(exam, author, reviewer):
    """Return a case that was changed after the author opened it, its page, and the mark of then."""
    case = cases.write(exam, title="A bank", scenario="It lends.", by=author)
    page = address(exam, case.ref)
    mark = client_of(author).get(page).context["mark"]
    theirs = {"title": "A bank", "scenario": "It lends and saves.", "mark": mark}
    client_of(reviewer).post(page, theirs)
    return case, page, mark


def test_of_two_who_change_a_case_the_second_is_shown_both(exam, author, reviewer):
    case, page_of_it, mark = overtaken(exam, author, reviewer)
    mine = {"title": "A bank", "scenario": "It lends and fails.", "mark": mark}
    answer = client_of(author).post(page_of_it, mine)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Someone else changed this since you opened it" in page
    assert '<p class="prewrapped">It lends and saves.</p>' in page
    assert "It lends and fails.</textarea>" in page
    case.refresh_from_db()
    assert case.scenario == "It lends and saves."
    client_of(author).post(page_of_it, mine | {"mark": answer.context["mark"]})
    case.refresh_from_db()
    assert case.scenario == "It lends and fails."


def test_who_mends_a_mistake_is_still_told_of_what_another_saved(exam, author, reviewer):
    case, page_of_it, mark = overtaken(exam, author, reviewer)
    answer = client_of(author).post(page_of_it, {"title": "", "scenario": "Mine.", "mark": mark})
    assert (answer.status_code, answer.context["mark"]) == (422, mark)
    mine = {"title": "A bank", "scenario": "Mine.", "mark": answer.context["mark"]}
    answer = client_of(author).post(page_of_it, mine)
    assert "Someone else changed this since you opened it" in answer.content.decode()
    case.refresh_from_db()
    assert case.scenario == "It lends and saves."


def test_a_post_without_a_mark_changes_nothing(client, exam, author):
    case = cases.write(exam, title="A bank", scenario="It lends.", by=author)
    answer = client.post(address(exam, case.ref), {"title": "A bank", "scenario": "Mine."})
    assert answer.status_code == 422
    assert "Someone else changed this since you opened it" in answer.content.decode()
    case.refresh_from_db()
    assert case.scenario == "It lends."
