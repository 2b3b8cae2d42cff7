"""A file that another tool wrote becomes questions that a candidate sits, and goes out as it came.

The files of tests/questions/files/exchange follow each format's public rules, not our writers'.
"""

import base64
import csv
import io
import sqlite3
import zipfile
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook
from PIL import Image as Pillow

from examapp.exams import services
from questions.exchange.losses import in_file_order
from questions.items.content import item_of
from questions.items.item import Option
from questions.models import Domain, Draft, Exam, ExamRole, Image, Question, Task, Topic
from questions.services import drafts, exports, reviews, versions
from questions.services.editor_findings import exam_lint_context, findings_for
from questions.services.imports import plan
from questions.services.imports import run as import_run
from tests.support.builders import make_user
from tests.support.exchange_files import without

pytestmark = pytest.mark.django_db
FILES = Path(__file__).resolve().parents[1] / "questions" / "files" / "exchange"
WHY = "notes of the course say what the words of the question ask for, and what they do not."
FOUR = ["multiple_choice", "multiple_response", "ordering", "matching"]


def workbook():
    """Return the table of the CSV as a workbook, its key a number where it can be."""
    book = Workbook()
    rows = csv.reader(io.StringIO((FILES / "questions.csv").read_text()), delimiter=";")
    for row in rows:
        book.active.append([int(cell) if cell.isdecimal() else cell for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def package(folder, kind):
    """Return a package of the items of a folder, as a tool of tests exports it."""
    file = io.BytesIO()
    names = ["choice", "multiple", "order", "match"]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        rows = "".join(
            f'<resource identifier="RES-{name}" type="{kind}" href="items/{name}.xml">'
            f'<file href="items/{name}.xml"/></resource>'
            for name in names
        )
        space = "http://www.imsglobal.org/xsd/imscp_v1p1"
        archive.writestr(
            "imsmanifest.xml",
            f'<?xml version="1.0"?><manifest xmlns="{space}" identifier="M"><organizations/>'
            f"<resources>{rows}</resources></manifest>",
        )
        for name in names:
            archive.writestr(f"items/{name}.xml", (FILES / folder / f"{name}.xml").read_text())
    return file.getvalue()


def illustrated(form):
    """Return the file's choice with an image as other tools pack one: in a folder, or in base64."""
    file = io.BytesIO()
    Pillow.new("RGB", (40, 20), "navy").save(file, "PNG")
    if form == "moodle":
        shown = '<img src="@@PLUGINFILE@@/night%20load.png" alt="A navy box">'
        data = base64.b64encode(file.getvalue()).decode()
        quiz = (FILES / "moodle.xml").read_text()
        image = f'<file name="night load.png" path="/" encoding="base64">{data}</file>'
        head, stem, rest = quiz.partition("Which type of inference fits?<br></p>")
        text, end, rest = rest.partition("</text>")
        return f"{head}{stem}<p>{shown}</p>{text}{end}{image}{rest}".encode()
    folder, kind = ("qti3", "imsqti_item_xmlv3p0") if form == "qti30" else ("qti", PLAIN[form])
    whole = io.BytesIO(package(folder, kind))
    shown = '<p><img src="../pictures/night%20load.png" alt="A navy box"/></p>'
    changed = io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == "items/choice.xml":
                text = text.replace("once a night.</p>", f"once a night.</p>{shown}")
            new.writestr(name, text)
        new.writestr("pictures/night load.png", file.getvalue())
    return changed.getvalue()


def read(name):
    return lambda: (FILES / name).read_bytes()


PLAIN = {"qti21": "imsqti_item_xmlv2p1", "qti22": "imsqti_item_xmlv2p2"}
# Format, the file, the types that it holds, and what the format gives back of an item.
CASES = {
    "yaml": (read("questions.yaml"), FOUR),
    "csv": (read("questions.csv"), FOUR[:2]),
    "xlsx": (workbook, FOUR[:2]),
    "gift": (read("questions.gift"), FOUR),
    "aiken": (read("aiken.txt"), ["multiple_choice"] * 2),
    "moodle": (read("moodle.xml"), FOUR),
    "qti21": (lambda: package("qti", "imsqti_item_xmlv2p1"), FOUR),
    "qti22": (lambda: package("qti", "imsqti_item_xmlv2p2"), FOUR),
    "qti30": (lambda: package("qti3", "imsqti_item_xmlv3p0"), FOUR),
    "markdown": (read("list.md"), FOUR[:2]),
    "anki-text": (read("anki.txt"), FOUR[:2]),
}


@pytest.fixture
def exam(db):
    """An exam of one topic, whose whole bank is what a file brings."""
    exam = Exam.objects.create(
        code="exchanged",
        title="Exchanged",
        minutes=30,
        scored_count=1,
        unscored_count=0,
        scale_min=100,
        scale_cut=700,
        scale_max=1000,
        raw_cut="0.70",
        state="open",
    )
    domain = Domain.objects.create(exam=exam, number=1, title="Only", weight=100)
    task = Task.objects.create(domain=domain, number="1.1", title="Only task")
    Topic.objects.create(task=task, slug="types-of-inference", title="Types of inference")
    return exam


def member(exam, role):
    user = make_user(role="instructor")
    ExamRole.objects.create(user=user, exam=exam, role=role)
    return user


def taken_in(exam, author, content, name):
    run = import_run.keep(exam, by=author, content=content, file_name="theirs", name=name)
    topic = Topic.objects.get()
    import_run.queue(run, topic=topic, duplicates="skip", leaves_out_problems=False)
    run = import_run.execute(run.pk)
    assert run.status == "done", run.report
    return Question.objects.filter(pk__in=run.report["created"]).order_by("pk")


def make_live(question, author, reviewer):
    """Write what the file has no place for and the rules ask for; publish by two people."""
    draft = Draft.objects.get(question=question)
    item = item_of(draft.item)
    whole = replace(
        item,
        options=tuple(Option(each.text, f"{each.text}: {WHY}") for each in item.options),
        sources=("https://docs.example.com/page",),
        reviewed_on="2026-01-31",
    )
    assert not [
        each for each in findings_for(whole, exam_lint_context(question.exam)) if each.is_error
    ]
    draft = drafts.save(draft, item=whole, by=author, revision=draft.revision)
    drafts.submit(draft, by=author)
    reviews.approve(draft, by=reviewer)
    versions.publish_draft(question, by=reviewer)


def carried(name, item):
    """Return what a format gives back of an item."""
    item = without(item, "evidence", "acknowledged")
    if name in ("gift", "moodle") and item.type in ("ordering", "matching"):
        item = without(item, "whys")
    if name == "aiken":
        item = without(item, "whys", "level", "sources", "reviewed_on")
    return in_file_order(item)


def written_by_anki(deck):
    """Return a deck's notes as the text file that Anki exports of them."""
    with zipfile.ZipFile(io.BytesIO(deck)) as archive:
        data = archive.read("collection.anki2")
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data)
    file = io.StringIO("#separator:tab\n#html:true\n#tags column:7\n", newline="")
    file.seek(0, io.SEEK_END)
    writer = csv.writer(file, delimiter="\t")
    for fields, tags in connection.execute("SELECT flds, tags FROM notes ORDER BY id"):
        writer.writerow([*fields.split("\x1f"), tags.strip()])
    return file.getvalue().encode()


def sent_out(exam, questions, name, author):
    """Return the questions as a file that its format reads."""
    if name == "anki-text":
        deck = exports.export(exam, questions, name="anki", by=author).dumped.content
        return written_by_anki(deck)
    return exports.export(exam, questions, name=name, by=author).dumped.content


@pytest.mark.parametrize("name", CASES)
def test_a_file_of_another_tool_is_sat_and_goes_out_as_it_came(exam, candidate, name):
    load, kinds = CASES[name]
    author, reviewer = member(exam, "author"), member(exam, "reviewer")
    questions = taken_in(exam, author, load(), name)
    assert sorted(each.type for each in questions) == sorted(kinds)
    for question in questions:
        make_live(question, author, reviewer)
    Exam.objects.update(scored_count=len(kinds))
    session = services.start(candidate, exam=Exam.objects.get())
    client = Client()
    client.force_login(candidate)
    room = unescape(client.get(reverse("exams:room", args=[session.pk])).content.decode())
    items = {each.ref: drafts.newest_item(each) for each in questions.all()}
    for item in items.values():
        assert item.stem.split("\n")[-1] in room
        for text in [*(option.text for option in item.options), *item.prompts]:
            assert text in room
    content = sent_out(exam, questions.all(), name, author)
    loaded = plan.read(content, name=name)
    assert loaded.problems == ()
    back = {
        row.twin.ref: replace(row.item, ref=row.twin.ref)
        for row in plan.plan(exam, loaded, default_topic=Topic.objects.get()).rows
    }
    assert {ref: carried(name, item) for ref, item in back.items()} == {
        ref: carried(name, item) for ref, item in items.items()
    }


@pytest.mark.parametrize("name", ["qti21", "qti22", "qti30", "moodle"])
def test_an_image_of_another_tool_is_seen_in_the_room_and_goes_out_with_its_question(
    exam, candidate, name
):
    author, reviewer = member(exam, "author"), member(exam, "reviewer")
    questions = taken_in(exam, author, illustrated(name), name)
    for question in questions:
        make_live(question, author, reviewer)
    image = Image.objects.get()
    Exam.objects.update(scored_count=4)
    session = services.start(candidate, exam=Exam.objects.get())
    client = Client()
    client.force_login(candidate)
    room = client.get(reverse("exams:room", args=[session.pk])).content.decode()
    assert room.count(f'<img src="{image.get_absolute_url()}" alt="A navy box">') == 1
    served = client.get(image.get_absolute_url())
    assert served.headers["Content-Type"] == "image/png"
    assert Pillow.open(io.BytesIO(served.content)).getpixel((0, 0))[:3] == (0, 0, 128)
    exported = exports.export(exam, questions.all(), name=name, by=author)
    assert image.get_absolute_url().encode() not in exported.dumped.content
    loaded = plan.read(exported.dumped.content, name=name)
    assert [carried.data for carried in loaded.images.values()] == [bytes(image.content)]
    planned = plan.plan(exam, loaded, default_topic=Topic.objects.get())
    shown = [row.item.stem for row in planned.rows if "![" in row.item.stem]
    assert len(shown) == 1
    assert f"![A navy box]({image.get_absolute_url()})" in shown[0]
