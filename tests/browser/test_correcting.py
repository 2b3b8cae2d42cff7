"""A wrong key: reported by a candidate, corrected by an instructor, regraded and told."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from examapp.celery import app
from examapp.exams import services
from questions.models import ExamRole
from tests.support.accessibility import LOOKS, findings
from tests.support.builders import make_user
from tests.support.sittings import answer_all

pytestmark = [pytest.mark.nightly, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def eager():
    """Tasks run where they are asked for."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def finished(session):
    answer_all(session)
    return services.finish(session.pk)


@pytest.fixture
def desk(open_context, exam, live_server):
    """The browser of the exam's owner."""
    owner = make_user(name="Olga Owner", role="instructor")
    ExamRole.objects.create(user=owner, exam=exam, role="owner")
    return open_context(owner).new_page()


def look(page, name):
    """Let axe look at a page in both schemes."""
    page.wait_for_load_state()
    for scheme, size in LOOKS.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size(size)
        assert not findings(page), (name, scheme)
    page.set_viewport_size(LOOKS["light"])


def test_a_wrong_key_is_reported_corrected_and_told(page, desk, finished, eager):
    item = finished.items.filter(is_scored=True, version__type="multiple_choice").first()
    place = item.position
    page.goto(f"{reverse('exams:review', args=[finished.pk])}?show=all&q={place}")
    page.get_by_role("link", name="Report a problem").click()
    look(page, "report")
    page.get_by_label("The key is wrong").check()
    page.get_by_label("What should we check?").fill("The guide says option B.")
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("main")).to_contain_text("The team of this exam will answer here.")

    desk.goto(reverse("questions:bank", args=[finished.exam.code]))
    desk.get_by_role("link", name="Reports", exact=True).click()
    look(desk, "problems")
    desk.locator("tbody a").click()
    expect(desk.locator("main")).to_contain_text("The guide says option B.")
    look(desk, "problem")
    desk.get_by_role("link", name="Correct the key").click()
    look(desk, "correct")
    desk.locator('[name="right"][value="1"]').check()
    desk.get_by_label("Reason").fill("The guide names the second option.")
    desk.get_by_role("button", name="Preview the effect").click()
    expect(desk.get_by_role("heading", name="What this changes")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("1: 0 up, 1 down")
    look(desk, "foresight")
    desk.get_by_role("button", name="Correct the key and score again").click()
    expect(desk.get_by_role("heading", name="All exams are scored again")).to_be_visible()
    expect(desk.locator("#progress")).to_contain_text("1 of 1")
    look(desk, "correction")
    desk.get_by_role("navigation", name="Bank of").get_by_role("link", name="Reports").click()
    desk.locator("tbody a").click()
    desk.get_by_label("Your answer").fill("You are right; the key is corrected.")
    desk.get_by_role("button", name="Send the answer").click()
    expect(desk.locator("main")).to_contain_text("Answered. The student gets an email.")

    page.goto("/")
    expect(page.locator(".notice.info")).to_contain_text("your score went from 1000 to")
    look(page, "home")
    page.get_by_role("link", name="See the result").click()
    expect(page.locator("main")).to_contain_text("A question was corrected after you finished")
    look(page, "result")
    page.goto(f"{reverse('exams:review', args=[finished.pk])}?show=all&q={place}")
    expect(page.locator("main")).to_contain_text("The guide names the second option.")
    expect(page.locator("main")).to_contain_text("You are right; the key is corrected.")
    look(page, "review")
    page.goto("/")
    page.get_by_role("button", name="I have seen it").click()
    expect(page.locator(".notice.info")).to_have_count(0)


def test_a_form_is_drawn_and_offered_and_a_blueprint_changed(desk, exam, complaints):
    complaints.allow("status of 422")
    desk.goto(reverse("exams:forms", args=[exam.code]))
    look(desk, "no-forms")
    desk.get_by_role("link", name="New mock exam").click()
    desk.get_by_label("Name", exact=True).fill("Mock A")
    desk.get_by_role("button", name="Draw questions").click()
    expect(desk.get_by_text("Ready to save.")).to_be_visible()
    look(desk, "compose")
    desk.get_by_role("button", name="Save this mock exam").click()
    expect(desk.locator("main")).to_contain_text("Students can choose it from now on.")
    look(desk, "form")
    desk.get_by_role("navigation", name="Bank of").get_by_role("link", name="Mock exams").click()
    look(desk, "forms")
    desk.get_by_role("link", name="Exam", exact=True).click()
    look(desk, "rules")
    desk.get_by_label("Minutes").fill("0")
    desk.get_by_role("button", name="Next: outline").click()
    expect(desk.locator("main")).to_contain_text("Write a number above 0.")
    desk.get_by_label("Minutes").fill("45")
    desk.get_by_role("button", name="Next: outline").click()
    desk.wait_for_url(f"**{reverse('exams:setup_outline', args=[exam.code])}")
    exam.refresh_from_db()
    assert exam.minutes == 45
