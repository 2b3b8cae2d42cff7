"""Images go out with the questions that show them, come in with them, and are never trusted."""

import base64
import io
import zipfile
from dataclasses import replace
from html import escape
from random import Random

import pytest
from PIL import Image as Pillow

from questions.exchange import collector, moodle_reader, moodle_writer, qti_reader, qti_writer
from questions.exchange.embedded_images import address_of, images_of, readdressed
from questions.exchange.losses import image_stays
from questions.exchange.registry import READ, WRITTEN
from questions.exchange.text_files import FormatError
from questions.items.content import item_of
from questions.markdown import picture, pictures_in
from questions.models import Image, Question
from questions.services import drafts, exports
from questions.services import images as image_services
from questions.services.imports import plan
from questions.services.imports import run as import_run
from questions.services.imports import undo as import_undo
from tests.support.builders import make_item
from tests.support.exchange_files import same, without
from tests.support.races import Held, Waiting

ADDRESS = "/images/6ba7b810-9dad-41d1-80b4-00c04fd430c8"
OTHER = "/images/6ba7b811-9dad-41d1-80b4-00c04fd430c8"
CARRYING = ["qti21", "qti22", "qti30", "moodle"]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def png(colour=1, size=(40, 20), kind="PNG"):
    file = io.BytesIO()
    Pillow.new("RGB", size, colour).save(file, kind)
    return file.getvalue()


def illustrated(ref="pic-1", address=ADDRESS, **fields):
    item = make_item("multiple_choice", ref, **fields)
    return replace(item, stem=f"{item.stem}\n\n![A dot]({address})")


def test_a_description_keeps_its_marks():
    for alt in ("A dot", "a *b* [c] \\ & <x> &amp; `q`", "![x](y)", "1. a_b_c", ""):
        assert pictures_in(picture(ADDRESS, alt)) == [(ADDRESS, alt)]


@pytest.mark.parametrize("name", CARRYING)
def test_a_file_takes_its_images_along_and_gives_them_back(name):
    item = illustrated()
    options = [*item.options]
    options[1] = replace(options[1], text=f"Like ![A blue box]({OTHER})")
    options[2] = replace(options[2], why=f"See\n\n![A dot]({ADDRESS})")
    item = replace(item, options=tuple(options))
    images = {ADDRESS: png(1), OTHER: png(2, kind="JPEG")}
    dumped = WRITTEN[name].dumps([item], images=images)
    assert not any("stays" in loss.reason for loss in dumped.losses)
    assert ADDRESS.encode() not in dumped.content
    loaded = READ[name].loads(dumped.content, "")
    assert loaded.problems == ()
    (taken,) = loaded.items
    assert taken.warnings == ()
    assert {each.data for each in loaded.images.values()} == set(images.values())
    back = readdressed(taken.item, {address_of(data): at for at, data in images.items()})
    assert [each.address for each in images_of(back)] == [ADDRESS, OTHER, ADDRESS]
    assert [each.alt for each in images_of(back)] == ["A dot", "A blue box", "A dot"]
    same([without(item, "evidence", "acknowledged")], [back])


@pytest.mark.parametrize("name", CARRYING)
def test_an_image_that_does_not_go_along_is_named(name):
    losses = WRITTEN[name].dumps([illustrated()], images={}).losses
    assert image_stays("pic-1") in losses


def test_a_package_lists_its_images_as_what_its_items_depend_on():
    dumped = qti_writer.dumps(
        [illustrated("a"), illustrated("b")], "2.1", images={ADDRESS: png(), OTHER: png(2)}
    )
    with zipfile.ZipFile(io.BytesIO(dumped.content)) as archive:
        manifest = archive.read("imsmanifest.xml").decode()
        item = archive.read("items/item-00002.xml").decode()
        names = archive.namelist()
    path = f"images/{ADDRESS[8:]}.png"
    assert names.count(path) == 1
    assert manifest.count('<dependency identifierref="I1"/>') == 2
    assert f'<resource identifier="I1" type="webcontent" href="{path}"><file' in manifest
    assert f'<img src="../{path}" alt="A dot"/>' in item


# --- Files of other tools


BODY = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="dots"
 title="Dots" adaptive="false" timeDependent="false">
 <responseDeclaration identifier="R" cardinality="single" baseType="identifier">
  <correctResponse><value>B</value></correctResponse></responseDeclaration>
 <itemBody><p>How many dots are there?</p><p>{shown}</p>
 <choiceInteraction responseIdentifier="R" maxChoices="1">
 <simpleChoice identifier="A">None</simpleChoice><simpleChoice identifier="B">One</simpleChoice>
 <simpleChoice identifier="C">Two</simpleChoice><simpleChoice identifier="D">Three</simpleChoice>
 </choiceInteraction></itemBody></assessmentItem>"""
MANIFEST = """<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="M"><resources>
 <resource identifier="I" type="imsqti_item_xmlv2p1" href="questions/dots.xml">
  <file href="questions/dots.xml"/><file href="questions/media/one%20dot%20(1).png"/></resource>
 </resources></manifest>"""
NAMED = '<img src="media/one%20dot%20%281%29.png" alt="A &lt;dot&gt;" width="40"/>'

AS_OBJECT = '<object data="./media/one%20dot%20%281%29.png" type="image/png">A dot</object>'


def their_package(data=None, shown=NAMED, name="questions/media/one dot (1).png", folder=""):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{folder}imsmanifest.xml", MANIFEST)
        archive.writestr(f"{folder}questions/dots.xml", BODY.format(shown=shown))
        archive.writestr(f"{folder}{name}", data or png())
    return file.getvalue()


def their_quiz(data=None, alt="A dot", src="one%20dot%20%281%29.png", text=None):
    data = base64.encodebytes(data or png()).decode()
    shown = text or f'<img class="fluid" src="@@PLUGINFILE@@/{src}" alt="{escape(alt)}" width="4">'
    return f"""<quiz><question type="multichoice"><name><text>dots</text></name>
     <questiontext format="html"><text><![CDATA[<p>How many dots are there?</p><p>{shown}</p>]]>
     </text><file name="one dot (1).png" path="/" encoding="base64">{data}</file></questiontext>
     <single>true</single>
     <answer fraction="0"><text>None</text></answer><answer fraction="100"><text>One</text></answer>
     <answer fraction="0"><text>Two</text></answer><answer fraction="0"><text>Three</text></answer>
     </question></quiz>""".encode()


@pytest.mark.parametrize(
    ("loads", "data", "alt"),
    [
        (qti_reader.loads, their_package(), "A <dot>"),
        (qti_reader.loads, their_package(folder="export/"), "A <dot>"),
        (
            qti_reader.loads,
            their_package(shown=AS_OBJECT),
            "A dot",
        ),
        (qti_reader.loads, their_package(shown=NAMED.replace("%20", " ")), "A <dot>"),
        (moodle_reader.loads, their_quiz(), "A dot"),
        (moodle_reader.loads, their_quiz(src="one dot (1).png", alt="A <dot>"), "A <dot>"),
        (moodle_reader.loads, their_quiz(src="one%20dot%20%281%29.png?time=17"), "A dot"),
    ],
    ids=["qti", "folder", "object", "spaces", "moodle", "raw", "query"],
)
def test_images_that_other_tools_pack_are_found(loads, data, alt):
    loaded = loads(data)
    assert loaded.problems == ()
    (taken,) = loaded.items
    assert taken.warnings == ()
    assert taken.item.stem.startswith("How many dots are there?\n\n![")
    assert [(each.address, each.alt) for each in images_of(taken.item)] == [
        (address_of(png()), alt)
    ]
    (image,) = loaded.images.values()
    assert (image.name.rpartition("/")[2], image.data) == ("one dot (1).png", png())


@pytest.mark.parametrize(
    ("loads", "data", "reason"),
    [
        (qti_reader.loads, their_package(name="questions/two.png"), "is not in the package"),
        (
            qti_reader.loads,
            their_package(shown='<img src="../../etc/passwd" alt="x"/>', name="../etc/passwd"),
            "leads out of the package",
        ),
        (
            qti_reader.loads,
            their_package(shown='<img src="%2e%2e/%2e%2e/x.png" alt="x"/>'),
            "leads out of the package",
        ),
        (
            qti_reader.loads,
            their_package(shown='<img src="/x.png" alt="x"/>', name="/x.png"),
            "leads out",
        ),
        (moodle_reader.loads, their_quiz(src="two.png"), "'two.png' is not in the file"),
        (moodle_reader.loads, their_quiz().replace(b'"base64"', b'"hex"'), "is not in base64"),
        (moodle_reader.loads, their_quiz().replace(b'base64">', b'base64">A'), "no base64"),
    ],
    ids=["missing", "up", "encoded up", "root", "other name", "encoding", "broken"],
)
def test_an_image_that_is_not_there_keeps_its_question_out(loads, data, reason):
    loaded = loads(data)
    assert (loaded.items, loaded.images) == ((), {})
    (problem,) = loaded.problems
    assert reason in problem.reason


def test_what_is_elsewhere_is_never_fetched_and_left_out_in_words():
    shown = '<img src="https://evil.example/x.png" alt="A dot"/>'
    for loaded in (
        qti_reader.loads(their_package(shown=shown)),
        moodle_reader.loads(their_quiz(text=shown)),
    ):
        (taken,) = loaded.items
        assert taken.item.stem == "How many dots are there?\n\nA dot"
        left_out = "the picture 'https://evil.example/x.png' was left out; its description stays"
        assert left_out in taken.warnings
        assert not loaded.images


def test_a_file_that_no_text_shows_is_named():
    loaded = moodle_reader.loads(
        their_quiz(text='<a href="@@PLUGINFILE@@/one%20dot%20%281%29.png">it</a>')
    )
    assert "the file 'one dot (1).png' was left out: no text shows it" in loaded.items[0].warnings
    assert not loaded.images


def test_the_images_of_a_file_are_counted(monkeypatch):
    monkeypatch.setattr(collector, "MOST_IMAGES", 1)
    images = {ADDRESS: png(1), OTHER: png(2)}
    dumped = moodle_writer.dumps([illustrated("a"), illustrated("b", OTHER)], images=images)
    with pytest.raises(FormatError, match="more than 1 image;"):
        moodle_reader.loads(dumped.content)


def test_many_names_of_one_image_cost_no_more_than_one(monkeypatch):
    hashed = []
    monkeypatch.setattr(
        collector, "address_of", lambda data: hashed.append(len(data)) or address_of(data)
    )
    loaded = qti_reader.loads(their_package(shown=NAMED * 300))
    assert (len(loaded.items), hashed) == (1, [len(png())])


def test_a_text_has_a_bounded_number_of_files():
    many = their_quiz().replace(b"<file", b"<file/>" * 20 + b"<file")
    (problem,) = moodle_reader.loads(many).problems
    assert problem.reason == "a text of it has more than 20 files"


# --- In the bank


def taken_in(exam, author, content, name, topic, **options):
    run = import_run.keep(exam, by=author, content=content, file_name="theirs", name=name)
    options = {"duplicates": "skip", "leaves_out_problems": False} | options
    import_run.queue(run, topic=topic, **options)
    return import_run.execute(run.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("name", CARRYING)
def test_a_question_comes_in_with_its_image_and_goes_out_as_it_came(exam, author, topic, name):
    content = their_quiz() if name == "moodle" else their_package()
    run = taken_in(exam, author, content, name, topic)
    assert run.status == "done", run.report
    image = Image.objects.get()
    assert run.report["images"] == [str(image.pk)]
    assert Pillow.open(io.BytesIO(image.content)).size == (40, 20)
    question = Question.objects.get(pk__in=run.report["created"])
    item = drafts.newest_item(question)
    assert [each.address for each in images_of(item)] == [image.get_absolute_url()]
    asked = Question.objects.filter(pk=question.pk)
    exported = exports.export(exam, asked, name=name, by=author)
    assert not any("stays" in loss.reason for loss in exported.dumped.losses)
    (row,) = plan.plan(exam, plan.read(exported.dumped.content, name=name)).rows
    assert row.is_same
    again = taken_in(exam, author, content, name, topic, duplicates="new")
    assert (again.report["images"], Image.objects.count()) == ([], 1)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["qti21", "moodle"])
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (SVG, "SVG is not taken; save the picture as PNG."),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "The file is not a PNG, JPEG, WebP or GIF picture."),
        (Random(1).randbytes(5_300_000), "The file is larger than 5 MB; save it smaller."),
        (png(size=(5000, 4000)), "The picture has more than 16 million pixels; save it smaller."),
    ],
    ids=["svg", "fake", "large", "bomb"],
)
def test_what_is_no_picture_is_a_problem_of_its_question(exam, author, topic, name, data, reason):
    before = Question.objects.count()
    content = their_quiz(data) if name == "moodle" else their_package(data)
    run = taken_in(exam, author, content, name, topic)
    assert run.status == "failed"
    (problem,) = run.report["problems"]
    assert problem["column"] == "stem"
    assert problem["reason"].startswith("image '")
    assert problem["reason"].endswith(f"one dot (1).png': {reason}")
    assert (Question.objects.count(), Image.objects.count()) == (before, 0)


@pytest.mark.django_db
def test_an_image_without_a_description_is_a_problem_of_its_question(exam, author, topic):
    run = taken_in(exam, author, their_quiz(alt=""), "moodle", topic)
    assert "has no description (alt)" in run.report["problems"][0]["reason"]
    assert not Image.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("bound", "most"), [("MOST_PIXELS", 1000), ("MOST_KEPT", 100)])
def test_the_images_of_a_file_have_bounds_together(exam, topic, monkeypatch, bound, most):
    monkeypatch.setattr(image_services, bound, most)
    items = [illustrated("a", task="1.1"), illustrated("b", OTHER, task="1.1")]
    dumped = moodle_writer.dumps(items, images={ADDRESS: png(1), OTHER: png(2)})
    planned = plan.plan(exam, moodle_reader.loads(dumped.content), default_topic=topic)
    assert (len(planned.rows), len(planned.images)) == (1, 1)
    assert "together; divide the file" in planned.problems[0].reason


@pytest.mark.django_db
def test_a_broken_image_counts_as_much_as_a_whole_one(exam, topic, monkeypatch):
    monkeypatch.setattr(image_services, "MOST_PIXELS", 1000)
    items = [illustrated("a", task="1.1"), illustrated("b", OTHER, task="1.1")]
    # Its header is whole, so that it is decoded up to where it breaks off.
    images = {ADDRESS: png(1)[:50], OTHER: png(2)}
    dumped = moodle_writer.dumps(items, images=images)
    planned = plan.plan(exam, moodle_reader.loads(dumped.content), default_topic=topic)
    broken, beyond = (problem.reason for problem in planned.problems)
    assert "is not a PNG" in broken
    assert "together; divide the file" in beyond


@pytest.mark.django_db
def test_a_photograph_that_went_out_is_known_by_its_bytes(exam, author, topic):
    photo = io.BytesIO()
    Pillow.effect_noise((64, 64), 90).convert("RGB").save(photo, "JPEG", quality=60)
    run = taken_in(exam, author, their_quiz(photo.getvalue()), "moodle", topic)
    asked = Question.objects.filter(pk__in=run.report["created"])
    exported = exports.export(exam, asked, name="qti22", by=author)
    planned = plan.plan(exam, plan.read(exported.dumped.content, name="qti22"))
    assert (planned.images, planned.rows[0].is_same) == ({}, True)


@pytest.mark.django_db
def test_a_failure_in_the_middle_keeps_no_image(exam, author, topic, monkeypatch):
    kept = import_run.keep_new

    def keep_and_break(*args, **kwargs):
        kept(*args, **kwargs)
        assert Image.objects.exists()
        raise RuntimeError

    monkeypatch.setattr(import_run, "keep_new", keep_and_break)
    before = Question.objects.count()
    assert taken_in(exam, author, their_quiz(), "moodle", topic).status == "failed"
    assert (Question.objects.count(), Image.objects.exists()) == (before, False)


@pytest.mark.django_db
def test_an_undo_takes_images_back_that_nothing_else_shows(exam, author, topic):
    run = taken_in(exam, author, their_quiz(), "moodle", topic)
    import_undo.undo(run, by=author)
    assert not Image.objects.exists()
    run = taken_in(exam, author, their_package(), "qti21", topic)
    image = Image.objects.get()
    other = Question.objects.exclude(pk__in=run.report["created"])[0]
    draft = drafts.revise(other, by=author)
    item = item_of(draft.item)
    shown = replace(item, stem=f"{item.stem}\n\n![A dot]({image.get_absolute_url()})")
    drafts.save(draft, item=shown, by=author, revision=draft.revision)
    import_undo.undo(run, by=author)
    assert not Question.objects.filter(pk__in=run.report["created"]).exists()
    assert Image.objects.get() == image


@pytest.mark.django_db
def test_an_undo_leaves_an_image_that_someone_uploaded_meanwhile(exam, author, reviewer, topic):
    run = taken_in(exam, author, their_quiz(), "moodle", topic)
    uploaded = image_services.keep(exam, data=png(), alt="A box", by=reviewer)
    assert [str(uploaded.pk)] == run.report["images"]
    import_undo.undo(run, by=author)
    assert Image.objects.get() == uploaded


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_undone_first", [True, False], ids=["undo", "upload"])
def test_an_image_that_is_uploaded_while_an_undo_lets_it_go_is_there(
    exam, author, reviewer, topic, is_undone_first
):
    run = taken_in(exam, author, their_quiz(), "moodle", topic)

    def undo():
        import_undo.undo(run, by=author)

    def upload():
        return image_services.keep(exam, data=png(), alt="A box", by=reviewer)

    first, second = (undo, upload) if is_undone_first else (upload, undo)
    held = Held(first)
    waiting = Waiting(second)
    held.commit()
    waiting.result()
    assert Image.objects.count() == 1


@pytest.mark.django_db
def test_a_format_that_carries_no_images_says_so(exam, author, topic):
    run = taken_in(exam, author, their_quiz(), "moodle", topic)
    asked = Question.objects.filter(pk__in=run.report["created"])
    for name in ("csv", "gift", "anki"):
        losses = exports.export(exam, asked, name=name, by=author).dumped.losses
        assert image_stays("pic-1").reason in [loss.reason for loss in losses]


@pytest.mark.django_db
def test_images_beyond_what_a_file_takes_along_are_named(exam, author, topic, monkeypatch):
    run = taken_in(exam, author, their_quiz(), "moodle", topic)
    monkeypatch.setattr(exports, "MOST_IMAGE_BYTES", 10)
    asked = Question.objects.filter(pk__in=run.report["created"])
    losses = exports.export(exam, asked, name="qti30", by=author).dumped.losses
    assert image_stays("pic-1").reason in [loss.reason for loss in losses]
