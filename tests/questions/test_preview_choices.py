"""A preview asks what a file leaves open or lacks, and shows each question as it will be."""

import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html
from PIL import Image as PillowImage

from questions import translation
from questions.exchange.text_files import AT_LINE, IN_FILE
from questions.models import Image, Import, Question
from questions.services.imports import preview
from questions.services.imports import run as import_run
from tests.questions.conftest import client_of
from tests.support.imports import csv_of, items_of, look_again, page_of, taken_in, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(author):
    return client_of(author)


# --- What a file leaves open

AMBIGUOUS = (
    "question,option1,option2,option3,option4,answer\nHow many bits are in a nibble?,3,4,5,6,4\n"
)


def test_a_key_that_reads_two_ways_is_asked_about_on_the_page(client, exam, topic):
    upload(client, exam, AMBIGUOUS.encode(), "keys.csv")
    run = Import.objects.get()
    page = page_of(client, run.get_absolute_url())
    assert run.preview["counts"]["problems"] == 1
    radios = html.fromstring(page).xpath("//input[starts-with(@name, 'question_')]")
    (legend,) = html.fromstring(page).xpath("//fieldset[.//input[@type='radio']]/legend")
    assert legend.text == "How its keys are read"
    assert {radio.get("value") for radio in radios} >= {"text", "number"}
    assert not any("checked" in radio.attrib for radio in radios)
    sent = {radios[0].name: "text", "topic": topic.pk, "duplicates": "skip"}
    look_again(client, run.get_absolute_url(), {**sent, "check": "1"})
    run.refresh_from_db()
    assert run.mapping["answers"] == {"keys": "text"}
    assert run.preview["counts"]["problems"] == 0
    assert run.preview["rows"][0]["key"]["right"] == [1]
    client.post(run.get_absolute_url(), sent)
    assert Import.objects.get().status == "queued"
    report = import_run.execute(run.pk).report
    assert Question.objects.get(pk__in=report["created"]).draft.item["right"] == [1]


def test_two_questions_of_one_name_are_two(exam, author, topic):
    """A name of another tool is a twin only when the words agree too."""
    first = b"::Q1:: Which bird cannot fly? {~Swallow ~Gull =Penguin}"
    second = b"::Q1:: Which planet has the largest rings? {~Mars =Saturn ~Venus}"
    runs = [taken_in(exam, author, content, "gift", topic=topic) for content in (first, second)]
    assert [len(run.report["created"]) for run in runs] == [1, 1]


def test_a_lettered_list_of_three_hundred_is_shown_with_its_keys_and_goes_in(client, exam, topic):
    one = "{0}. Which of {0} ponds is deep?\n\n- A. One\n- B. Two\n- C. Three\n\n**Answer: B**\n\n"
    text = "# Pond\n\n" + "".join(one.format(number) for number in range(1, 301))
    upload(client, exam, text.encode(), "pond.md")
    run = Import.objects.get()
    assert (run.format, run.status) == ("lettered", "read")
    look_again(
        client, run.get_absolute_url(), {"topic": topic.pk, "duplicates": "skip", "check": "1"}
    )
    page = " ".join(page_of(client, run.get_absolute_url()).split())
    assert "Import 300 questions as drafts" in page
    assert "900 options have no explanation." in page
    (first, *_) = html.fromstring(page).xpath("//li[@class='s-q']")
    (key,) = first.xpath(".//li[contains(@class, 'is-key')]")
    assert " ".join(key.text_content().split()) == "B Two Right answer"
    client.post(run.get_absolute_url(), {"topic": topic.pk, "duplicates": "skip"})
    assert len(import_run.execute(run.pk).report["created"]) == 300


def test_sixty_words_are_asked_about_at_once_and_the_rest_when_they_have_a_place(
    client, exam, topic
):
    def fields():
        page = html.fromstring(page_of(client, address))
        return [each.name for each in page.xpath("//select[starts-with(@name, 'place_')]")]

    one = "$CATEGORY: Week {0:02}\n\nWhich of {0} ponds is deep?{{=a ~b}}\n\n"
    gift = "".join(one.format(number) for number in range(63))
    address = upload(client, exam, gift.encode(), "a.gift").url
    first = fields()
    assert len(first) == 60
    placed = dict.fromkeys(first, topic.pk)
    look_again(client, address, {"duplicates": "skip", "check": "1", **placed})
    assert len(fields()) == 60
    assert len(set(fields()) - set(first)) == 3


def test_characters_that_were_guessed_are_said(client, exam, topic):
    text = "Question,Option A,Option B,Answer\nWas heißt Größe?,Maß,Höhe,A\n"
    upload(client, exam, text.encode("cp1252"))
    address = Import.objects.get().get_absolute_url()
    look_again(client, address, {"topic": topic.pk, "duplicates": "skip", "check": "1"})
    page = page_of(client, address)
    assert "Which of these reads well?" in page
    assert "Was heißt Größe?" in page
    assert "Was hei\ufb02t Gr\u02c6\ufb02e?" in page
    assert "Was heiﬂt Grˆﬂe?" in page
    assert "Was heißt Größe?" in page
    assert "Was hei\ufb02t Gr\u02c6\ufb02e?" in page


def test_characters_are_chosen_by_how_they_read(client, exam, topic):
    text = "Question,Option A,Option B,Answer\nКак зовут?,Да,Нет,A\n"
    upload(client, exam, text.encode("cp1251"), topic=topic.pk)
    run = Import.objects.get()
    sent = {"topic": topic.pk, "duplicates": "skip", "encoding": "cp1251"}
    look_again(client, run.get_absolute_url(), {**sent, "check": "1"})
    run.refresh_from_db()
    assert run.encoding == "cp1251"
    assert run.preview["rows"][0]["html"]["options"] == ["Да", "Нет"]
    # What was chosen stays, and the file goes in as it was seen.
    client.post(run.get_absolute_url(), sent)
    assert Import.objects.get().status == "queued"
    report = import_run.execute(run.pk).report
    assert Question.objects.get(pk__in=report["created"]).stem == "Как зовут?"


# --- What a question will look like, and what it lacks

RICH = r"""# Ponds

1. How deep is \(x^2\)?

- A. `if deep:`
- B. **Very**

**Answer: B**
"""


def test_a_question_is_shown_as_it_will_be(client, exam, topic):
    address = upload(client, exam, RICH.encode(), "pond.md").url
    look_again(client, address, {"topic": topic.pk, "duplicates": "skip", "check": "1"})
    page = page_of(client, address)
    assert "<math" in page
    assert "<code>if deep:</code>" in page
    assert "<strong>Very</strong>" in page


def test_questions_without_a_level_get_one_at_once(client, exam, topic):
    address = upload(client, exam, RICH.encode(), "pond.md").url
    sent = {"topic": topic.pk, "duplicates": "skip", "level": "recall"}
    page = look_again(client, address, {**sent, "check": "1"}).content.decode()
    assert "1 question has no level." in page
    client.post(address, sent)
    report = import_run.execute(Import.objects.get().pk).report
    assert Question.objects.get(pk__in=report["created"]).draft.item["level"] == "recall"


def test_a_level_of_the_file_stays(client, exam, topic):
    (item,) = items_of(topic, 1)
    address = upload(client, exam, csv_of([replace(item, level="analyse")])).url
    assert "no level" not in page_of(client, address)
    sent = {"duplicates": "skip", "level": "recall"}
    look_again(client, address, {**sent, "check": "1"})
    client.post(address, sent)
    report = import_run.execute(Import.objects.get().pk).report
    assert Question.objects.get(pk__in=report["created"]).draft.item["level"] == "analyse"


def picture():
    file = BytesIO()
    PillowImage.new("RGB", (40, 20), (10, 20, 30)).save(file, "PNG")
    return file.getvalue()


SHOWN = (
    b"# Ponds\n\n1. Which pond is this? ![](pictures/pond.png)\n\n"
    b"- A. One\n- B. Two\n\n**Answer: B**\n"
)


def test_pictures_that_a_file_lacks_are_given_on_the_page_and_described(client, exam, topic):
    address = upload(client, exam, SHOWN, "pond.md").url
    sent = {"topic": topic.pk, "duplicates": "skip"}
    page = page_of(client, address)
    assert "1 picture of the file is missing. Add it here" in page
    assert "<code>pictures/pond.png</code>" in page
    stranger = SimpleUploadedFile("cat.png", picture(), "image/png")
    refused = client.post(address, {**sent, "pictures": [stranger]})
    assert refused.status_code == 422
    assert "The file does not use any of these pictures." in refused.content.decode()
    pond = SimpleUploadedFile("pond.png", picture(), "image/png")
    page = look_again(client, address, {**sent, "pictures": [pond]}).content.decode()
    assert "missing" not in page
    assert "What does the picture pictures/pond.png in row 3 show?" in page
    (field,) = html.fromstring(page).xpath("//input[starts-with(@name, 'description_')]")
    page = look_again(client, address, {**sent, field.name: "A round pond"}).content.decode()
    # It is not stored yet; its words stand for it.
    assert "[A round pond]" in page
    client.post(address, sent)
    report = import_run.execute(Import.objects.get().pk).report
    made = Question.objects.get(pk__in=report["created"])
    (image,) = Image.objects.filter(exam=exam)
    assert image.alt == "A round pond"
    assert f"![A round pond]({image.get_absolute_url()})" in made.draft.item["stem"]


def test_pictures_are_added_one_after_the_other_wherever_they_lie(client, exam, topic):
    text = SHOWN.replace(
        b"![](pictures/pond.png)", b"![a](./pictures/pond.png) ![b](pond.png) ![c](/lake.png)"
    )
    package = BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("quiz/pond.md", text)
    for name, content in (("pond.md", text), ("quiz.zip", package.getvalue())):
        address = upload(client, exam, content, name).url
        for given, left in (("pond.png", 1), ("lake.png", 0)):
            file = SimpleUploadedFile(given, picture(), "image/png")
            look_again(client, address, {"duplicates": "skip", "pictures": [file]})
            run = Import.objects.latest("created_at")
            assert (run.status, len(run.preview["missing"])) == ("read", left)
        assert run.preview["counts"]["problems"] == 1  # Of its topic.


GERMAN = {AT_LINE: "Zeile %(line)s, %(reason)s", IN_FILE: "%(reason)s (%(path)s)"}


@pytest.mark.parametrize("catalog", [{}, GERMAN], ids=["English", "German"])
def test_what_was_left_out_of_several_files_is_one_sum(client, exam, topic, monkeypatch, catalog):
    monkeypatch.setattr(translation._translator, "of_one", lambda text: catalog.get(text, text))
    package = BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for name, letters in (("a.md", "ab"), ("what's new.md", "c")):
            text = "".join(f"Words of {each}.\n\n# Of {each}\n\n" for each in letters)
            text += f"### Which of {name}?\n\n- [x] Dog\n- [ ] Duck\n"
            archive.writestr(f"quiz/{name}", text)
    address = upload(client, exam, package.getvalue(), "quiz.zip").url
    look_again(client, address, {"topic": topic.pk, "duplicates": "skip"})
    told = {"count": 3, "reason": "text that belongs to no question was left out: …"}
    assert Import.objects.get().preview["sums"] == [told]


def test_a_file_and_its_pictures_are_bounded(client, exam, topic, monkeypatch):
    monkeypatch.setattr(preview, "MOST_BYTES", 200)
    address = upload(client, exam, SHOWN, "pond.md").url
    pond = SimpleUploadedFile("pond.png", picture(), "image/png")
    refused = client.post(address, {"topic": topic.pk, "duplicates": "skip", "pictures": [pond]})
    assert refused.status_code == 422
    assert bytes(Import.objects.get().content) == SHOWN


def test_a_preview_of_an_earlier_release_is_made_anew(client, exam, topic):
    address = upload(client, exam, csv_of(items_of(topic, 1))).url
    old = {**Import.objects.get().preview, "edition": 1}
    Import.objects.update(preview=old)
    assert "Reading the file" in page_of(client, address)
