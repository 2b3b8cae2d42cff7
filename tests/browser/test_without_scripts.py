"""The exam without JavaScript: one long form that is saved, ended and scored."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from examapp.exams.models import ExamSession
from examapp.reports.weak_areas import report as reports
from tests.browser.room import keyed_items, position_of
from tests.support.builders import right_response


@pytest.fixture
def page(open_context, candidate):
    return open_context(candidate, java_script_enabled=False).new_page()


def question(page, position):
    return page.locator(f"#q{position}")


def answer(page, position, response):
    """Answer with what every browser has: radios, boxes and selects."""
    section = question(page, position)
    kind = section.get_attribute("data-type")
    if kind == "ordering":
        for place, index in enumerate(response, 1):
            section.locator(f"#q{position}-{index}").select_option(str(place))
    elif kind == "matching":
        for prompt, index in enumerate(response):
            section.locator(f"#q{position}-{prompt}").select_option(str(index))
    else:
        for index in response if isinstance(response, list) else [response]:
            section.locator(f'input[name="q{position}"][value="{index}"]').check()


def save(page):
    page.get_by_role("button", name="Save and continue").click()


def test_a_sitting_from_launch_to_report(page, exam, candidate):
    page.goto(reverse("exams:launch", args=[exam.code]))
    page.get_by_role("button", name="Start the exam").click()
    session = ExamSession.objects.get(candidate=candidate)
    given = {position: right_response(item) for position, item in keyed_items(session).items()}
    for position, response in given.items():
        expect(question(page, position)).to_be_visible()
        answer(page, position, response)

    save(page)

    assert dict(session.items.values_list("position", "response")) == given
    page.get_by_label("I have finished.").check()
    page.get_by_role("button", name="End the exam and score it").click()
    page.wait_for_url(f"**{reverse('exams:result', args=[session.pk])}")
    expect(page.locator(".number-hero")).to_have_text("1000")
    reports.compute_missing()
    page.reload()
    page.locator("#worked-out > summary").click()
    page.get_by_role("link", name="Your whole report, topic by topic").click()
    expect(page.get_by_role("heading", name="What this means")).to_be_visible()


def test_what_was_saved_stands_on_the_page_again(page, session):
    page.goto(reverse("exams:room", args=[session.pk]))
    for kind in ("multiple_choice", "multiple_response", "ordering", "matching"):
        position = position_of(session, kind)
        answer(page, position, right_response(keyed_items(session)[position]))
        question(page, position).locator(".flag-toggle").click()
    save(page)

    for kind in ("multiple_choice", "multiple_response", "ordering", "matching"):
        position = position_of(session, kind)
        item = keyed_items(session)[position]
        section = question(page, position)
        expect(section.get_by_label("Flag")).to_be_checked()
        response = right_response(item)
        if kind == "ordering":
            for place, index in enumerate(response, 1):
                expect(section.locator(f"#q{position}-{index}")).to_have_value(str(place))
        elif kind == "matching":
            for prompt, index in enumerate(response):
                expect(section.locator(f"#q{position}-{prompt}")).to_have_value(str(index))
        else:
            indexes = response if isinstance(response, list) else [response]
            checked = section.locator("fieldset input:checked").all()
            assert [int(one.get_attribute("value")) for one in checked] == indexes


@pytest.mark.nightly
def test_the_end_of_the_time_is_said_instead_of_a_clock(page, session):
    page.goto(reverse("exams:room", args=[session.pk]))
    ends = rf"Ends at {session.deadline_at:%H:%M} \(UTC\)"
    expect(page.get_by_text(re.compile(ends))).to_be_visible()
    expect(page.locator(".clock, .save-state, #room-nav")).to_have_count(3)
    for one in page.locator(".js-only").all():
        expect(one).to_be_hidden()


def test_an_end_that_is_not_confirmed_keeps_the_answers_and_asks(page, session, complaints):
    complaints.allow("status of 422")
    page.goto(reverse("exams:room", args=[session.pk]))
    position = position_of(session, "multiple_choice")
    answer(page, position, 1)
    page.get_by_role("button", name="End the exam and score it").click()

    expect(page.get_by_role("alert")).to_contain_text("Tick that you have finished")
    expect(question(page, position).locator("input:checked")).to_have_value("1")
    session.refresh_from_db()
    assert session.is_open


@pytest.mark.nightly
def test_the_list_of_questions_leads_to_them(page, session):
    page.goto(reverse("exams:room", args=[session.pk]))
    page.get_by_role("navigation", name="Questions").get_by_role("link", name="7").click()
    expect(page).to_have_url(re.compile("#q7$"))
    expect(question(page, 7)).to_be_in_viewport()


@pytest.mark.nightly
def test_two_steps_at_one_place_are_named(page, session, complaints):
    complaints.allow("status of 422")
    page.goto(reverse("exams:room", args=[session.pk]))
    position = position_of(session, "ordering")
    for index in (0, 1):
        question(page, position).locator(f"#q{position}-{index}").select_option("1")
    save(page)
    alert = page.get_by_role("alert")
    expect(alert.get_by_role("link", name=f"question {position}")).to_be_visible()


def test_an_old_page_overwrites_nothing(page, session, complaints):
    complaints.allow("status of 422")
    position = position_of(session, "multiple_choice")
    address = reverse("exams:room", args=[session.pk])
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    answer(other, position, 2)
    save(other)

    answer(page, position, 1)
    save(page)

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("changed in another tab")
    expect(alert.get_by_role("link", name=f"question {position}")).to_be_visible()
    assert session.items.get(position=position).response == 2


def test_a_room_whose_script_cannot_load_falls_back_to_the_form(open_context, candidate, session):
    page = open_context(candidate).new_page()
    page.route(
        "**/js/room/room.js", lambda route: route.fulfill(body="", content_type="text/javascript")
    )
    page.goto(reverse("exams:room", args=[session.pk]))
    expect(page.get_by_role("button", name="Save and continue")).to_be_visible(timeout=20_000)
    position = position_of(session, "multiple_choice")
    answer(page, position, 2)
    save(page)
    expect(page).to_have_url(re.compile(f"{session.pk}/$"))
    assert session.items.get(position=position).response == 2
