"""Question banks, for those who work on them: questions, versions, findings, files in and out."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Form, Path, Query, Router, Status
from ninja.files import UploadedFile

from examapp.api.guards import ByToken, caller
from examapp.api.paging import MOST, page
from examapp.api.problems import Problem
from examapp.api.routes.exams import Code
from examapp.api.schemas import (
    CommitIn,
    FindingOut,
    ImportOut,
    Page,
    PlannedImportOut,
    QuestionOut,
    VersionOut,
    WholeQuestionOut,
)
from questions.checks import ground_of, said_about
from questions.decorators import Access, access_to
from questions.editing import data_of
from questions.formats.exchange import ENCODINGS, MOST_BYTES, FormatError
from questions.formats.registry import WRITTEN, guessed
from questions.models import Duplicates, Import, ImportStatuses, Question, Topic
from questions.services import exporting, importing, planning
from questions.services.drafting import newest_item
from questions.services.errors import Refused
from questions.views.transfer import file_response, ring

router = Router(tags=["bank"], auth=ByToken("author"))
Ref = Annotated[str, Path(max_length=80, pattern=r"^\S+$")]


def _access(request: HttpRequest, code: str) -> Access:
    access = access_to(code, caller(request))
    if access is None:
        raise Problem(404, "There is no such bank.")
    return access


@router.get("/{code}/questions", response=Page[QuestionOut])
def questions(
    request: HttpRequest,
    code: Code,
    status: Annotated[str, Query(max_length=20)] = "",
    cursor: Annotated[str, Query(max_length=600)] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 25,
) -> Any:
    """List an exam's questions, by their refs."""
    rows = Question.objects.filter(exam=_access(request, code).exam)
    rows = rows.select_related("topic__task").defer("words", "shingles", "search")
    if status:
        rows = rows.in_status(status)
    return page(rows, by="ref", cursor=cursor, limit=limit, shown=_row)


@router.get("/{code}/questions/{ref}", response=WholeQuestionOut)
def question(request: HttpRequest, code: Code, ref: Ref) -> Any:
    """Return a question's newest wording, with its key."""
    found = _question(request, code, ref)
    version = found.current_version
    return _row(found) | {
        "item": data_of(newest_item(found)),
        "version": version.number if version else None,
    }


@router.get("/{code}/questions/{ref}/versions", response=list[VersionOut])
def versions(request: HttpRequest, code: Code, ref: Ref) -> Any:
    """List the wordings that were live, the newest first."""
    return _question(request, code, ref).versions.order_by("-number")


@router.get("/{code}/questions/{ref}/lint", response=list[FindingOut])
def lint(request: HttpRequest, code: Code, ref: Ref) -> Any:
    """List what the item-writing rules find in the newest wording."""
    found = _question(request, code, ref)
    return said_about(newest_item(found), ground_of(found.exam, found.case))


@router.post("/{code}/imports", response={201: PlannedImportOut})
def upload(
    request: HttpRequest,
    file: File[UploadedFile],
    code: Code,
    format: Annotated[str, Form(max_length=20)] = "",
    encoding: Annotated[str, Form(max_length=10)] = "",
) -> Any:
    """Take a file to look at; nothing is written. `commit` takes it in."""
    access = _access(request, code)
    if (file.size or 0) > MOST_BYTES:
        raise Problem(413, f"A file has at most {MOST_BYTES // 1024**2} MB.")
    content = file.read()
    name = format or guessed(file.name or "", content)
    try:
        if encoding not in ENCODINGS:
            raise FormatError(f"an encoding is one of {', '.join(filter(None, ENCODINGS))}")
        loaded = planning.read(content, name=name, encoding=encoding)
    except FormatError as error:
        raise Problem(422, str(error), line=error.line) from error
    run = importing.keep(
        access.exam,
        by=caller(request),
        content=content,
        file_name=(file.name or "file").replace("\0", ""),
        name=name,
        encoding=encoding,
    )
    planned = planning.plan(access.exam, loaded)
    return Status(
        201,
        _import(run)
        | {
            "new": len(planned.fresh),
            "twins": len(planned.twins),
            "same": len(planned.same),
            "problems": planned.problems[:200],
        },
    )


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
        run = importing.queue(
            run,
            topic=topic,
            duplicates=payload.duplicates,
            leaves_out_problems=payload.leaves_out_problems,
        )
    except Refused as error:
        raise Problem(409, str(error)) from error
    ring(run)
    return Status(202, _import(run))


@router.get("/{code}/imports/{import_id}", response=ImportOut)
def import_(request: HttpRequest, import_id: UUID, code: Code) -> Any:
    """Return how far an import is, and its report."""
    return _import(_run(request, code, import_id))


@router.post("/{code}/imports/{import_id}/undo", response=ImportOut)
def undo(request: HttpRequest, import_id: UUID, code: Code) -> Any:
    """Take an import back."""
    access, run = _access(request, code), _run(request, code, import_id)
    if not access.may_publish and run.by_id != caller(request).pk:
        raise Problem(403, "Only who imported it, a reviewer or an owner can undo it.")
    try:
        importing.undo(run, by=caller(request))
    except Refused as error:
        raise Problem(409, str(error)) from error
    return _import(_run(request, code, import_id))


@router.get("/{code}/export")
def export(
    request: HttpRequest, code: Code, format: Annotated[str, Query(max_length=20)] = "csv"
) -> HttpResponse:
    """Return the bank's questions as a file; the header says how many losses the format has."""
    access = _access(request, code)
    if format not in WRITTEN:
        raise Problem(422, f"format is one of {', '.join(WRITTEN)}.")
    rows = Question.objects.filter(exam=access.exam)
    exported = exporting.export(access.exam, rows, name=format, by=caller(request))
    response = file_response(exported.dumped.content, exported.file_name, exported.media_type)
    response.headers["X-Losses"] = str(len(exported.dumped.losses))
    return response


def _question(request: HttpRequest, code: str, ref: str) -> Question:
    rows = Question.objects.filter(exam=_access(request, code).exam)
    whole = rows.select_related("topic__task", "current_version", "draft", "exam", "case")
    found = get_object_or_404(whole.prefetch_related("enemies"), ref=ref.replace("\0", ""))
    if not hasattr(found, "draft") and found.current_version is None:
        raise Http404
    return found


def _row(found: Question) -> dict[str, Any]:
    names = ("ref", "type", "level", "status", "stem", "changed_at")
    topic = found.topic
    return {name: getattr(found, name) for name in names} | {
        "task": topic.task.number,
        "topic": topic.slug,
    }


def _run(request: HttpRequest, code: str, import_id: UUID) -> Import:
    rows = Import.objects.filter(exam=_access(request, code).exam).select_related("exam")
    return get_object_or_404(rows.defer("content"), pk=import_id)


def _import(run: Import) -> dict[str, Any]:
    report = dict(run.report)
    if run.status in (ImportStatuses.DONE, ImportStatuses.UNDONE):
        report["created_count"] = len(report.pop("created", []))
        report["updated_count"] = len(report.pop("updated", []))
    names = ("id", "file_name", "format", "status", "done", "total")
    return {name: getattr(run, name) for name in names} | {"report": report}
