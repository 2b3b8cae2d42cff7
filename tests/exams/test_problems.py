"""Reports of problems: from the review, to the queue, and back as an answer."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from examapp.exams import services
from examapp.exams.models import ProblemReport
from examapp.exams.open_exam import ExamRunning
from examapp.exams.services import notifications, problems
from questions.models import ExamRole, Question
from tests.support.builders import make_exam, make_user
from tests.support.sittings import answer_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(instructor, exam):
    ExamRole.objects.create(user=instructor, exam=exam, role="author")
    return instructor


def address(session, position=1):
    return reverse("exams:report", args=[session.pk, position])


def reported(session, position=1, **fields):
    values = {"kind": "wrong_key", "text": "B is right.", **fields}
    return problems.report(session.pk, position, candidate=session.candidate, **values)


def test_a_report_reaches_the_team_and_its_answer_the_candidate(
    candidate_client, finished, team, instructor_client
):
    candidate_client.post(address(finished), {"kind": "typo", "text": "Teh."})
    queue = instructor_client.get(reverse("exams:problems", args=[finished.exam.code]))
    assert "Teh." in queue.content.decode()
    problem = ProblemReport.objects.get()
    page = reverse("exams:problem", args=[finished.exam.code, problem.pk])
    assert "Teh." in instructor_client.get(page).content.decode()
    instructor_client.post(page, {"text": "Mended."})
    assert notifications.mail() == 1
    assert "Mended" not in mail.outbox[0].body
    question = reverse("exams:review", args=[finished.pk]) + "?q=1"
    assert f"{question}\n" in mail.outbox[0].body
    assert "The answer: Mended." in candidate_client.get(question).content.decode()
    assert notifications.mail() == 0


def test_no_report_while_an_exam_runs(candidate, candidate_client, finished):
    services.start(candidate, exam=make_exam(forms=1))
    for reply in (
        candidate_client.get(address(finished)),
        candidate_client.post(address(finished), {"kind": "typo"}),
    ):
        assert reply.status_code == 403
    with pytest.raises(ExamRunning):
        reported(finished)
    assert not ProblemReport.objects.exists()


def test_no_report_on_an_open_exam(candidate_client, session):
    assert candidate_client.get(address(session)).status_code == 404


def test_nobody_reports_from_another_s_exam(outsider, outsider_client, finished):
    assert outsider_client.post(address(finished), {"kind": "typo"}).status_code == 404
    assert problems.report(finished.pk, 1, candidate=outsider, kind="typo", text="") is None


def test_a_second_report_replaces_the_first_until_it_is_answered(finished, team):
    reported(finished)
    problem = reported(finished, kind="typo", text="Rather this.")
    assert ProblemReport.objects.get().text == "Rather this."
    problems.answer(problem.pk, by=team, text="Yes.")
    problems.answer(problem.pk, by=team, text="No.")
    reported(finished, text="And that.")
    problem.refresh_from_db()
    assert (problem.text, problem.answer) == ("Rather this.", "Yes.")


@pytest.mark.parametrize(
    "fields", [{"kind": "boring"}, {"kind": ""}, {"kind": "typo", "text": "x" * 2001}]
)
def test_bad_input_is_refused_and_kept(candidate_client, finished, fields):
    reply = candidate_client.post(address(finished), fields)
    assert reply.status_code == 422
    assert not ProblemReport.objects.exists()


def test_markup_in_a_report_is_text(finished, team, instructor_client):
    problem = reported(finished, text="<script>alert(1)</script>")
    for name, args in (("problems", []), ("problem", [problem.pk])):
        page = instructor_client.get(reverse(f"exams:{name}", args=[finished.exam.code, *args]))
        assert b"<script>alert" not in page.content


def test_figures_count_who_chose_what(finished, exam):
    item = finished.items.filter(version__type="multiple_choice").first()
    figures = problems.figures(item.version)
    assert figures.sittings == 1
    assert figures.facility == float(item.credit)
    assert sum(figures.chosen) + figures.blank == 1
    if item.credit:
        assert figures.chosen[0] == 1


def test_the_queue_costs_the_same_for_more_reports(finished, exam, team, instructor_client):
    def cost(address):
        with CaptureQueriesContext(connection) as queries:
            assert instructor_client.get(address).status_code == 200
        return len(queries)

    queue = reverse("exams:problems", args=[exam.code])
    problem = reverse("exams:problem", args=[exam.code, reported(finished).pk])
    first = cost(queue), cost(problem)
    other = services.start(make_user(), exam=exam)
    answer_all(other)
    services.finish(other.pk)
    for position in range(1, 8):
        reported(other, position)
    assert (cost(queue), cost(problem)) == first
    assert first[0] <= 8
    assert first[1] <= 10


def test_the_bank_s_list_can_be_narrowed_to_what_was_reported(finished, team, instructor_client):
    problem = reported(finished)
    reply = instructor_client.get(
        reverse("questions:bank", args=[finished.exam.code]), {"mark": "reported"}
    )
    refs = set(Question.objects.values_list("ref", flat=True))
    shown = {ref for ref in refs if ref in reply.content.decode()}
    assert shown == {problem.version.question.ref}


def test_a_candidate_and_a_stranger_see_no_queue(finished, candidate_client, instructor_client):
    problem = reported(finished)
    for client in (candidate_client, instructor_client):
        for name, args in (("problems", []), ("problem", [problem.pk])):
            page = reverse(f"exams:{name}", args=[finished.exam.code, *args])
            assert client.get(page).status_code == 404
