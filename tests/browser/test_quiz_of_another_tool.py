"""A teacher who never saw the product: a quiz of another tool becomes an exam that is sat."""

import io
import zipfile
from html import escape

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from examapp.exams.models import ExamSession, Score
from questions.models import BulkRun, Exam, Import, Question
from questions.services import bulk_runs
from questions.services.imports import preview
from questions.services.imports import run as import_run
from tests.browser.room import Room, keyed_items
from tests.support.builders import make_user, right_response
from tests.support.imports import work

pytestmark = [
    pytest.mark.browser,
    pytest.mark.nightly,
    pytest.mark.django_db(transaction=True),
]

DOMAINS = ("Cells", "Plants", "Animals", "Fungi")
EACH = 15
IMSCC = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
NAMES = ("amber", "birch", "coral", "dune", "ember", "fern", "grove", "heath")


def metadata(label, entry):
    return (
        f"<qtimetadatafield><fieldlabel>{label}</fieldlabel>"
        f"<fieldentry>{entry}</fieldentry></qtimetadatafield>"
    )


def canvas_question(ident, stem, options, right):
    """A question of one answer, as Canvas exports it: the stem as HTML, the options as text."""
    labels = "".join(
        f'<response_label ident="{100 + index}"><material>'
        f'<mattext texttype="text/plain">{escape(text)}</mattext></material></response_label>'
        for index, text in enumerate(options)
    )
    html = escape(f"<div><p>{stem}</p></div>")
    return (
        f'<item ident="{ident}" title="Question"><itemmetadata><qtimetadata>'
        f"{metadata('question_type', 'multiple_choice_question')}"
        f"{metadata('points_possible', '1.0')}</qtimetadata></itemmetadata><presentation>"
        f'<material><mattext texttype="text/html">{html}</mattext></material>'
        f'<response_lid ident="response1" rcardinality="Single"><render_choice>{labels}'
        "</render_choice></response_lid></presentation><resprocessing><outcomes>"
        '<decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'
        '<respcondition continue="No"><conditionvar>'
        f'<varequal respident="response1">{100 + right}</varequal></conditionvar>'
        '<setvar action="Set" varname="SCORE">100</setvar></respcondition></resprocessing></item>'
    )


def canvas_quiz(ident, title, number):
    questions = "".join(
        canvas_question(
            f"{ident}q{index}",
            f"Which name does the pond study give to sample {NAMES[index % 8]} of {title.lower()}?",
            [f"{title} of {NAMES[(index + step) % 8]} pond" for step in range(4)],
            index % 4,
        )
        for index in range(number)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><questestinterop xmlns="{QTI}">'
        f'<assessment ident="{ident}" title="{title}"><qtimetadata>'
        f"{metadata('cc_maxattempts', '1')}</qtimetadata>"
        f'<section ident="root_section">{questions}</section></assessment></questestinterop>'
    )


@pytest.fixture
def canvas_file():
    """The package that Canvas writes for a course of four quizzes with 15 questions each."""
    out, resources = io.BytesIO(), ""
    with zipfile.ZipFile(out, "w") as package:
        for number, title in enumerate(DOMAINS, 1):
            path = f"g{number}/g{number}.xml"
            package.writestr(path, canvas_quiz(f"g{number}", title, EACH))
            resources += (
                f'<resource identifier="g{number}" type="imsqti_xmlv1p2">'
                f'<file href="{path}"/></resource>'
            )
        package.writestr(
            "imsmanifest.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><manifest identifier="m" xmlns="{IMSCC}">'
            "<metadata><schema>IMS Content</schema><schemaversion>1.1.3</schemaversion></metadata>"
            f"<organizations/><resources>{resources}</resources></manifest>",
        )
    return {"name": "biology.zip", "mimeType": "application/zip", "buffer": out.getvalue()}


def make_exam_by_hand(desk):
    """New exam, its rules, its outline: what the steps ask for, in their order."""
    desk.goto(reverse("home"))
    desk.locator("header details.menu summary").click()
    desk.get_by_role("link", name="New exam").click()
    desk.get_by_label("Name", exact=True).fill("Biology, year 1")
    desk.get_by_role("button", name="Create the exam").click()
    desk.get_by_label("Questions that count").fill("20")
    desk.get_by_label("Minutes").fill("30")
    desk.get_by_label("Pass mark").fill("60")
    expect(desk.get_by_text("12 of 20 right gives 60 and passes.")).to_be_visible()
    desk.get_by_role("button", name="Next: outline").click()
    for index, title in enumerate(DOMAINS):
        desk.locator(f"#domain-{index}-title").fill(title)
    desk.get_by_label("Share of domain 1").fill("40")
    expect(desk.get_by_text("60 % left. Questions: about 8 of 20.")).to_be_visible()
    desk.get_by_role("button", name="Next: who can take it").click()
    expect(desk.get_by_text("20 questions are missing.")).to_be_visible()


def import_file(desk, file):
    """Import the file from the step that names what is missing; its quizzes are the domains."""
    desk.get_by_role("link", name="Import a file").click()
    desk.get_by_label("File", exact=True).set_input_files(file)
    desk.get_by_role("button", name="Preview the file").click()
    expect(desk.get_by_role("heading", name="Reading the file")).to_be_visible()
    work(preview.execute, Import.objects.get().pk)
    expect(desk.locator(".s-tally")).to_contain_text("60 new")
    desk.get_by_role("button", name="Import 60 questions as drafts").click()
    desk.wait_for_url("**/report/")
    work(import_run.execute, Import.objects.get().pk)
    expect(desk.get_by_text("60 questions created as drafts.")).to_be_visible()


def publish_all(desk):
    desk.get_by_role("link", name="All drafts").click()
    desk.locator('[name="pick"]').first.check()
    desk.get_by_label("All 60 that match").check()
    desk.get_by_role("button", name="Approve and publish").click()
    expect(desk.get_by_text("your own drafts are approved too")).to_be_visible()
    desk.get_by_role("button", name="Approve and publish").click()
    desk.wait_for_url("**/bulk/**")
    work(bulk_runs.execute, BulkRun.objects.get().pk)
    expect(desk.get_by_text("60 questions changed.")).to_be_visible()
    expect(desk.get_by_role("heading", name="Not changed")).to_be_hidden()


def open_to_all(desk):
    desk.get_by_role("link", name="Exam", exact=True).click()
    desk.get_by_role("link", name="Who can take it").click()
    expect(desk.get_by_text("A mock exam can be put together.")).to_be_visible()
    desk.get_by_label("Open to all").check()
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("Everyone with an account sees it.")).to_be_visible()


def sit(page):
    """Find the exam, answer 15 of its 20 questions right, and end it; return the session."""
    page.goto(reverse("home"))
    page.get_by_role("link", name="Exams", exact=True).first.click()
    expect(page.get_by_role("heading", name="Biology, year 1")).to_be_visible()
    page.get_by_role("link", name="Take a mock exam").click()
    page.get_by_role("button", name="Start the exam").click()
    page.wait_for_url("**/sessions/**")
    room = Room(page, ExamSession.objects.open().get())
    room.expect_ready()
    for position, item in list(keyed_items(room.session).items())[:15]:
        room.jump(position)
        room.answer(right_response(item))
    room.expect_saved()
    room.end()
    return room.session


def test_a_quiz_of_canvas_becomes_an_exam_that_is_sat(open_context, candidate, canvas_file):
    desk = open_context(make_user(name="Nora New", role="instructor")).new_page()
    make_exam_by_hand(desk)
    import_file(desk, canvas_file)
    publish_all(desk)
    open_to_all(desk)
    exam = Exam.objects.get(code="biology-year-1")
    by_domain = Question.objects.pool(exam).values_list("topic__task__domain__title", flat=True)
    assert sorted(by_domain) == sorted(DOMAINS * EACH)

    page = open_context(candidate).new_page()
    session = sit(page)
    assert (session.items.count(), Score.objects.get(session=session).scaled) == (20, 75)
    expect(page.get_by_text("75").first).to_be_visible()
