"""The progress page."""

import pytest
from django.test import Client
from django.urls import reverse

from examapp.exams import services as exams
from examapp.practice import services as practice
from examapp.reports.models import StandingReport
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


def test_before_the_first_answer_it_says_what_to_do(candidate_client):
    text = html_of(candidate_client.get(PAGE))
    assert "Nothing to show yet" in text
    assert reverse("practice:current") in text
    assert reverse("exams:catalogue") in text


def page_of(client, query=""):
    return client.get(PAGE + query).context["page"]


def test_two_exams_have_a_chance_a_line_of_scores_work_and_a_map(candidate_client, two_reports):
    page = page_of(candidate_client)
    assert page.title == "You are getting better"
    # Twelve answers are too few to say anything of passing; two exams have 24.
    assert page.chance
    assert page.odds
    assert "in 10" in page.change
    assert [point.scaled for point in page.scores.points] == sorted(
        point.scaled for point in page.scores.points
    )
    assert len(page.scores.points) == 2
    assert (page.work.days, page.work.answers) == (1, 24)
    assert sum(day.answers for day in page.work.picture.days) == 24
    topics = [topic for each in page.domains for task in each.tasks for topic in task.topics]
    assert len(topics) == page.topic_count == sum(page.level_counts.values())
    assert [each.is_weakest for each in page.domains].count(True) == 1


def test_a_topic_is_told_by_the_newest_answer_to_each_question(candidate, candidate_client, exam):
    sit(candidate, exam, right=lambda item, position: False)
    weak = page_of(candidate_client)
    assert weak.level_counts[1] == len([t for t in weak.weakest_first if t.known.answered])
    assert sum(domain.known.right for domain in weak.domains) == 0
    assert set(weak.weak.topics) <= {topic.pk for topic in weak.weakest_first}
    sit(candidate, exam)
    assert sum(domain.known.right for domain in page_of(candidate_client).domains) == 12


def test_who_only_practices_has_a_map(candidate, candidate_client, exam):
    practiced = practice.start(candidate, exam=exam, choice=practice.Choice(3))
    for item in practiced.items.all():
        response = {"multiple_choice": 0, "multiple_response": [0, 1]}.get(item.version.type)
        response = list(range(3)) if response is None else response
        practice.answer(
            practiced.pk, item.position, candidate=candidate, response=response, sureness="sure"
        )
    page = page_of(candidate_client)
    assert (page.scores, page.chance, page.work.answers) == (None, None, 3)
    assert sum(domain.known.answered for domain in page.domains) == 3
    assert "After your first mock exam." in html_of(candidate_client.get(PAGE))


def test_weakest_first_is_a_list(candidate, candidate_client, exam):
    sit(candidate, exam, right=lambda item, position: position > 6)
    shares = [topic.known.share for topic in page_of(candidate_client).weakest_first]
    assert shares == sorted(shares)
    assert shares
    text = html_of(candidate_client.get(f"{PAGE}?order=weakest"))
    assert "atlas-tasks" not in text
    assert "of 1 right" in text or "of 2 right" in text


def test_with_too_few_answers_it_says_how_many_more(candidate, candidate_client, exam):
    session = sit(candidate, exam)
    report.compute(session.pk)
    assert "Answer about 8 more questions" in html_of(candidate_client.get(PAGE))


def test_better_or_lower_is_said_and_when(candidate_client, two_reports):
    row = StandingReport.objects.get()
    growth = {"verdict": "improved", "since": "2026-11-12T10:00:00+00:00", "seen_percent": 80}
    for verdict, title in (
        ("improved", "You are getting better"),
        ("lower", "A little lower than on 12 November"),
        ("too_early", "No clear change since 12 November"),
    ):
        row.body["growth"] = {**growth, "verdict": verdict}
        row.save()
        assert page_of(candidate_client).title == title


def test_another_exam_has_its_own_page(candidate, candidate_client, two_reports):
    other = make_exam()
    report.compute(sit(candidate, other).pk)
    assert candidate_client.get(PAGE).context["exam"] == other
    first = candidate_client.get(PAGE).context["exams"][1]
    assert candidate_client.get(f"{PAGE}?exam={first.code}").context["exam"] == first
    assert candidate_client.get(f"{PAGE}?exam=none").context["exam"] == other


def test_while_an_exam_runs_it_is_closed(candidate, candidate_client, exam, two_reports):
    exams.start(candidate, exam=exam)
    text = html_of(candidate_client.get(PAGE))
    assert "Topic 1.1" not in text
    assert "opens again when your exam has ended" in text


def test_only_one_s_own_exams_are_on_it(outsider_client, two_reports):
    assert "Nothing to show yet" in html_of(outsider_client.get(PAGE))
    assert Client().get(PAGE)["Location"].startswith("/accounts/login/")


def test_it_costs_few_statements(candidate_client, two_reports, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        candidate_client.get(PAGE)
