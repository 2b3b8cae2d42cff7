"""A teacher alone with a bank: a new exam, a first question, three hundred at once."""

import io
import time

import pytest
from django.urls import reverse
from PIL import Image as Pillow
from playwright.sync_api import expect

from examapp.exams.models import ExamSession
from examapp.exams.services import finish
from questions.exchange.registry import WRITTEN
from questions.items.content import data_of
from questions.models import BulkRun, Draft, Exam, ExamRole, Question, Topic
from questions.services import blueprint, bulk_runs
from questions.services.versions import item_of_version
from tests.support.builders import make_item, make_user, publish_at_once, sound_options

pytestmark = [pytest.mark.nightly, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def teacher():
    return make_user(name="Nora New", role="instructor")


@pytest.fixture
def desk(open_context, teacher):
    return open_context(teacher).new_page()


@pytest.fixture
def own(teacher):
    """The teacher's own exam of one domain, in which they may approve alone."""
    plan = blueprint.first_plan(code="own", title="My exam", has_domain=True)
    exam = blueprint.create(plan, by=teacher)
    Exam.objects.filter(pk=exam.pk).update(allows_self_approval=True)
    return exam


def test_a_new_exam_of_four_domains_goes_live_and_is_sat(desk, open_context, candidate):
    desk.goto(reverse("questions:banks"))
    desk.get_by_role("link", name="New exam").first.click()
    desk.get_by_label("Name", exact=True).fill("Biology, year 1")
    desk.get_by_role("button", name="Create the exam").click()
    desk.get_by_label("Questions that count").fill("8")
    desk.get_by_label("Minutes").fill("20")
    desk.get_by_label("Pass mark").fill("50")
    expect(desk.get_by_text("4 of 8 right gives 50 and passes.")).to_be_visible()
    desk.get_by_role("button", name="Next: outline").click()
    for index, title in enumerate(("Cells", "Plants", "Animals", "Fungi")):
        desk.locator(f"#domain-{index}-title").fill(title)
    desk.get_by_label("Share of domain 1").fill("40")
    expect(desk.get_by_text("40 of 100 % assigned. 60 % left.")).to_be_visible()
    desk.get_by_role("button", name="Next: who can take it").click()
    expect(desk.get_by_text("8 questions are missing.")).to_be_visible()
    expect(desk.get_by_label("Open to all")).to_be_disabled()

    exam = Exam.objects.get(code="biology-year-1")
    topics = Topic.objects.filter(task__domain__exam=exam)
    named = [(topic, f"bio-{topic.pk}-{number}") for topic in topics for number in range(4)]
    publish_at_once(exam, [(topic, make_item("multiple_choice", ref)) for topic, ref in named])
    desk.reload()
    expect(desk.get_by_text("A mock exam can be put together.")).to_be_visible()
    desk.get_by_label("Open to all").check()
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("Everyone with an account sees it.")).to_be_visible()

    page = open_context(candidate).new_page()
    page.goto(reverse("exams:catalogue"))
    expect(page.get_by_text("Biology, year 1").first).to_be_visible()
    page.goto(reverse("exams:launch", args=[exam.code]))
    page.get_by_role("button", name="Start the exam").click()
    page.wait_for_url("**/sessions/**")
    assert ExamSession.objects.open().get().items.count() == 8


def test_a_first_question_is_published_as_one_would_type_it(desk, own):
    """Three options, no explanation, no source, no objective, an empty fourth row."""
    desk.goto(reverse("questions:new", args=[own.code]))
    desk.locator("#stem").fill("What is the capital of France?")
    for index, city in enumerate(("Paris", "Rome", "Oslo")):
        desk.locator(f"#option-{index}-text").fill(city)
    desk.locator("#right-0").check()
    desk.locator(".save-bar").get_by_role("button", name="Publish").click()
    expect(desk.get_by_text("Published. New exams can use it from now on.")).to_be_visible()
    live = Question.objects.pool(own).get().live_version
    assert live.content["options"] == ["Paris", "Rome", "Oslo"]


def picture_file():
    file = io.BytesIO()
    Pillow.new("RGB", (60, 40), "navy").save(file, "PNG")
    return {"name": "map.png", "mimeType": "image/png", "buffer": file.getvalue()}


def assert_all_is_seen(place, *, options=True):
    """The formula, table, picture and code of the stem, and the table and code of the options."""
    expect(place.locator("math mfrac").first).to_be_visible()
    expect(place.locator("table").first).to_contain_text("1914")
    expect(place.locator('img[alt="A map of Europe"]').first).to_be_visible()
    expect(place.locator("code", has_text="print").first).to_be_visible()
    if options:
        expect(place.locator("code", has_text="f(x)").first).to_be_visible()


def write_rich_question(desk):
    """Type as one would, with the buttons for what is no text."""
    stem = desk.locator("#stem")
    stem.press_sequentially("What does ")
    desk.get_by_role("button", name="Formula").click()
    desk.get_by_label("LaTeX").fill(r"\frac{a}{b}")
    expect(desk.locator("#formula-dialog math mfrac")).to_be_visible()
    desk.get_by_role("button", name="Insert", exact=True).click()
    stem.press_sequentially(" say of this?\n\n")
    desk.evaluate(
        """() => {
          const stem = document.getElementById("stem");
          const [sheet, end] = ["Year\\tEvent\\n1914\\tWar", stem.value.length];
          stem.setRangeText(sheet, end, end, "select");
        }"""
    )
    desk.get_by_role("button", name="Table").click()
    stem.press("Control+End")
    stem.press_sequentially("\n\n")
    desk.get_by_role("button", name="Picture").click()
    desk.get_by_label("File").set_input_files(picture_file())
    desk.get_by_label("What does it show?").fill("A map of Europe")
    desk.get_by_role("button", name="Upload and insert").click()
    expect(desk.locator("#picture-dialog")).to_be_hidden()
    stem.press_sequentially(" and `print(1)`?")
    desk.locator("#option-0-text").press_sequentially("f(x)")
    desk.locator("#option-0-text").press("Control+a")
    desk.keyboard.press("Control+e")
    desk.locator("#option-1-text").press_sequentially("Nothing")
    desk.locator("#right-0").check()


def test_formula_table_picture_and_code_are_seen_the_same_everywhere(desk, own, candidate):
    began = time.monotonic()
    desk.goto(reverse("questions:new", args=[own.code]))
    write_rich_question(desk)
    expect(desk.locator("[data-saved]")).to_contain_text("Draft saved")
    assert_all_is_seen(desk.locator("#preview"))
    desk.locator(".save-bar").get_by_role("button", name="Publish").click()
    expect(desk.get_by_text("Published. New exams can use it from now on.")).to_be_visible()
    assert time.monotonic() - began < 180
    assert_all_is_seen(desk.locator("main"))

    Exam.objects.filter(pk=own.pk).update(scored_count=1)
    desk.goto(reverse("exams:launch", args=[own.code]))
    desk.get_by_role("button", name="Start the exam").click()
    desk.wait_for_url("**/sessions/**")
    assert_all_is_seen(desk.locator("#q1"))
    session = ExamSession.objects.get()
    finish(session.pk)
    desk.goto(reverse("exams:review", args=[session.pk]))
    assert_all_is_seen(desk.locator("main"))
    desk.emulate_media(media="print")
    assert_all_is_seen(desk.locator("main"))
    item = item_of_version(Question.objects.pool(own).get().live_version)
    for name in ("moodle", "gift", "yaml"):
        written = WRITTEN[name].dumps([item]).content
        assert b"1914" in written


def drafts_in_review(exam, count):
    author = make_user(name="Ann Author", role="instructor")
    ExamRole.objects.create(user=author, exam=exam, role="author")
    topic = Topic.objects.select_related("task").get(task__domain__exam=exam)
    tags = {"topic": topic.slug, "task": topic.task.number, "options": sound_options(4)}
    items = [make_item("multiple_choice", f"own-{number}", **tags) for number in range(count)]
    questions = Question.objects.bulk_create(
        Question(exam=exam, ref=item.ref, topic=topic, status="in_review", stem=item.stem)
        for item in items
    )
    Draft.objects.bulk_create(
        Draft(question=question, item=data_of(item), stage="in_review", author=author)
        for question, item in zip(questions, items, strict=True)
    )


def test_300_are_approved_and_published_at_once_and_undone(desk, own):
    drafts_in_review(own, 300)
    desk.goto(reverse("questions:bank", args=[own.code]) + "?status=in_review")
    expect(desk.locator("[data-bulk-bar]")).to_be_hidden()
    desk.locator('[name="pick"]').first.check()
    desk.get_by_label("All 300 that match").check()
    desk.get_by_role("button", name="Approve and publish").click()
    expect(desk.get_by_role("heading", name="Approve and publish: 300 questions?")).to_be_visible()
    desk.get_by_role("button", name="Approve and publish").click()
    expect(desk.get_by_text("0 of 300 questions done.")).to_be_visible()
    bulk_runs.execute(BulkRun.objects.get().pk)
    expect(desk.get_by_text("300 questions changed.")).to_be_visible()
    assert Question.objects.pool(own).count() == 300
    desk.get_by_role("button", name="Undo for 300 questions").click()
    desk.wait_for_url("**/bulk/**")
    bulk_runs.execute(BulkRun.objects.get(action="undo").pk)
    expect(desk.get_by_text("300 questions restored.")).to_be_visible()
    assert Draft.objects.filter(question__exam=own, stage="in_review").count() == 300
    assert not Question.objects.pool(own).exists()
