"""The progress page."""

import pytest
from django.test import Client
from django.urls import reverse

from examapp.exams import services as exams
from examapp.reports.weak_areas import report
from tests.reports.conftest import sit
from tests.support.builders import make_exam
from tests.support.pages import html_of

pytestmark = pytest.mark.django_db
PAGE = "/progress/"


@pytest.fixture
def two_reports(candidate, exam):
    for share in (1, 3):
        session = sit(
            candidate, exam, right=lambda item, position, share=share: position % 4 < share
        )
        report.compute(session.pk)


def test_it_is_at_its_address():
    assert reverse("reports:progress") == PAGE


def test_before_the_first_exam_it_says_what_to_do(candidate_client):
    text = html_of(candidate_client.get(PAGE))
    assert "Nothing to show yet" in text
    assert reverse("exams:catalogue") in text


def test_until_the_first_report_is_there_it_says_so(candidate, candidate_client, exam):
    sit(candidate, exam)
    assert "The first report is on its way" in html_of(candidate_client.get(PAGE))


def test_readiness_domains_time_and_days_stand_on_it(candidate_client, two_reports):
    reply = candidate_client.get(PAGE)
    context = reply.context
    assert len(context["reports"]) == len(context["times"]) == 2
    assert [len(domain.band.points) for domain in context["domains"]] == [2, 2]
    # Twelve answers are too few to say anything of passing; two sittings have 24.
    assert [point.label for point in context["readiness"].points] == [context["times"][0].label]
    assert sum(day.answers for day in context["days"]) == 24
    assert "Days of work" in html_of(reply)


def test_with_too_few_answers_it_says_how_many_more(candidate, candidate_client, exam):
    session = sit(candidate, exam)
    report.compute(session.pk)
    text = html_of(candidate_client.get(PAGE))
    assert "about 8 more questions" in text
    assert "such exams would pass" not in text


def test_what_was_left_blank_is_counted(candidate, candidate_client, exam):
    session = exams.start(candidate, exam=exam)
    exams.finish(session.pk)
    report.compute(session.pk)
    assert candidate_client.get(PAGE).context["times"][0].blank == 12


def test_another_exam_has_its_own_page(candidate, candidate_client, two_reports):
    other = make_exam()
    report.compute(sit(candidate, other).pk)
    assert candidate_client.get(PAGE).context["exam"] == other
    first = candidate_client.get(PAGE).context["exams"][0]
    assert candidate_client.get(f"{PAGE}?exam={first.code}").context["exam"] == first
    assert candidate_client.get(f"{PAGE}?exam=none").context["exam"] == other


def test_while_an_exam_runs_it_is_closed(candidate, candidate_client, exam, two_reports):
    exams.start(candidate, exam=exam)
    text = html_of(candidate_client.get(PAGE))
    assert "Topic 1.1" not in text
    assert "closed until it has ended" in text


def test_only_one_s_own_exams_are_on_it(outsider_client, two_reports):
    assert "Nothing to show yet" in html_of(outsider_client.get(PAGE))
    assert Client().get(PAGE)["Location"].startswith("/accounts/login/")


def test_it_costs_few_statements(candidate_client, two_reports, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        candidate_client.get(PAGE)
