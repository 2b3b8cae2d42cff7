"""The plan with a date: it is set, counted down to, taken along, changed, and blames nobody."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import expect

from examapp.accounts.exam_dates import exam_date
from examapp.exams.services import exam_forms
from tests.browser.looks import LOOKS, assert_sound, look
from tests.support.people.cast import world
from tests.support.people.people import Person

pytestmark = pytest.mark.nightly

BLAME = re.compile(r"\b(skipped|behind|overdue|late|lost|failed|should|streak|catch up)\b", re.I)


@pytest.fixture
def learner(transactional_db, instructor):
    """Somebody new to an exam of two mock exams, with questions enough for practice beside them."""
    person = Person("Ada Learner", world())
    for number in (1, 2):
        places = exam_forms.generate(person.exam)
        title = f"Mock exam {number}"
        exam_forms.publish(person.exam, title=title, places=places, by=instructor)
    return person


class Home:
    """Home of who has begun, as it is read."""

    def __init__(self, page):
        self.page = page

    def open(self):
        self.page.goto(reverse("home"))
        assert not BLAME.search(self.page.locator("main").inner_text())

    def expect_countdown(self, days, exam_on):
        told = f"{days} days to your exam on {date_format(exam_on, 'j F')}"
        expect(self.page.locator(".exam-date")).to_have_text(told)

    def expect_plan(self, *, mock_on, minutes):
        """Reviews, a weak topic and the mock exam of a later day, in this order and in time."""
        titles = self.page.locator(".plan h3")
        mock = f"Mock exam 2 on {date_format(mock_on, 'l')}"
        expected = [re.compile(r"^\d+ due for review$"), re.compile("^Practice: "), mock]
        expect(titles).to_have_text(expected)
        notes = self.page.locator(".plan p").all_inner_texts()[:2]
        (review, topic) = [int(re.search(r"bout (\d+) minute", note)[1]) for note in notes]
        assert 0 < review + topic <= minutes
        heading = self.page.get_by_role("heading", level=1)
        expect(heading).to_have_text(f"Today: about {review + topic} minutes")

    @property
    def first_step(self):
        return self.page.get_by_role("link", name="Start the review")

    def calendar(self) -> str:
        """Download the calendar file; return its lines as they were before they were folded."""
        with self.page.expect_download() as downloading:
            self.page.get_by_role("link", name="Calendar file").click()
        download = downloading.value
        assert download.suggested_filename == "study-plan.ics"
        return Path(download.path()).read_bytes().decode().replace("\r\n ", "")


def whole_day(day: date) -> str:
    return f"DTSTART;VALUE=DATE:{day:%Y%m%d}\r\n"


def save(page, label, value):
    """Set a row of the settings; return the row."""
    row = page.locator("form.setting").filter(has=page.get_by_label(label, exact=True))
    row.get_by_label(label, exact=True).fill(value)
    row.get_by_role("button", name="Save").click()
    return row


@look
def test_a_plan_with_a_date_is_followed_changed_and_taken_along(open_context, learner, days, look):
    page = open_context(learner.user, **LOOKS[look]).new_page()
    sat_on = timezone.localdate()
    exam_on = sat_on + timedelta(days=23)

    page.goto(reverse("home"))
    assert_sound(page, first=page.get_by_role("link", name="Start the check"))
    page.get_by_label("Date of the exam").fill(exam_on.isoformat())
    page.get_by_role("button", name="Create my plan").click()
    expect(page.get_by_role("button", name="Change the date")).to_be_visible()
    expect(page.get_by_label("Date of the exam")).to_have_value(exam_on.isoformat())
    page.locator(".menu > summary").click()
    page.get_by_role("link", name="Settings").click()
    row = save(page, "Minutes a day", "40")
    expect(row.get_by_role("status")).to_have_text("Saved")
    assert_sound(page, first=row.get_by_role("button"))

    learner.sit({1: 0.5, 2: 0.5})
    today = days(1)
    home = Home(page)
    home.open()
    home.expect_countdown(22, exam_on)
    home.expect_plan(mock_on=sat_on + timedelta(days=7), minutes=40)
    assert_sound(page, first=home.first_step)
    calendar = home.calendar()
    assert whole_day(exam_on) in calendar
    assert "DESCRIPTION:40 minutes\r\n" in calendar
    assert f";UNTIL={exam_on - timedelta(days=1):%Y%m%d}\r\n" in calendar

    # Nothing was done for a day: it is planned again.
    today = days(1)
    home.open()
    home.expect_countdown(21, exam_on)
    home.expect_plan(mock_on=sat_on + timedelta(days=7), minutes=40)

    page.locator(".exam-date a").click()
    sooner = today + timedelta(days=5)
    row = save(page, "Exam date", sooner.isoformat())
    expect(row.get_by_role("status")).to_have_text("Saved")
    assert_sound(page, first=row.get_by_role("button"))
    home.open()
    home.expect_countdown(5, sooner)
    # The last mock exam before the exam, three days ahead of it.
    home.expect_plan(mock_on=sooner - timedelta(days=3), minutes=40)
    assert_sound(page, first=home.first_step)
    calendar = home.calendar()
    assert whole_day(sooner) in calendar
    assert whole_day(exam_on) not in calendar


@look
def test_a_date_that_is_past_is_refused_in_words(open_context, learner, days, complaints, look):
    complaints.allow("status of 422")
    page = open_context(learner.user, **LOOKS[look]).new_page()
    page.goto(reverse("home"))
    field = page.get_by_label("Date of the exam")
    field.fill((timezone.localdate() - timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Create my plan").click()
    assert field.evaluate("(field) => field.validationMessage")

    # Pages that stay open over midnight still offer the day before.
    settings = page.context.new_page()
    settings.goto(reverse("accounts:settings"))
    yesterday = timezone.localdate()
    days(1)
    field.fill(yesterday.isoformat())
    page.get_by_role("button", name="Create my plan").click()
    row = save(settings, "Exam date", yesterday.isoformat())
    for refused in (page, settings):
        alert = refused.get_by_role("alert")
        expect(alert).to_have_text("Choose today or a later day.")
        shown = refused.locator("form.setting").filter(has=alert)
        expect(shown.get_by_label("Exam date")).to_have_value(yesterday.isoformat())
        assert_sound(refused, first=shown.get_by_role("button"))
    assert exam_date(learner.user, learner.exam) is None
    save(settings, "Exam date", timezone.localdate().isoformat())
    expect(row.get_by_role("status")).to_have_text("Saved")
    expect(settings.get_by_role("alert")).to_have_count(0)
    assert exam_date(learner.user, learner.exam) == timezone.localdate()
