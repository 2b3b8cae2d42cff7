"""Files in and out by program: jobs with an id, a state and a result."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from questions.models import Export, Import, Topic
from questions.services import exports
from questions.services.imports import preview, run
from questions.tasks import run_waiting_imports
from tests.api.conftest import Caller
from tests.support.api import problem
from tests.support.builders import make_user
from tests.support.imports import csv_of, items_of

pytestmark = pytest.mark.django_db


def upload(author, exam, content, name="a.csv", **fields):
    return author.client.post(
        f"/api/v1/exams/{exam.code}/imports",
        {"file": SimpleUploadedFile(name, content), **fields},
        headers={"Authorization": f"Bearer {author.secret}"},
    )


def test_a_file_goes_in_by_program_and_comes_back_out(author, exam):
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    sent = upload(author, exam, csv_of(items_of(topic, 3)))
    assert (sent.status_code, sent.json()["status"]) == (202, "looking")
    at = f"/exams/{exam.code}/imports/{sent.json()['id']}"
    problem(author.post(f"{at}/commit", {}), 409)
    preview.execute(Import.objects.get().pk)
    looked = author.get(at).json()
    assert (looked["status"], looked["preview"]["fresh"]) == ("read", 3)
    assert author.post(f"{at}/commit", {}).json()["status"] == "queued"
    problem(author.post(f"{at}/commit", {}), 409)
    run.execute(Import.objects.get().pk)
    assert author.get(at).json()["report"]["created_count"] == 3
    (listed,) = author.get(f"/exams/{exam.code}/imports").json()["items"]
    assert listed["status"] == "done"
    assert author.post(f"{at}/undo").json()["status"] == "undone"


def test_a_file_that_cannot_be_read_is_a_job_that_failed(author, exam):
    problem(upload(author, exam, b"", "a.csv"), 422)
    problem(upload(author, exam, b"x", "a.bin", format="none"), 422)
    sent = upload(author, exam, b"<quiz>", "a.xml").json()
    preview.execute(Import.objects.get().pk)
    looked = author.get(f"/exams/{exam.code}/imports/{sent['id']}").json()
    assert looked["status"] == "failed"
    assert "well-formed" in looked["report"]["problems"][0]["reason"]
    sent = upload(author, exam, b"\xff\xd8\xff", "a.bin").json()
    preview.execute(sent["id"])
    looked = author.get(f"/exams/{exam.code}/imports/{sent['id']}").json()
    assert "no format that is read" in looked["report"]["problems"][0]["reason"]


def test_one_program_s_files_do_not_fill_the_worker_s_queue(author, exam):
    for _ in range(3):
        assert upload(author, exam, b"stem,key").status_code == 202
    problem(upload(author, exam, b"stem,key"), 429)


def test_an_export_is_asked_for_made_and_fetched(author, exam):
    asked = author.post(f"/exams/{exam.code}/exports", {"format": "aiken"})
    assert (asked.status_code, asked.json()["status"]) == (202, "queued")
    at = f"/exams/{exam.code}/exports/{asked.json()['id']}"
    problem(author.get(f"{at}/file"), 409)
    assert run_waiting_imports() == 1
    done = author.get(at).json()
    assert (done["status"], done["losses"][0]["ref"] != "") == ("done", True)
    file = author.get(f"{at}/file")
    assert b"ANSWER: A" in file.content
    assert file["Content-Disposition"] == f'attachment; filename="{exam.code}.txt"'
    assert [each["id"] for each in author.get(f"/exams/{exam.code}/exports").json()["items"]] == [
        asked.json()["id"]
    ]
    problem(author.post(f"/exams/{exam.code}/exports", {"format": "none"}), 422)
    problem(author.post(f"/exams/{exam.code}/exports", {"status": "none"}), 422)


def columns_read(call):
    """Return the statements of a call, as the database had them."""
    with CaptureQueriesContext(connection) as queries:
        assert call().status_code == 200
    return " ".join(each["sql"] for each in queries)


def test_a_list_of_imports_reads_no_file_and_no_report(author, exam):
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    sent = upload(author, exam, csv_of(items_of(topic, 1))).json()
    at = f"/exams/{exam.code}/imports"
    listed = columns_read(lambda: author.get(at))
    for name in ("content", "report", "preview"):
        assert f'"questions_import"."{name}"' not in listed
    assert '"questions_import"."file_name"' in listed
    one = columns_read(lambda: author.get(f"{at}/{sent['id']}"))
    assert '"questions_import"."report"' in one
    assert '"questions_import"."content"' not in one


def test_asking_how_far_an_export_is_reads_no_file(author, exam):
    asked = exports.ask(exam, name="csv", status="", by=author.user)
    exports.execute(asked.pk)
    at = f"/exams/{exam.code}/exports"
    for path in (at, f"{at}/{asked.pk}"):
        assert '"questions_export"."content"' not in columns_read(
            lambda path=path: author.get(path)
        )
    file = f"{at}/{asked.pk}/file"
    assert '"questions_export"."content"' in columns_read(lambda: author.get(file))


def test_an_export_is_made_once_and_forgotten_after_a_day(author, exam):
    asked = exports.ask(exam, name="csv", status="published", by=author.user)
    exports.execute(asked.pk)
    first = Export.objects.get().finished_at
    exports.execute(asked.pk)
    assert Export.objects.get().finished_at == first
    assert exports.forget_old() == 0
    Export.objects.update(created_at="2020-01-01T00:00Z")
    assert exports.forget_old() == 1


def test_a_file_of_another_bank_is_not_there(author, exam):
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    sent = upload(author, exam, csv_of(items_of(topic, 1))).json()
    asked = exports.ask(exam, name="csv", status="", by=author.user)
    other = Caller(make_user(role="instructor"), "author")
    problem(upload(other, exam, b"stem,key"), 404)
    for path in (f"imports/{sent['id']}", f"exports/{asked.pk}", f"exports/{asked.pk}/file"):
        problem(other.get(f"/exams/{exam.code}/{path}"), 404)
    for path in (f"imports/{sent['id']}/commit", f"imports/{sent['id']}/undo", "exports"):
        problem(other.post(f"/exams/{exam.code}/{path}", {}), 404)
