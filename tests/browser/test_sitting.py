"""A whole sitting of the shipped bank, from the launch page to the report."""

import re

import pytest
from django.core.signals import request_started
from django.templatetags.static import static
from django.urls import reverse
from playwright.sync_api import expect

from examapp.exams.models import ExamSession, SessionItem
from examapp.reports.weak_areas import report as reports
from examapp.reports.weak_areas.page import report_page
from questions import services as questions
from tests.browser.room import Room, keyed_items
from tests.conftest import BANK
from tests.support.builders import right_response, wrong_response


@pytest.fixture
def exam(transactional_db):
    return questions.load(BANK).exam


@pytest.fixture
def heard():
    """Method and path of every request of the pages that reaches the server, as it does."""
    heard = []

    def hear(environ, **kwargs):
        # The browser asks for the site's icon by itself, whenever it likes.
        if environ["PATH_INFO"] != static("favicon.svg"):
            heard.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))

    request_started.connect(hear)
    yield heard
    request_started.disconnect(hear)


def start(page, exam):
    """Start from the exam's page, as a candidate does; return the session that this opened."""
    page.goto(reverse("exams:launch", args=[exam.code]))
    expect(page.locator("[data-check-summary]")).to_have_text("This device is ready.")
    page.get_by_role("button", name="Start the exam").click()
    page.wait_for_url("**/sessions/**")
    return ExamSession.objects.open().get()


def test_a_sitting_of_65_questions_ends_in_its_report(page, exam, heard):
    room = Room(page, start(page, exam))
    room.expect_ready()
    items = keyed_items(room.session)
    assert len(items) == 65
    given = {position: response_to(item) for position, item in items.items()}
    assert len({item.version.type for item in items.values()}) == 4
    heard.clear()

    # Moving between questions, through all of them and back, asks nothing of the server.
    for _ in range(64):
        page.keyboard.press("j")
    room.expect_position(65)
    room.go(1)
    assert heard == []

    for position, response in given.items():
        room.expect_position(position)
        room.answer(response)
        assert room.response == response
        room.next()
    expect(page.locator("#review")).to_be_visible()
    expect(page.locator("[data-review-summary]")).to_contain_text("0 unanswered")
    room.expect_saved(timeout=30_000)
    assert set(heard) == {("POST", reverse("exams:answers", args=[room.session.pk]))}
    assert dict(room.session.items.values_list("position", "response")) == given

    page.locator("[data-end]").click()
    expect(page.locator("[data-end-facts]")).to_contain_text("Every question is answered and saved")
    page.locator("[data-end-confirm]").click()
    room.expect_result()
    assert_result_is_what_is_stored(page, room.session)
    assert_report_arrives_in_place(page, room.session)


def response_to(item):
    """Return a complete answer, right in more than two of three questions."""
    # A wrong multiple response of the factories holds too many options.
    is_wrong = item.position % 3 == 0 and item.version.type != "multiple_response"
    return wrong_response(item) if is_wrong else right_response(item)


def assert_result_is_what_is_stored(page, session):
    session.refresh_from_db()
    assert (session.status, session.finish_reason) == ("finished", "submitted")
    score = session.scores.get()
    counted = SessionItem.objects.filter(session=session, is_scored=True)
    assert score.credit == counted.filter(credit=1).count()
    assert 0 < score.credit < score.max_credit == 50
    items = session.items
    right = items.filter(credit=1).count()
    hero = page.get_by_role("region", name="Your score")
    expect(hero.locator(".number-hero")).to_have_text(str(score.scaled))
    expect(hero).to_contain_text(f"{right} of 65 right.")
    expect(hero.locator(".verdict")).to_contain_text(
        "You passed this mock exam" if score.is_pass else "Not passed yet"
    )
    shown = [
        re.sub(r"\s+", " ", row.inner_text()).strip() for row in page.locator(".doms > li").all()
    ]
    assert shown == [
        f"{row.domain.number} {row.domain.title} "
        f"{items.filter(topic__task__domain=row.domain, credit=1).count()} of "
        f"{items.filter(topic__task__domain=row.domain).count()} right"
        for row in score.domain_scores.select_related("domain")
    ]


def assert_report_arrives_in_place(page, session):
    outcome = page.locator("#outcome")
    expect(outcome.get_by_role("status")).to_contain_text("Working out your chance to pass")
    page.evaluate("window.isSamePage = true")

    assert reports.compute_missing() == 1

    body = report_page(session.weak_area_report)
    # A hand that answers faster than one reads leaves too few answers to say.
    says = "You would pass about" if body.readiness.is_enough else "Too few answers so far"
    expect(outcome).to_contain_text(says, timeout=30_000)
    expect(outcome.get_by_role("status")).to_have_count(0)
    expect(outcome.locator(".dom .dom-word")).to_have_count(len(body.domains))
    assert page.evaluate("window.isSamePage")

    page.goto(reverse("reports:weak_areas", args=[session.pk]))
    report = page.locator("#report")
    # Answers that a robot gives within a second tell nothing, so no topic may be named.
    for title, note_url in [(topic.title, topic.note_url) for topic in body.study[:1]]:
        expect(report.locator(".study h3").first).to_have_text(title)
        expect(report.get_by_role("link", name="Read the note").first).to_have_attribute(
            "href", note_url
        )
    for domain in body.domains:
        expect(report.get_by_text(f"{domain.number} {domain.title}").first).to_be_attached()
