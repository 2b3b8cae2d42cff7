"""A file of 500 rows, 3 of them bad, taken in by the browser: named, left out, reported, undone."""

import re

import pytest
from playwright.sync_api import expect

from questions.models import ExamRole, Import, Question, Topic
from questions.services.imports import preview
from questions.services.imports import run as import_run
from tests.support.accessibility import findings
from tests.support.builders import make_user
from tests.support.imports import csv_of, items_of, work

pytestmark = [pytest.mark.nightly, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def author(exam, live_server):
    user = make_user(name="Ann Author", role="instructor")
    ExamRole.objects.create(user=user, exam=exam, role="author")
    return user


def drop(page, path):
    """Let a file fall on the form, as a person drags it there from a folder."""
    carried = page.evaluate_handle(
        """([name, text]) => {
            const carried = new DataTransfer();
            carried.items.add(new File([text], name, {type: "text/csv"}));
            return carried;
        }""",
        [path.name, path.read_text(encoding="utf-8-sig")],
    )
    box = page.locator("[data-drop]")
    box.dispatch_event("dragover", {"dataTransfer": carried})
    expect(box).to_have_class(re.compile("is-over"))
    box.dispatch_event("drop", {"dataTransfer": carried})
    expect(box).not_to_have_class(re.compile("is-over"))


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_five_hundred_rows_of_which_three_are_bad(
    open_context, complaints, exam, author, tmp_path, width, scheme
):
    complaints.allow("status of 422")
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    content = csv_of(items_of(topic, 500))
    for number in (10, 250, 499):
        content = content.replace(f"Stem of imp-{number:04}?".encode(), b"")
    path = tmp_path / "five-hundred.csv"
    path.write_bytes(content)
    size = {"width": width, "height": 900}
    page = open_context(author, viewport=size, color_scheme=scheme).new_page()
    page.goto(f"/bank/{exam.code}/imports/")
    assert not findings(page)
    drop(page, path)
    page.get_by_role("button", name="Preview the file").click()
    expect(page.get_by_role("heading", name="Reading the file")).to_be_visible()
    work(preview.execute, Import.objects.get().pk)
    expect(page.get_by_role("heading", name="3 rows with a problem")).to_be_visible()
    for row in (12, 252, 501):
        expect(page.get_by_text(f"Row {row}", exact=True)).to_be_visible()
    assert not findings(page)
    page.get_by_role("button", name="Import 497 questions as drafts").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick this to import the others")
    page.get_by_label("Leave out the rows with a problem").check()
    page.get_by_role("button", name="Import 497 questions as drafts").click()
    expect(page.get_by_role("heading", name="Importing")).to_be_visible()
    work(import_run.execute, Import.objects.get().pk)
    expect(page.get_by_text("497 questions created as drafts")).to_be_visible()
    assert not findings(page)
    assert Question.objects.filter(exam=exam, ref__startswith="imp").count() == 497
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("Undone: 497 questions taken back")).to_be_visible()
    assert not Question.objects.filter(exam=exam, ref__startswith="imp").exists()


AMBIGUOUS = """Question,Option A,Option B,Option C,Option D,Answer
How many bits are in a nibble?,3,4,5,6,4
How many legs has a fly?,2,4,6,8,2
"""


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_table_whose_keys_are_ambiguous_is_settled_once(
    open_context, exam, author, tmp_path, width, scheme
):
    """Keys read two ways and letters of a doubtful encoding: both are asked, then it goes in."""
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    path = tmp_path / "keys.csv"
    path.write_bytes(AMBIGUOUS.replace("a fly", "a flÿ").encode("cp1252"))
    size = {"width": width, "height": 900}
    page = open_context(author, viewport=size, color_scheme=scheme).new_page()
    page.goto(f"/bank/{exam.code}/imports/")
    page.locator("input[type=file]").first.set_input_files(path)
    page.get_by_role("button", name="Preview the file").click()
    expect(page.get_by_role("heading", name="Reading the file")).to_be_visible()
    work(preview.execute, Import.objects.get().pk)
    expect(page.get_by_role("heading", name="Decide this first")).to_be_visible()
    expect(page.get_by_role("group", name="Which of these reads well?")).to_be_visible()
    assert not findings(page)
    page.get_by_label("text", exact=False).first.check()
    page.get_by_role("button", name="Update the preview").first.click()
    expect(page.get_by_role("heading", name="Reading the file")).to_be_visible()
    work(preview.execute, Import.objects.get().pk)
    expect(page.get_by_role("heading", name="Decide this first")).to_be_visible()
    page.get_by_label("Topic for all of them").select_option(str(topic.pk))
    page.get_by_role("button", name="Update the preview").last.click()
    expect(page.get_by_role("heading", name="Reading the file")).to_be_visible()
    work(preview.execute, Import.objects.get().pk)
    right = page.get_by_role("listitem").filter(has_text="Right answer").last
    expect(right).to_be_visible()
    assert not findings(page)
    page.get_by_role("button", name="Import").last.click()
    expect(page.get_by_role("heading", name="Importing")).to_be_visible()


def test_a_lettered_list_of_three_hundred_goes_in(open_context, exam, author, tmp_path):
    one = "{0}. Which of {0} ponds is deep?\n\n- A. One\n- B. Two\n- C. Three\n\n**Answer: B**\n\n"
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    path = tmp_path / "ponds.md"
    path.write_text("# Ponds\n\n" + "".join(one.format(number) for number in range(1, 301)))
    page = open_context(author, viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"/bank/{exam.code}/imports/")
    page.locator("input[type=file]").first.set_input_files(path)
    page.get_by_role("button", name="Preview the file").click()
    expect(page.get_by_role("heading", name="Reading the file")).to_be_visible()
    work(preview.execute, Import.objects.get().pk)
    expect(page.get_by_text("300 questions have no topic.")).to_be_visible()
    page.get_by_label("Topic for all of them").select_option(str(topic.pk))
    page.get_by_role("button", name="Update the preview").click()
    expect(page.get_by_role("heading", name="Reading the file")).to_be_visible()
    work(preview.execute, Import.objects.get().pk)
    expect(page.get_by_text("900 options have no explanation.")).to_be_visible()
    expect(page.get_by_text("Right answer").first).to_be_visible()
    page.get_by_role("button", name="Import 300 questions as drafts").click()
    expect(page.get_by_role("heading", name="Importing")).to_be_visible()
    work(import_run.execute, Import.objects.get().pk)
    expect(page.get_by_text("300 questions created as drafts")).to_be_visible()
