"""Files of questions to import, and what became of them."""

import threading
from collections.abc import Callable
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from questions.exchange import csv_table
from questions.models import Import
from questions.services.imports import preview
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


def send(client, exam, content, name="a.csv", **fields):
    """Send a file in; a worker has not read it yet."""
    file = SimpleUploadedFile(name, content)
    return client.post(at("imports", exam), {"file": file, **fields})


def read_waiting():
    """Read the files that wait, as a worker does."""
    for run in Import.objects.filter(status="looking"):
        preview.execute(run.pk)


def upload(client, exam, content, name="a.csv", **fields):
    """Send a file in and let a worker read it."""
    reply = send(client, exam, content, name, **fields)
    read_waiting()
    return reply


def look_again(client, address, fields):
    """Say otherwise how a file is read, let a worker read it, and return the page."""
    reply = client.post(address, fields)
    read_waiting()
    return client.get(address, follow=True) if reply.status_code == 302 else reply


def page_of(client, address):
    return client.get(address).content.decode()


def work(execute: Callable[[UUID], object], run_id: UUID) -> None:
    """Do what the worker does, in a thread as in another process."""

    def run() -> None:
        execute(run_id)
        connection.close()

    worker = threading.Thread(target=run)
    worker.start()
    worker.join(60)
