"""Files in and out of a bank, as jobs: each has an id, a state, and a result when it is done."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from examapp.api.guards import ByToken, caller
from examapp.api.paging import Cursor, Limit, page
from examapp.api.problems import Problem
from examapp.api.routes.exams import Code, bank_named
from examapp.api.schemas import CommitIn, ExportIn, ExportOut, ImportOut, ImportRowOut, Page
from examapp.web.downloads import file_download
from questions import tasks
from questions.exchange.registry import READ
from questions.exchange.text_files import ENCODINGS, MOST_BYTES, FormatError
from questions.jobs import enqueue
from questions.models import (
    Duplicates,
    Export,
    Import,
    ImportStatuses,
    JobStatuses,
    QuestionStatuses,
    Topic,
)
from questions.services import exports as export_services
from questions.services.errors import Refused
from questions.services.imports import preview
from questions.services.imports import run as import_run
from questions.services.imports.undo import undo as undo_import

router = Router(tags=["files"], auth=ByToken("author"))
_COUNTS = ("fresh", "alike", "twins", "same", "problems")


@router.get("/{code}/imports", response=Page[ImportRowOut])
def imports(
    request: HttpRequest,
    code: Code,
    cursor: Cursor = "",
    limit: Limit = 25,
) -> Any:
    """List the files that were brought to a bank, the newest first.

    What a file did, or would do, is told at its own address.
    """
    rows = Import.objects.filter(exam=bank_named(request, code).exam)
    rows = rows.defer("content", "report", "preview", "mapping")
    return page(rows, by="-created_at", cursor=cursor, limit=limit, shown=_import_row)


@router.post("/{code}/imports", response={202: ImportOut})
def upload(
    request: HttpRequest,
    file: File[UploadedFile],
    code: Code,
    format: Annotated[str, Form(max_length=20)] = "",
    encoding: Annotated[str, Form(max_length=10)] = "",
    keys_are: Annotated[str, Form(max_length=10)] = "",
    texts_are: Annotated[str, Form(max_length=10)] = "",
) -> Any:
    """Let a file be looked at: ask for the import until it is `read`, and see what it would do.

    Nothing is written; `commit` takes it in. `keys_are` and `texts_are` answer what a table
    leaves open, as the preview's `questions` name it.
    """
    access = bank_named(request, code)
    if (file.size or 0) > MOST_BYTES:
        raise Problem(413, f"A file has at most {MOST_BYTES // 1024**2} MB.")
    content = file.read()
    if format and format not in READ:
        raise Problem(422, f"format is one of {', '.join(READ)}, or empty to let it be told.")
    if encoding not in ENCODINGS:
        raise Problem(422, f"encoding is one of {', '.join(filter(None, ENCODINGS))}.")
    if not content:
        raise Problem(422, "The file is empty.")
    answers = {name: value for name, value in (("keys", keys_are), ("texts", texts_are)) if value}
    try:
        run = import_run.keep(
            access.exam,
            by=caller(request),
            content=content,
            file_name=(file.name or "file").replace("\0", ""),
            name=format,
            encoding=encoding,
            answers=answers,
        )
    except Refused as error:
        raise Problem(429, str(error), retry_after=30) from error
    run = preview.queue(run)
    enqueue(tasks.preview_import, run.pk)
    return Status(202, _import(run))


@router.get("/{code}/imports/{import_id}", response=ImportOut)
def import_(request: HttpRequest, import_id: UUID, code: Code) -> Any:
    """Return how far an import is, what it would do, and at its end its report."""
    return _import(_run(request, code, import_id))


@router.post("/{code}/imports/{import_id}/commit", response={202: ImportOut})
def commit(request: HttpRequest, import_id: UUID, payload: CommitIn, code: Code) -> Any:
    """Let a worker take a file in, as drafts; ask for the import until it is done."""
    run = _run(request, code, import_id)
    topics = Topic.objects.filter(task__domain__exam=run.exam, slug=payload.topic)
    topic = topics.first() if payload.topic and "\0" not in payload.topic else None
    if payload.topic and topic is None:
        raise Problem(422, "The exam has no such topic.")
    if payload.duplicates not in Duplicates.values:
        raise Problem(422, f"duplicates is one of {', '.join(Duplicates.values)}.")
    try:
        run = import_run.queue(
            run,
            topic=topic,
            duplicates=payload.duplicates,
            leaves_out_problems=payload.leaves_out_problems,
            leaves_out_alike=payload.leaves_out_alike,
        )
    except Refused as error:
        raise Problem(409, str(error)) from error
    enqueue(tasks.run_import, run.pk)
    return Status(202, _import(run))


@router.post("/{code}/imports/{import_id}/undo", response=ImportOut)
def undo(request: HttpRequest, import_id: UUID, code: Code) -> Any:
    """Take an import back."""
    access, run = bank_named(request, code), _run(request, code, import_id)
    if not access.may_publish and run.by_id != caller(request).pk:
        raise Problem(403, "Only who imported it, a reviewer or an owner can undo it.")
    try:
        undo_import(run, by=caller(request))
    except Refused as error:
        raise Problem(409, str(error)) from error
    return _import(_run(request, code, import_id))


@router.get("/{code}/exports", response=Page[ExportOut])
def exports(
    request: HttpRequest,
    code: Code,
    cursor: Cursor = "",
    limit: Limit = 25,
) -> Any:
    """List the files of the last day, the newest first."""
    rows = Export.objects.filter(exam=bank_named(request, code).exam).defer("content")
    return page(rows, by="-created_at", cursor=cursor, limit=limit, shown=_export)


@router.post("/{code}/exports", response={202: ExportOut})
def export(request: HttpRequest, payload: ExportIn, code: Code) -> Any:
    """Let a worker make a file of the bank's questions; ask for the export until it is done."""
    access = bank_named(request, code)
    if payload.status and payload.status not in QuestionStatuses.values:
        raise Problem(422, f"status is one of {', '.join(QuestionStatuses.values)}.")
    try:
        asked = export_services.ask(
            access.exam, name=payload.format, status=payload.status, by=caller(request)
        )
    except FormatError as error:
        raise Problem(422, str(error)) from error
    enqueue(tasks.run_export, asked.pk)
    return Status(202, _export(asked))


@router.get("/{code}/exports/{export_id}", response=ExportOut)
def export_(request: HttpRequest, export_id: UUID, code: Code) -> Any:
    """Return how far an export is, and what its format could not carry."""
    return _export(_asked(request, code, export_id))


@router.get("/{code}/exports/{export_id}/file")
def download(request: HttpRequest, export_id: UUID, code: Code) -> HttpResponse:
    """Return the file of an export that is done."""
    made = _asked(request, code, export_id)
    if made.status != JobStatuses.DONE:
        raise Problem(409, f"The export is {made.status}; its file is there when it is done.")
    return file_download(bytes(made.content), made.file_name, made.media_type)


def _run(request: HttpRequest, code: str, import_id: UUID) -> Import:
    rows = Import.objects.filter(exam=bank_named(request, code).exam).select_related("exam")
    return get_object_or_404(rows.defer("content"), pk=import_id)


def _asked(request: HttpRequest, code: str, export_id: UUID) -> Export:
    rows = Export.objects.filter(exam=bank_named(request, code).exam)
    return get_object_or_404(rows.defer("content"), pk=export_id)


def _import_row(run: Import) -> dict[str, object]:
    names = ("id", "file_name", "format", "status", "done", "total", "created_at")
    return {name: getattr(run, name) for name in names}


def _import(run: Import) -> dict[str, object]:
    report = dict(run.report)
    if run.status in (ImportStatuses.DONE, ImportStatuses.UNDONE):
        report["created_count"] = len(report.pop("created", []))
        report["updated_count"] = len(report.pop("updated", []))
        report["image_count"] = len(report.pop("images", []))
    return _import_row(run) | {"report": report, "preview": _preview(run)}


def _preview(run: Import) -> dict[str, object] | None:
    if not run.preview:
        return None
    counts = run.preview["counts"]
    return {name: counts[name] for name in _COUNTS} | {
        "problem_rows": run.preview["problems"],
        "alike_rows": run.preview["alike"],
        "columns_problem": run.preview.get("columns_problem", ""),
        "questions": run.preview.get("questions", []),
        "encoding": run.preview.get("encoding", ""),
    }


def _export(asked: Export) -> dict[str, object]:
    names = ("id", "format", "status", "count", "loss_count", "losses", "file_name", "created_at")
    return {name: getattr(asked, name) for name in names}
