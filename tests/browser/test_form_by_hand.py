"""A mock exam put together by hand, with the keyboard alone, and without JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from examapp.exams.models import ExamForm
from questions.models import ExamRole, Question
from tests.support.accessibility import LOOKS, findings
from tests.support.builders import make_exam

pytestmark = [pytest.mark.nightly, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The hidden fields that hold the list.
PLACES = '[data-place] input[name="questions"]'


@pytest.fixture
def exam(instructor):
    exam = make_exam(forms=3)
    ExamRole.objects.create(user=instructor, exam=exam, role="owner")
    return exam


def refs_of(page):
    fields = page.locator(PLACES)
    lines = fields.evaluate_all("all => all.map(one => one.value)")
    return [line.removesuffix(" *") for line in lines]


def test_twelve_are_picked_ordered_and_saved_by_keyboard(open_context, instructor, exam):
    page = open_context(instructor, viewport={"width": 1280, "height": 1600}).new_page()
    page.goto(reverse("exams:compose", args=[exam.code]))
    page.get_by_label("Name", exact=True).fill("Mock by hand")
    page.locator("#add-1").focus()
    for count in range(1, 8):
        page.keyboard.press("Enter")
        # The next question has taken the place of the one that was added, and the focus.
        expect(page.get_by_text(f"{count} of 12 questions").first).to_be_visible()
        expect(page.locator("#add-1")).to_be_focused()
    expect(page.get_by_text("7 of 7: as the outline asks")).to_be_visible()
    page.get_by_label("Domain, task or topic").select_option("domain-2")
    expect(page.locator("#picks .compose-place").first).to_contain_text("2.1")
    for count in range(8, 13):
        page.locator("#add-1").press("Enter")
        expect(page.get_by_text(f"{count} of 12 questions").first).to_be_visible()
    expect(page.get_by_text("Ready to save.")).to_be_visible()

    first, second, *_ = refs_of(page)
    page.locator(f"#down-{first}").press("Alt+ArrowDown")
    expect(page.locator("[data-place]").first).to_contain_text("Move question 1")
    expect(page.locator(PLACES).first).to_have_value(second)
    expect(page.locator(f"#down-{first}")).to_be_focused()
    page.evaluate("scrollTo(0, 0)")
    grip = page.locator(".grip").first.bounding_box()
    target = page.locator("[data-place]").nth(3).bounding_box()
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(target["x"] + 40, target["y"] + target["height"] - 3, steps=8)
    page.mouse.up()
    expect(page.locator(PLACES).first).to_have_value(first)
    order = refs_of(page)
    assert order.index(second) > 1

    page.get_by_label("Reserve it for an assignment").check()
    for scheme, size in LOOKS.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size(size)
        assert not findings(page), scheme
    page.get_by_role("button", name="Save this mock exam").press("Enter")
    expect(page.get_by_role("heading", name="Mock by hand")).to_be_visible()
    form = ExamForm.objects.get(kind="fixed")
    assert form.is_reserved
    assert list(form.items.values_list("question__ref", flat=True)) == order
    assert form.items.filter(is_scored=True).count() == 10


def test_it_works_without_scripts(open_context, instructor, exam):
    page = open_context(instructor, java_script_enabled=False).new_page()
    page.goto(reverse("exams:compose", args=[exam.code]))
    page.locator("#add-1").click()
    page.locator("#add-1").click()
    one, other = refs_of(page)
    page.locator(f"#up-{other}").click()
    assert refs_of(page) == [other, one]
    page.locator("#remove-1").click()
    assert refs_of(page) == [one]
    word = Question.objects.get(ref=one).stem.split()[0]
    page.get_by_label("Search", exact=True).fill(word)
    page.locator("#search-button").click()
    assert refs_of(page) == [one]
    expect(page.get_by_text("1 of 1 question counts")).to_be_visible()
