"""Files of questions to import, and what became of them."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from questions.exchange import csv_table
from questions.services.imports import run as import_run
from tests.support.builders import make_item


def items_of(topic, count, prefix="imp"):
    tags = {"topic": topic.slug, "task": topic.task.number}
    return [make_item("multiple_choice", f"{prefix}-{n:04}", **tags) for n in range(count)]


def kept(exam, by, content, name="csv"):
    return import_run.keep(exam, by=by, content=content, file_name="a.csv", name=name)


def taken_in(exam, by, content, name="csv", duplicates="skip", leaves_out=False, topic=None):
    run = kept(exam, by, content, name)
    import_run.queue(run, topic=topic, duplicates=duplicates, leaves_out_problems=leaves_out)
    return import_run.execute(run.pk)


def csv_of(items):
    return csv_table.dumps(items).content


def at(name, exam, *more):
    return reverse(f"questions:{name}", args=[exam.code, *more])


def upload(client, exam, content, name="a.csv", **fields):
    file = SimpleUploadedFile(name, content)
    return client.post(at("imports", exam), {"file": file, **fields})
