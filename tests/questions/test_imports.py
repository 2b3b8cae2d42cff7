"""The pages of import and export: for the exam's team, in two steps, with reports that stay."""

import pytest

from questions.models import Import, Question
from questions.services.imports import run as import_run
from tests.questions.conftest import client_of
from tests.support.imports import at, csv_of, items_of, look_again, upload
from tests.support.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(author):
    return client_of(author)


def test_a_file_is_looked_at_before_anything_is_written(client, exam, topic):
    before = Question.objects.count()
    reply = upload(client, exam, csv_of(items_of(topic, 3)))
    page = client.get(reply.url)
    assert "Import 3 questions as drafts" in html_of(page)
    assert "Stem of imp-0001?" in html_of(page)
    assert Question.objects.count() == before


def test_a_file_goes_in_and_can_be_undone(client, exam, topic):
    address = upload(client, exam, csv_of(items_of(topic, 3))).url
    report = client.post(address, {"duplicates": "skip"}).url
    run = Import.objects.get()
    assert run.status == "queued"
    waiting = html_of(client.get(report))
    assert "<progress" in waiting
    assert 'hx-trigger="load' in waiting
    import_run.execute(run.pk)
    done = html_of(client.get(report))
    assert "3 questions created as drafts" in done
    assert "hx-trigger" not in done
    client.post(at("undo_import", exam, run.pk))
    assert not Question.objects.filter(ref__startswith="imp").exists()
    assert "Undone: 3 questions taken back." in html_of(client.get(report))


def test_bad_rows_are_named_and_left_out_only_when_asked(client, exam, topic):
    content = csv_of(items_of(topic, 3)).replace(b"Stem of imp-0001?", b"")
    address = upload(client, exam, content).url
    page = html_of(client.get(address))
    assert "1 row with a problem" in page
    assert "Row 3" in page
    reply = client.post(address, {"duplicates": "skip"})
    assert reply.status_code == 422
    assert Import.objects.get().status == "read"
    client.post(address, {"duplicates": "skip", "leaves_out": "on"})
    run = Import.objects.get()
    assert run.status == "queued"
    import_run.execute(run.pk)
    report = html_of(client.get(at("import_report", exam, run.pk)))
    assert "2 questions created as drafts" in report
    assert "Row 3" in report


def test_a_topic_is_chosen_for_those_that_name_none(client, exam, topic):
    address = upload(client, exam, b"stem,option_a,option_b,key\nWhich?,a,b,A\n").url
    assert "names no topic" in html_of(client.get(address))
    page = look_again(client, address, {"check": "1", "topic": topic.pk, "duplicates": "skip"})
    assert "names no topic" not in html_of(page)
    client.post(address, {"topic": topic.pk, "duplicates": "skip"})
    run = import_run.execute(Import.objects.get().pk)
    assert len(run.report["created"]) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"x" * (8 * 1024 * 1024 + 1), "at most 8 MB")],
)
def test_a_file_without_a_size_is_refused_at_the_form(client, exam, content, words):
    reply = upload(client, exam, content)
    assert reply.status_code == 422
    assert words in html_of(reply)
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.bin", b"\xff\xd8\xff\xe0", "it looks like a picture"),
        ("a.xlsx", b"PK\x03\x04", "not a zip archive"),
        ("a.csv", "stem,key\nGröße,A".encode() + b"\xff", "no text of UTF-8, UTF-16"),
        ("a.xml", b"<!DOCTYPE x><quiz/>", "document type"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(client, exam, name, content, words):
    reply = upload(client, exam, content, name)
    report = html_of(client.get(reply.url, follow=True))
    assert words in report
    assert "Nothing was imported" in report
    run = Import.objects.get()
    assert (run.status, bytes(run.content)) == ("failed", b"")


def test_texts_of_a_file_are_text(client, exam, topic):
    items = csv_of(items_of(topic, 1)).replace(b"Stem of", b"<script>alert(1)</script>")
    page = html_of(client.get(upload(client, exam, items).url))
    assert "<script>alert" not in page


def test_only_the_team_sees_imports(exam, author, topic, stranger, candidate, client):
    run = import_run.keep(
        exam, by=author, content=csv_of(items_of(topic, 1)), file_name="a.csv", name="csv"
    )
    for user in (stranger, candidate):
        other = client_of(user)
        for name, more in (("imports", []), ("intake", [run.pk]), ("import_report", [run.pk])):
            assert other.get(at(name, exam, *more)).status_code == 404
        for name, more in (("undo_import", [run.pk]), ("drop_import", [run.pk]), ("export", [])):
            assert other.post(at(name, exam, *more)).status_code == 404
    assert client.post(at("drop_import", exam, run.pk)).status_code == 302
    assert not Import.objects.exists()


def test_an_import_of_another_author_is_not_undone(exam, author, topic):
    run = import_run.keep(
        exam, by=None, content=csv_of(items_of(topic, 1)), file_name="a.csv", name="csv"
    )
    import_run.queue(run, topic=None, duplicates="skip", leaves_out_problems=False)
    import_run.execute(run.pk)
    client_of(author).post(at("undo_import", exam, run.pk))
    assert Import.objects.get().status == "done"


def test_the_worker_finds_an_import_that_no_message_reached(exam, author, topic):
    from questions.tasks import run_import, run_waiting_imports

    run = import_run.keep(
        exam, by=author, content=csv_of(items_of(topic, 1)), file_name="a.csv", name="csv"
    )
    assert run_waiting_imports() == 0
    import_run.queue(run, topic=None, duplicates="skip", leaves_out_problems=False)
    assert run_waiting_imports() == 1
    run_import(str(run.pk))
    assert Question.objects.filter(ref="imp-0000").count() == 1
