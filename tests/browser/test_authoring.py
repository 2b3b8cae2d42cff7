"""A new instructor's first day: from sign-in to questions of every type that candidates can get."""

import io

import pytest
from django.urls import reverse
from PIL import Image as Pillow
from playwright.sync_api import expect

from questions.models import Case, Draft, ExamRole, Question
from questions.services import drafts
from tests.support.builders import PASSWORD, make_user

pytestmark = [pytest.mark.nightly, pytest.mark.django_db(transaction=True)]

WHY = "It is what one chooses for {}, as the note of this topic explains at length."
STEMS = {
    "multiple_choice": "A bakery plans tomorrow's bread from old sales. Which technique fits best?",
    "multiple_response": "A museum labels scans by hand. What does that allow? (Choose TWO.)",
    "ordering": "A team builds a model for the first time. In which order does it work?",
    "matching": "A clinic sorts its tasks. Which technique fits each task of the list best?",
}
NAMES = ("Regression", "Clustering", "Classification", "Translation", "Summaries")
SIZES = {"multiple_choice": 4, "multiple_response": 5, "ordering": 3, "matching": 3}


@pytest.fixture
def owner(exam, live_server):
    """The only instructor of the exam, who may work alone."""
    owner = make_user(name="Nora New", role="instructor")
    ExamRole.objects.create(user=owner, exam=exam, role="owner")
    exam.allows_self_approval = True
    exam.save()
    return owner


@pytest.fixture
def desk(open_context, owner, exam):
    """The instructor's browser, signed in by hand, at the bank."""
    page = open_context().new_page()
    page.goto(reverse("account_login"))
    page.get_by_label("Email").fill(owner.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main form button").click()
    page.get_by_role("link", name="Questions", exact=True).click()
    expect(page.get_by_role("heading", name="Questions", exact=True)).to_be_visible()
    return page


def begin(page, kind):
    page.get_by_role("link", name="Write a question").first.click()
    expect(page.locator("#stem")).to_be_focused()
    expect(page.locator("html")).to_have_attribute("data-room-ready", "yes")
    if page.locator("#type").input_value() != kind:
        page.locator("#type").select_option(kind)
        expect(page.locator(f'#preview [data-type="{kind}"]')).to_be_visible()


def write(page, kind):
    """Fill the editor with a question of a type, by what one sees of it."""
    page.locator("#stem").fill(STEMS[kind])
    for index in range(SIZES[kind]):
        page.locator(f"#option-{index}-text").fill(NAMES[index])
        page.locator(f"#option-{index}-why").fill(WHY.format(NAMES[index]))
    page.locator("#sources").fill("the-guide")
    if kind == "matching":
        for index, prompt in enumerate(("Prices", "Groups", "Kinds")):
            page.locator(f"#prompt-{index}").fill(prompt)
            page.locator(f"#prompt-{index}-right").select_option(str(index))
    elif kind != "ordering":
        for index in (0, 2) if kind == "multiple_response" else (0,):
            page.locator(f"#right-{index}").check()


def test_a_question_of_each_type_is_published(desk, exam):
    for kind in STEMS:
        begin(desk, kind)
        write(desk, kind)
        expect(desk.locator("#preview .stem")).to_have_text(STEMS[kind])
        desk.locator(".save-bar").get_by_role("button", name="Publish").click()
        expect(desk.get_by_text("Published. New exams can use it from now on.")).to_be_visible()
        assert Question.objects.pool(exam).filter(stem=STEMS[kind]).count() == 1
        desk.get_by_role("link", name="Questions", exact=True).first.click()


def test_a_question_of_a_case_study_is_published(desk, exam):
    desk.get_by_role("link", name="Case studies").click()
    desk.get_by_role("link", name="Write a case study").click()
    desk.get_by_label("Title").fill("A retail bank")
    desk.get_by_label("Scenario").fill("It lends money, and *asks* for it again.")
    desk.get_by_role("button", name="Save").click()
    desk.get_by_role("navigation", name="Bank of").get_by_role("link", name="Questions").click()
    begin(desk, "multiple_choice")
    desk.locator("#case").select_option(label="A retail bank")
    write(desk, "multiple_choice")
    expect(desk.locator("#preview .case-text em")).to_have_text("asks")
    desk.locator(".save-bar").get_by_role("button", name="Publish").click()
    expect(desk.get_by_text("Published. New exams")).to_be_visible()
    question = Question.objects.get(stem=STEMS["multiple_choice"])
    assert question.case == Case.objects.get()
    assert "case" in question.live_version.content


def test_what_is_typed_saves_itself_and_survives_a_reload(desk):
    begin(desk, "multiple_choice")
    write(desk, "multiple_choice")
    expect(desk.locator("[data-saved]")).to_contain_text("Draft saved")
    desk.reload()
    expect(desk.locator("#stem")).to_have_value(STEMS["multiple_choice"])
    expect(desk.locator("#right-0")).to_be_checked()


def test_options_are_moved_added_and_keyed_by_keyboard(desk):
    begin(desk, "multiple_choice")
    write(desk, "multiple_choice")
    desk.locator("#option-0-text").focus()
    desk.keyboard.press("Alt+ArrowDown")
    expect(desk.locator("#down-option-1")).to_be_focused()
    expect(desk.locator("#option-1-text")).to_have_value("Regression")
    expect(desk.locator("#right-1")).to_be_checked()
    desk.locator("#option-2-text").focus()
    desk.keyboard.press("Control+.")
    expect(desk.locator("#right-2")).to_be_checked()
    desk.get_by_role("button", name="Add an option").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#option-4-text")).to_be_focused()
    desk.locator("#stem").fill("Which one")
    desk.locator("#stem").select_text()
    desk.keyboard.press("Control+b")
    expect(desk.locator("#stem")).to_have_value("**Which one**")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#stem")).to_have_value("**Which one**")
    expect(desk.locator("#preview .stem strong")).to_have_text("Which one")


def test_a_change_of_type_keeps_what_is_written(desk):
    begin(desk, "multiple_choice")
    write(desk, "multiple_choice")
    desk.locator("#type").select_option("ordering")
    expect(desk.get_by_text("Steps in the right order")).to_be_visible()
    expect(desk.locator("#option-3-text")).to_have_value("Translation")
    expect(desk.locator("#stem")).to_have_value(STEMS["multiple_choice"])
    expect(desk.locator("#preview [data-unused] .step")).to_have_count(4)


def test_two_editors_at_once_lose_nothing(desk, open_context, exam, owner, complaints):
    complaints.allow("status of 409")
    colleague = make_user(name="Carl Colleague", role="instructor")
    ExamRole.objects.create(user=colleague, exam=exam, role="author")
    begin(desk, "multiple_choice")
    write(desk, "multiple_choice")
    expect(desk.locator("[data-saved]")).to_contain_text("Draft saved")
    other = open_context(colleague).new_page()
    other.goto(desk.url)
    expect(other.get_by_text("Nora New has this draft open too")).to_be_visible()
    other.locator("#stem").fill("Theirs, quite different?")
    expect(other.locator("[data-saved]")).to_contain_text("Draft saved")
    desk.locator("#stem").fill("Mine, quite different?")
    desk.get_by_role("button", name="Compare both").click()
    expect(desk.get_by_role("heading", name="Someone else saved this draft")).to_be_visible()
    expect(desk.locator("del").first).to_contain_text("Theirs")
    assert Draft.objects.get().item["stem"] == "Theirs, quite different?"
    desk.get_by_role("button", name="Keep mine").click()
    expect(desk.locator("#stem")).to_have_value("Mine, quite different?")
    assert Draft.objects.get().item["stem"] == "Mine, quite different?"


def test_a_colleague_reviews(desk, open_context, exam, complaints):
    reviewer = make_user(name="Rita Reviewer", role="instructor")
    ExamRole.objects.create(user=reviewer, exam=exam, role="reviewer")
    begin(desk, "multiple_choice")
    write(desk, "multiple_choice")
    desk.get_by_role("button", name="Send for review").click()
    expect(desk.get_by_text("Sent for review.")).to_be_visible()
    theirs = open_context(reviewer).new_page()
    theirs.goto(reverse("questions:queue", args=[exam.code]))
    theirs.get_by_role("link", name="A bakery plans").click()
    theirs.get_by_role("textbox", name="Comment").fill("Say which years.")
    theirs.locator("#comment-field").select_option("stem")
    theirs.get_by_role("button", name="Return to the author with this comment").click()
    expect(theirs.get_by_text("Say which years.", exact=True)).to_be_visible()
    desk.reload()
    expect(desk.get_by_text("Say which years.", exact=True)).to_be_visible()
    desk.get_by_role("link", name="Continue writing").click()
    desk.locator("#stem").fill("A bakery plans from ten years of sales. Which technique fits?")
    desk.get_by_role("button", name="Send for review").click()
    desk.get_by_role("button", name="Resolve").click()
    theirs.reload()
    theirs.get_by_role("button", name="Approve", exact=True).click()
    theirs.get_by_role("button", name="Publish").click()
    expect(theirs.get_by_text("Published. New exams can use it from now on.")).to_be_visible()
    assert Question.objects.pool(exam).filter(stem__startswith="A bakery plans from ten").exists()


def test_an_image_stands_in_a_question(desk, exam):
    file = io.BytesIO()
    Pillow.new("RGB", (120, 60), "navy").save(file, "PNG")
    desk.get_by_role("link", name="Pictures").click()
    desk.get_by_label("What it shows").fill("A navy box")
    desk.get_by_label("Picture").set_input_files(
        {"name": "box.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    desk.get_by_role("button", name="Upload").click()
    words = desk.locator(".thumbs code").inner_text()
    desk.get_by_role("navigation", name="Bank of").get_by_role("link", name="Questions").click()
    begin(desk, "multiple_choice")
    desk.locator("#stem").fill(f"What does it show?\n\n{words}")
    picture = desk.locator("#preview .stem img")
    expect(picture).to_have_attribute("alt", "A navy box")
    desk.wait_for_function("document.querySelector('#preview .stem img')?.naturalWidth === 120")


def test_many_are_retired_and_it_is_undone(desk, exam):
    desk.locator("summary", has_text="Filter and sort").click()
    desk.locator("#f-type").select_option("ordering")
    expect(desk.locator(".result-count")).to_have_text("2 questions")
    desk.locator('[name="pick"]').first.check()
    desk.get_by_label("All 2 that match").check()
    desk.get_by_role("button", name="Retire").click()
    desk.get_by_label("Reason").fill("out of date")
    desk.get_by_role("button", name="Retire").click()
    expect(desk.get_by_text("2 questions changed.")).to_be_visible()
    assert Question.objects.filter(exam=exam, status="retired").count() == 2
    desk.get_by_role("button", name="Undo").click()
    expect(desk.get_by_text("2 questions restored.")).to_be_visible()
    assert Question.objects.filter(exam=exam, status="retired").count() == 0


def test_the_list_is_walked_by_keys(desk):
    desk.locator("tbody th a").first.focus()
    desk.keyboard.press("j")
    expect(desk.locator("tbody th a").nth(1)).to_be_focused()
    desk.keyboard.press("x")
    expect(desk.locator('[name="pick"]').nth(1)).to_be_checked()
    expect(desk.locator("[data-picked-count]")).to_have_text("1")
    desk.keyboard.press("k")
    expect(desk.locator("tbody th a").first).to_be_focused()


@pytest.mark.parametrize("height", [720, 900])
def test_what_has_the_focus_does_not_lie_under_the_bar(desk, height):
    desk.set_viewport_size({"width": 1280, "height": height})
    begin(desk, "multiple_choice")
    stem = desk.locator("#stem").bounding_box()
    assert stem["y"] + stem["height"] <= desk.locator(".save-bar").bounding_box()["y"]


@pytest.mark.parametrize("width", [1280, 900])
def test_the_header_of_the_list_stands_over_its_columns_in_one_line(desk, width):
    desk.set_viewport_size({"width": width, "height": 800})
    heads = desk.locator(".s-list thead th").filter(visible=True)
    cells = desk.locator(".s-list tbody tr").first.locator("th, td").filter(visible=True)
    assert heads.count() == cells.count() == {1280: 8, 900: 5}[width]
    for head, cell in zip(heads.all(), cells.all(), strict=True):
        assert head.bounding_box()["x"] == cell.bounding_box()["x"]
    box = desk.get_by_label("Pick all shown").bounding_box()
    words = (
        desk.locator(".s-list thead th")
        .nth(1)
        .evaluate(
            "th => { const all = document.createRange(); all.selectNodeContents(th);"
            " const at = all.getBoundingClientRect(); return at.top + at.height / 2; }"
        )
    )
    assert abs(box["y"] + box["height"] / 2 - words) < 1


def test_a_question_is_written_without_scripts(open_context, owner, exam):
    page = open_context(owner, java_script_enabled=False).new_page()
    page.goto(reverse("questions:bank", args=[exam.code]))
    begin_without = page.get_by_role("link", name="Write a question").first
    begin_without.click()
    write(page, "multiple_choice")
    page.get_by_role("button", name="Move A down").click()
    expect(page.locator("#option-1-text")).to_have_value("Regression")
    page.locator("#type").select_option("multiple_response")
    page.get_by_role("button", name="Switch").click()
    expect(page.locator("#option-4-text")).to_be_visible()
    page.locator("#type").select_option("multiple_choice")
    page.get_by_role("button", name="Switch").click()
    page.locator(".save-bar").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published. New exams can use it from now on.")).to_be_visible()


def asked_on_leaving(page):
    """The kinds of questions that the browser asks on the way to another page."""
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(reverse("home"))
    return asked


def test_leaving_with_unsaved_words_is_asked_about(desk):
    begin(desk, "multiple_choice")
    desk.route("**/new/autosave/", lambda route: route.abort())
    desk.locator("#stem").press_sequentially("Not saved")
    assert asked_on_leaving(desk) == ["beforeunload"]
    assert not Draft.objects.exists()


def test_words_typed_while_others_are_saved_are_asked_about(desk):
    begin(desk, "multiple_choice")
    held = []
    desk.route("**/new/autosave/", lambda route: held.append(route))
    with desk.expect_request("**/new/autosave/"):
        desk.locator("#stem").press_sequentially("Saved")
    desk.locator("#stem").press_sequentially(", not saved")
    with desk.expect_response("**/new/autosave/"):
        held[0].continue_()
    expect(desk.locator("#state time")).to_have_count(0)
    expect(desk.locator("[data-saved]")).to_have_text("Not saved yet")
    assert Draft.objects.get().item["stem"] == "Saved"
    assert asked_on_leaving(desk) == ["beforeunload"]


def test_a_draft_that_ended_elsewhere_is_not_overwritten(desk, exam, owner, complaints):
    begin(desk, "multiple_choice")
    write(desk, "multiple_choice")
    expect(desk.locator("[data-saved]")).to_contain_text("Draft saved")
    drafts.submit(Draft.objects.get(), by=owner)
    desk.locator("#stem").fill("Changed after all?")
    expect(desk.get_by_text("It is in review. Take it back to change it.")).to_be_visible()
    assert Draft.objects.get().item["stem"] == STEMS["multiple_choice"]
    assert asked_on_leaving(desk) == ["beforeunload"]
