"""Of few answers, of none, and of questions left blank no more is said than is known."""

import pytest
from django.urls import reverse

from examapp.exams import services as exams
from examapp.practice.services import past_of
from examapp.reports.models import WeakAreaReport
from examapp.reports.standing import standing
from examapp.reports.weak_areas import report
from examapp.reports.weak_areas.body import LargestGain
from tests.support.builders import entry, make_exam, right_response, wrong_response
from tests.support.pages import html_of
from tests.support.reports import area_estimate
from tests.support.sittings import let_time_pass, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(db):
    return make_exam(forms=4)


def sat(person, exam, *, answered=range(1, 13), respond=right_response, minutes=0):
    """Sit an exam, answer these positions alike, hand in after so many of its 30 minutes."""
    session = exams.start(person, exam=exam)
    items = session.items.select_related("version", "keyed_by")
    rows = [entry(item.position, respond(item)) for item in items if item.position in answered]
    if rows:
        save(session, *rows)
    let_time_pass(session, minutes=minutes)
    exams.finish(session.pk)
    report.compute(session.pk)
    return session


def report_of(client, session):
    return html_of(client.get(reverse("reports:weak_areas", args=[session.pk])))


@pytest.mark.parametrize("answered", [(), (3,)])
def test_a_result_of_next_to_nothing_names_no_domain(candidate, candidate_client, exam, answered):
    session = sat(candidate, exam, answered=answered, respond=wrong_response)
    address = reverse("exams:result", args=[session.pk])
    page = html_of(candidate_client.get(f"{address}?show=score"))
    assert page.count("Too few answers to tell") == 2
    assert "Too close to call" not in page
    assert "Study first" not in page
    assert "worth about" not in page


@pytest.mark.parametrize("answered", [(), (3,)])
def test_a_report_on_next_to_nothing_tells_no_share_and_no_weakest(
    candidate, candidate_client, exam, answered
):
    session = sat(candidate, exam, answered=answered, respond=wrong_response)
    page = report_of(candidate_client, session)
    assert "you likely know" not in page
    assert "Probably your weakest" not in page


def test_of_two_domains_the_one_with_enough_answers_is_named(candidate, candidate_client, exam):
    """The other would gain more by the figures, which its few answers do not bear out."""
    session = sat(candidate, exam, respond=wrong_response)
    row = WeakAreaReport.objects.get(session=session)
    first, second = row.body["domains"]
    first |= {"gain_points": 90.0, "verdict": "too_few"}
    second |= {"gain_points": 80.0, "verdict": "below"}
    row.save(update_fields=["body"])
    address = reverse("exams:result", args=[session.pk])
    page = html_of(candidate_client.get(f"{address}?show=score"))
    assert f"Study first: {second['title']}." in page
    assert f"Study first: {first['title']}." not in page


def test_the_most_to_gain_is_of_a_domain_with_enough_answers():
    few = area_estimate(number="1", gain_points=9.0, verdict="too_few")
    told = area_estimate(number="2", gain_points=8.0)
    assert LargestGain.of([few, told]).number == "2"
    assert LargestGain.of([few]) is None
    assert LargestGain.of([few, area_estimate(number="2", gain_points=0.4)]) is None


def test_with_enough_answers_both_are_told(candidate, candidate_client, exam):
    for respond in (wrong_response, right_response):
        session = sat(candidate, exam, respond=respond)
    page = report_of(candidate_client, session)
    assert "you likely know" in page
    assert "Probably your weakest" in page


def test_a_chance_that_was_not_told_is_nothing_to_compare_with(candidate, candidate_client, exam):
    """The first exam's twelve answers were too few for a chance; the page said so then."""
    sat(candidate, exam, respond=wrong_response)
    session = sat(candidate, exam)
    page = report_of(candidate_client, session)
    assert "You improved since the exam before." in page
    assert "Your chance to pass went from" not in page
    assert "Your chance to pass went from" in report_of(candidate_client, sat(candidate, exam))


def test_what_was_not_answered_makes_no_topic_weak(candidate, candidate_client, exam):
    sat(candidate, exam, answered=())
    assert past_of(candidate, exam).levels == {}
    progress = html_of(candidate_client.get(reverse("reports:progress")))
    assert "not answered yet 4" in progress
    assert "weak topics are left" not in progress
    practice = html_of(candidate_client.get(reverse("practice:choose", args=[exam.code])))
    assert "Shown after 10 more answers." in practice


def test_a_blank_after_an_answer_leaves_the_answer(candidate, exam):
    first = sat(candidate, exam)
    known = past_of(candidate, exam).levels
    assert sum(level.right for level in known.values()) == 12
    again = exams.start(candidate, exam=exam)
    asked = set(again.items.values_list("version__question", flat=True))
    exams.finish(again.pk)
    past = past_of(candidate, exam)
    assert past.levels == known
    assert past.missed == asked
    assert first.items.count() == 12


# Of 30 minutes the last three are next to none.
@pytest.mark.parametrize(("minutes", "is_pace"), [(5, False), (26, False), (28, True), (29, True)])
def test_who_hands_in_early_does_not_run_out_of_time(
    candidate, candidate_client, exam, minutes, is_pace
):
    for _ in range(4):
        session = sat(candidate, exam, answered=range(1, 9), minutes=minutes)
    assert standing(candidate, exam).body.unanswered.is_pace == is_pace
    page = report_of(candidate_client, session)
    assert ("You run out of time before the end" in page) == is_pace
    assert ("You skip questions" in page) != is_pace
