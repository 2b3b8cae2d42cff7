"""What a file would do is worked out once, by a worker where it is large, and told by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError
from django.utils import timezone
from lxml import html

from questions.models import Export, Import, Question, Topic
from questions.services import exports, upload_quota
from questions.services.imports import preview
from questions.services.imports import run as import_run
from questions.services.imports.mapping import FileMapping
from questions.tasks import preview_import, run_waiting_imports
from tests.questions.conftest import client_of
from tests.support.imports import (
    csv_of,
    items_of,
    look_again,
    page_of,
    read_waiting,
    send,
    taken_in,
    upload,
)

pytestmark = pytest.mark.django_db
LONG = "A bakery with {} shops wants to know tonight which of its loaves sell out before noon?"


@pytest.fixture
def client(author):
    return client_of(author)


def told_on(page):
    """Return the fields of a page that say what columns and words mean, by their labels."""
    fields = html.fromstring(page).xpath("//select[starts-with(@name, 'column_')]")
    fields += html.fromstring(page).xpath("//select[starts-with(@name, 'place_')]")
    return {each.label.text.strip(): each for each in fields}


def as_sent(page):
    """Return what a browser sends of those fields, as the page shows them."""
    return {each.name: each.value or "" for each in told_on(page).values()}


def test_a_file_is_read_by_a_worker(client, exam, topic):
    address = send(client, exam, csv_of(items_of(topic, 3))).url
    waiting = page_of(client, address)
    assert "Reading the file" in waiting
    assert 'hx-trigger="load' in waiting
    assert client.post(address, {"duplicates": "skip"}).status_code == 200
    assert Import.objects.get().status == "looking"
    preview_import(str(Import.objects.get().pk))
    assert "Import 3 questions as drafts" in page_of(client, address)
    # Another topic makes another preview, which is the worker's again.
    again = client.post(address, {"duplicates": "skip", "topic": topic.pk, "check": "1"})
    assert (again.url, Import.objects.get().status) == (address, "looking")
    preview_import(str(Import.objects.get().pk))
    client.post(address, {"duplicates": "skip", "topic": topic.pk})
    assert Import.objects.get().status == "queued"


def test_no_byte_of_a_file_is_read_for_a_page(client, exam, topic, monkeypatch):
    for name in ("read", "plan", "guessed"):
        monkeypatch.setattr(preview, name, broken)
    reply = send(client, exam, csv_of(items_of(topic, 1)))
    assert "Reading the file" in page_of(client, reply.url)
    # Neither where a worker was stopped between two previews.
    Import.objects.update(status="read", preview={})
    assert "Reading the file" in page_of(client, reply.url)
    assert Import.objects.get().status == "looking"


def test_a_page_shows_what_was_worked_out_and_does_not_do_so_again(
    client, exam, topic, monkeypatch
):
    address = upload(client, exam, csv_of(items_of(topic, 3))).url
    monkeypatch.setattr(preview, "plan", None)
    assert "Stem of imp-0001?" in page_of(client, address)
    client.post(address, {"duplicates": "skip"})
    assert Import.objects.get().status == "queued"


def test_a_file_that_cannot_be_read_says_so(client, exam):
    address = upload(client, exam, b"<quiz><question>", "a.xml").url
    report = client.get(address, follow=True).content.decode()
    assert "Nothing was imported" in report
    assert "not well-formed XML" in report


@pytest.fixture
def asked(monkeypatch):
    """The worker: what the sweep asks for is done at once."""
    monkeypatch.setattr(preview_import, "delay", preview_import)


def test_a_preview_that_no_message_reached_is_made_by_the_sweep(client, exam, topic, asked):
    send(client, exam, csv_of(items_of(topic, 1)))
    assert run_waiting_imports() == 0
    Import.objects.update(touched_at=timezone.now() - timedelta(minutes=3))
    assert run_waiting_imports() == 1
    assert Import.objects.get().status == "read"


def broken(*args, **kwargs):
    raise RuntimeError("a reader broke")


def waiting_files(client, exam, author, topic):
    """Leave a file to be looked at, and behind it an export to be made, to the sweep."""
    send(client, exam, csv_of(items_of(topic, 1)))
    Import.objects.update(touched_at=timezone.now() - timedelta(minutes=3))
    return exports.ask(exam, name="csv", status="", by=author)


def test_a_file_that_breaks_its_reader_fails_and_is_not_looked_at_again(
    client, exam, author, topic, monkeypatch, asked
):
    waiting_files(client, exam, author, topic)
    monkeypatch.setattr(preview, "read", broken)
    run_waiting_imports()
    run = Import.objects.get()
    assert (run.status, bytes(run.content)) == ("failed", b"")
    assert "reading it failed" in run.report["problems"][0]["reason"]
    assert Export.objects.get().status == "done"
    assert "reading it failed" in page_of(client, run.get_absolute_url())


def test_the_end_of_a_sweep_s_time_ends_the_sweep(exam, author, topic, monkeypatch):
    run = import_run.keep(exam, by=author, content=b"x", file_name="a.csv", name="csv")
    import_run.queue(run, topic=None, duplicates="skip", leaves_out_problems=False)
    exports.ask(exam, name="csv", status="", by=author)

    def out_of_time(*args):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(import_run, "execute", out_of_time)
    with pytest.raises(SoftTimeLimitExceeded):
        run_waiting_imports()
    assert Export.objects.get().status != "done"


def raising(error):
    def cut_short(*args, **kwargs):
        raise error

    return cut_short


def hours_later():
    Import.objects.update(touched_at=timezone.now() - timedelta(minutes=3))


def test_a_busy_database_leaves_a_file_for_a_second_try(client, exam, topic, monkeypatch, asked):
    send(client, exam, csv_of(items_of(topic, 1)))
    with monkeypatch.context() as patched:
        patched.setattr(preview, "read", raising(OperationalError("statement timeout")))
        with pytest.raises(OperationalError):
            preview_import(str(Import.objects.get().pk))
    hours_later()
    assert run_waiting_imports() == 1
    assert Import.objects.get().status == "read"


def test_a_file_that_is_too_slow_is_tried_twice_then_told(client, exam, topic, monkeypatch, asked):
    tried = []

    def too_slow(*args, **kwargs):
        tried.append(1)
        raise SoftTimeLimitExceeded

    address = send(client, exam, csv_of(items_of(topic, 1))).url
    monkeypatch.setattr(preview, "read", too_slow)
    preview_import(str(Import.objects.get().pk))
    assert Import.objects.get().status == "looking"
    for _ in range(3):
        hours_later()
        run_waiting_imports()
    assert len(tried) == 2
    assert "took too long, twice" in client.get(address, follow=True).content.decode()


def test_a_file_that_takes_its_worker_along_is_tried_twice_then_told(
    client, exam, topic, monkeypatch, asked
):
    """A worker that is killed writes nothing: the try counts because it was counted before."""
    send(client, exam, csv_of(items_of(topic, 1)))
    monkeypatch.setattr(preview, "refresh", lambda run: None)
    for _ in range(3):
        run_waiting_imports()
        hours_later()
    assert Import.objects.get().tries == 2
    run_waiting_imports()
    run = Import.objects.get()
    assert (run.status, bytes(run.content)) == ("failed", b"")
    # Nor does a message that comes again while the second try is under way end it.
    Import.objects.update(status="looking", tries=2, touched_at=timezone.now())
    preview_import(str(run.pk))
    assert Import.objects.get().status == "looking"


def test_an_import_that_takes_its_worker_along_is_tried_twice_then_told(exam, author, topic):
    run = import_run.keep(
        exam, by=author, content=csv_of(items_of(topic, 1)), file_name="a.csv", name="csv"
    )
    import_run.queue(run, topic=None, duplicates="skip", leaves_out_problems=False)
    long_ago = timezone.now() - timedelta(minutes=3)
    Import.objects.update(status="running", tries=2, touched_at=long_ago)
    assert import_run.execute(run.pk).status == "failed"
    assert not Question.objects.filter(ref__startswith="imp").exists()


def test_one_person_s_files_do_not_fill_the_worker_s_queue(client, exam, topic, owner):
    content = csv_of(items_of(topic, 1))
    for _ in range(3):
        assert send(client, exam, content).status_code == 302
    refused = send(client, exam, content)
    assert refused.status_code == 422
    assert "3 of your files are being read" in refused.content.decode()
    assert send(client_of(owner), exam, content).status_code == 302
    read_waiting()
    assert send(client, exam, content).status_code == 302


@pytest.mark.parametrize(
    ("bound", "words"), [("MOST_A_DAY", "in one day"), ("MOST_BYTES", "be imported take up")]
)
def test_uploads_have_a_quota(client, exam, topic, monkeypatch, bound, words):
    monkeypatch.setattr(upload_quota, bound, 1)
    content = csv_of(items_of(topic, 1))
    assert send(client, exam, content).status_code == 302
    assert words in send(client, exam, content).content.decode()
    assert Import.objects.count() == 1


def test_a_row_that_raises_keeps_the_sweep_from_none_behind_it(exam, author, topic, monkeypatch):
    run = import_run.keep(exam, by=author, content=b"x", file_name="a.csv", name="csv")
    import_run.queue(run, topic=None, duplicates="skip", leaves_out_problems=False)
    exports.ask(exam, name="csv", status="", by=author)
    monkeypatch.setattr(import_run, "execute", broken)
    assert run_waiting_imports() == 2
    assert Export.objects.get().status == "done"


def test_an_import_whose_reader_breaks_fails_in_words(exam, author, topic, monkeypatch):
    monkeypatch.setattr(preview, "read", broken)
    run = taken_in(exam, author, csv_of(items_of(topic, 1)))
    assert run.status == "failed"
    assert "failed and changed nothing" in run.report["problems"][0]["reason"]


def test_a_table_without_rows_fails_once_its_columns_are_named(client, exam):
    address = upload(client, exam, "Frage;Lösung\n".encode()).url
    told = dict(zip(as_sent(page_of(client, address)), ["stem", "key"], strict=True))
    report = look_again(client, address, {"duplicates": "skip", "check": "1", **told})
    assert (report.status_code, Import.objects.get().status) == (200, "failed")
    assert "Nothing was imported" in report.content.decode()


def test_what_was_chosen_stays_chosen_while_a_worker_reads_again(client, exam, topic):
    content = csv_of(items_of(topic, 2)).replace(b"Stem of imp-0001?", b"")
    address = upload(client, exam, content).url
    sent = {"duplicates": "skip", "leaves_out": "on", "topic": topic.pk, "check": "1"}
    page = html.fromstring(look_again(client, address, sent).content.decode())
    assert page.xpath("//input[@name='leaves_out']/@checked")


def test_columns_of_another_language_are_named_by_hand(client, exam, topic):
    table = f"Frage;Erste;Zweite;Lösung;Thema\nWelche?;Ja;Nein;B;{topic.slug}\n"
    address = upload(client, exam, table.encode()).url
    page = page_of(client, address)
    assert "Choose what each column is" in page
    assert "Import 1 question" not in page
    told = {
        told_on(page)[word].name: name
        for word, name in {
            "Frage": "stem",
            "Erste": "option_a",
            "Zweite": "option_b",
            "Lösung": "key",
            "Thema": "topic",
        }.items()
    }
    of_topic = told_on(page)["Thema"].name
    twice = look_again(
        client, address, {"duplicates": "skip", "check": "1", **told, of_topic: "key"}
    )
    assert "two columns are named key" in twice.content.decode()
    looked = look_again(client, address, {"duplicates": "skip", "check": "1", **told})
    assert "Import 1 question as a draft" in looked.content.decode()
    client.post(address, {"duplicates": "skip", **told})
    run = import_run.execute(Import.objects.get().pk)
    (made,) = Question.objects.filter(pk__in=run.report["created"])
    assert (made.stem, made.topic, made.draft.item["right"]) == ("Welche?", topic, [1])


def test_words_of_a_file_are_placed_by_hand(client, exam, topic):
    gift = b"$CATEGORY: Course/Week 3\n\nWhich?{=a ~b}\n\nWho?{=a ~b}\n"
    address = upload(client, exam, gift, "a.gift").url
    page = page_of(client, address)
    assert "names no topic" in page
    assert "Category “Course/Week 3”" in page
    assert "2 questions" in page
    (of_week,) = as_sent(page)
    told = {"duplicates": "skip", of_week: topic.pk}
    placed = look_again(client, address, {**told, "check": "1"})
    assert "names no topic" not in placed.content.decode()
    # What was said stays said, and can be unsaid.
    assert FileMapping.of(Import.objects.get()).places == {("category", "Course/Week 3"): topic.pk}
    unsaid = look_again(client, address, {"duplicates": "skip", of_week: "", "check": "1"})
    assert "names no topic" in unsaid.content.decode()
    look_again(client, address, told)
    client.post(address, told)
    run = import_run.execute(Import.objects.get().pk)
    assert {each.topic for each in Question.objects.filter(pk__in=run.report["created"])} == {topic}


def test_words_keep_their_places_however_the_next_look_sorts_them(client, exam, topic):
    gift = b"$CATEGORY: Alpha\n\nWhich?{=a ~b}\n\n$CATEGORY: Beta\n\nWho?{=a ~b}\n"
    address = upload(client, exam, gift, "a.gift").url
    of_alpha, of_beta = (
        told_on(page_of(client, address))[f"Category “{word}”"].name for word in ("Alpha", "Beta")
    )
    told = {"duplicates": "skip", "check": "1", of_alpha: topic.pk, of_beta: ""}
    page = look_again(client, address, told).content.decode()
    # Those that are placed come last.
    assert list(told_on(page)) == ["Category “Beta”", "Category “Alpha”"]
    assert as_sent(page) == {of_beta: "", of_alpha: str(topic.pk)}
    look_again(client, address, {"duplicates": "skip", "check": "1", **as_sent(page)})
    places = FileMapping.of(Import.objects.get()).places
    assert places == {("category", "Alpha"): topic.pk}


def test_a_page_of_an_earlier_look_says_what_it_meant(client, exam, topic):
    gift = b"$CATEGORY: Alpha\n\nWhich?{=a ~b}\n\n$CATEGORY: Beta\n\nWho?{=a ~b}\n"
    address = upload(client, exam, gift, "a.gift").url
    seen = as_sent(page_of(client, address))
    of_alpha = told_on(page_of(client, address))["Category “Alpha”"].name
    for _ in range(2):
        told = {"duplicates": "skip", "check": "1", **seen, of_alpha: topic.pk}
        look_again(client, address, told)
    places = FileMapping.of(Import.objects.get()).places
    assert places == {("category", "Alpha"): topic.pk}


def test_a_topic_of_another_exam_is_no_place(client, exam, topic, stranger):
    elsewhere = Topic.objects.filter(task__domain__exam__roles__user=stranger)
    address = upload(client, exam, b"$CATEGORY: x\n\nWhich?{=a ~b}\n", "a.gift").url
    (of_x,) = as_sent(page_of(client, address))
    reply = look_again(client, address, {"duplicates": "skip", of_x: elsewhere[0].pk, "check": "1"})
    assert reply.status_code == 422


def nearly(topic):
    """Return a question of the bank's, one much alike it, and one that is not."""
    first, near, other = items_of(topic, 3)
    return (
        replace(first, stem=LONG.format("forty")),
        replace(near, stem=LONG.format("ninety"), options=first.options),
        replace(other, stem="Which gas do plants take from the air around them by day?"),
    )


def test_what_is_much_alike_one_of_the_bank_is_named(client, exam, author, topic):
    first, near, other = nearly(topic)
    taken_in(exam, author, csv_of([first]))
    address = upload(client, exam, csv_of([near, other])).url
    page = page_of(client, address)
    assert "1 question similar to one here" in page
    assert f">{first.ref}</a>" in page
    (line,) = Import.objects.get(status="read").preview["alike"]
    assert (line["ref"], line["row"], line["percent"] > 50) == (first.ref, 2, True)


@pytest.mark.parametrize(("leaves_out", "made"), [(True, 1), (False, 2)])
def test_what_is_much_alike_is_left_out_when_asked(exam, author, topic, leaves_out, made):
    first, near, other = nearly(topic)
    taken_in(exam, author, csv_of([first]))
    run = import_run.keep(
        exam, by=author, content=csv_of([near, other]), file_name="a.csv", name="csv"
    )
    import_run.queue(
        run,
        topic=None,
        duplicates="skip",
        leaves_out_problems=False,
        leaves_out_alike=leaves_out,
    )
    report = import_run.execute(run.pk).report
    assert len(report["created"]) == made
    assert [each["ref"] for each in report["skipped"]] == ([near.ref] if leaves_out else [])
