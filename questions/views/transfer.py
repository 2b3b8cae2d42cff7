"""Files in and out: choosing one, looking at what it would do, doing it, undoing it."""

import logging
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from questions import tasks
from questions.checks import ground_of, said_about
from questions.decorators import Access, bank_page
from questions.formats.exchange import EncodingUnknown, FormatError
from questions.formats.registry import FORMATS, guessed
from questions.forms.transferring import CommitForm, ExportForm, UploadForm
from questions.models import Import, ImportStatuses, Question
from questions.requests import BankRequest
from questions.services import exporting, importing, planning
from questions.services.errors import Refused

logger = logging.getLogger(__name__)

# Questions that the preview shows, and problems: enough to see what a file is.
SHOWN = 20
MOST_PROBLEMS = 200


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def imports(request: BankRequest, access: Access) -> HttpResponse:
    """Take a file to look at; list the files that were taken in before."""
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and form.is_valid():
        upload = form.cleaned_data["file"]
        content = upload.read()
        name = form.cleaned_data["format"] or guessed(upload.name, content)
        encoding = form.cleaned_data["encoding"]
        try:
            if not name:
                raise FormatError("its format cannot be told; choose one")
            planning.read(content, name=name, encoding=encoding)
        except EncodingUnknown as error:
            form.add_error("encoding", f"{error}")
        except FormatError as error:
            title = FORMATS[name].title if name else "The file"
            form.add_error("file" if name else "format", f"{title}: {error}")
        else:
            run = importing.keep(
                access.exam,
                by=request.user,
                content=content,
                file_name=upload.name,
                name=name,
                encoding=encoding,
            )
            return redirect(run)
    rows = Import.objects.filter(exam=access.exam).exclude(status=ImportStatuses.READ)
    page = Paginator(rows.defer("content", "report").select_related("by"), 20)
    context = {
        "access": access,
        "form": form,
        "export_form": ExportForm(),
        "page": page.get_page(request.GET.get("page")),
        "templates": [each for each in FORMATS.values() if each.template],
    }
    return render(request, "questions/imports.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@bank_page()
def intake(request: BankRequest, access: Access, import_id: UUID) -> HttpResponse:
    """Show what a file would do to the bank, and let it be done."""
    run = get_object_or_404(_runs(access), pk=import_id)
    if run.status != ImportStatuses.READ:
        return redirect(run)
    form = CommitForm(access.exam, request.POST or None)
    if request.method == "POST" and form.is_valid() and "check" not in request.POST:
        planned = _planned(access, run, form.cleaned_data["topic"])
        if not planned.problems or form.cleaned_data["leaves_out"]:
            return _begin(request, run, form)
        form.add_error("leaves_out", "Tick this to import the others, or mend the file.")
    topic = form.cleaned_data.get("topic") if form.is_bound else None
    planned = _planned(access, run, topic)
    context = _preview(access, run, planned, form)
    status = 422 if form.errors else 200
    page = "questions/intake.html"
    return render(request, f"{page}#preview" if request.htmx else page, context, status=status)


def _runs(access: Access) -> Any:
    return Import.objects.filter(exam=access.exam).select_related("exam", "by", "topic")


def _planned(access: Access, run: Import, topic: Any) -> planning.Plan:
    try:
        loaded = planning.read(bytes(run.content), name=run.format, encoding=run.encoding)
    except FormatError as error:
        raise Http404 from error
    return planning.plan(access.exam, loaded, otherwise=topic)


def _preview(
    access: Access, run: Import, planned: planning.Plan, form: CommitForm
) -> dict[str, Any]:
    ground = ground_of(access.exam)
    rows = [{"row": row, "said": said_about(row.item, ground)} for row in planned.rows[:SHOWN]]
    return {
        "access": access,
        "run": run,
        "form": form,
        "format": FORMATS[run.format].title,
        "planned": planned,
        "rows": rows,
        "problems": planned.problems[:MOST_PROBLEMS],
        "warned": [row for row in planned.rows if row.taken.warnings][:MOST_PROBLEMS],
    }


def _begin(request: BankRequest, run: Import, form: CommitForm) -> HttpResponse:
    try:
        run = importing.queue(
            run,
            topic=form.cleaned_data["topic"],
            duplicates=form.cleaned_data["duplicates"],
            leaves_out_problems=form.cleaned_data["leaves_out"],
        )
    except Refused as reason:
        messages.error(request, str(reason))
        return redirect(run)
    ring(run)
    return redirect(run)


def ring(run: Import) -> None:
    """Tell a worker; a broker that is away only means that the sweep finds the row."""
    try:
        tasks.run_import.delay_on_commit(str(run.pk))
    except Exception as error:  # Whatever the broker's client raises.
        logger.warning("import_not_queued import=%s error=%s", run.pk, type(error).__name__)


@require_safe
@vary_on_headers("HX-Request")
@bank_page()
def import_report(request: BankRequest, access: Access, import_id: UUID) -> HttpResponse:
    """Show how far an import is, and then what it did; the report stays."""
    run = get_object_or_404(_runs(access).defer("content"), pk=import_id)
    if run.status == ImportStatuses.READ:
        return redirect(run)
    created = run.report.get("created", [])
    context = {
        "access": access,
        "run": run,
        "format": FORMATS[run.format].title,
        "created_count": len(created),
        "examples": Question.objects.filter(pk__in=created[:5]).order_by("pk"),
        "may_undo": run.status == ImportStatuses.DONE
        and (access.may_publish or run.by_id == request.user.pk),
    }
    page = "questions/import_report.html"
    return render(request, f"{page}#state" if request.htmx else page, context)


@require_POST
@bank_page()
def undo_import(request: BankRequest, access: Access, import_id: UUID) -> HttpResponse:
    """Take an import back."""
    run = get_object_or_404(_runs(access), pk=import_id)
    if not access.may_publish and run.by_id != request.user.pk:
        messages.error(request, "Only who imported it, a reviewer or an owner can undo it.")
        return redirect(run)
    try:
        undone = importing.undo(run, by=request.user)
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        left = f" {undone.left} stay: they were changed since." if undone.left else ""
        messages.success(request, f"{undone.taken_back} questions taken back.{left}")
    return redirect(run)


@require_POST
@bank_page()
def drop_import(request: BankRequest, access: Access, import_id: UUID) -> HttpResponse:
    """Forget a file that was only looked at."""
    Import.objects.filter(exam=access.exam, pk=import_id, status=ImportStatuses.READ).delete()
    return redirect("questions:imports", access.exam.code)


@require_POST
@bank_page()
def export(request: BankRequest, access: Access) -> HttpResponse:
    """Answer with a file of the bank's questions, or first with what it cannot carry."""
    form = ExportForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a format.")
        return redirect("questions:imports", access.exam.code)
    questions = Question.objects.filter(exam=access.exam)
    if form.cleaned_data["status"]:
        questions = questions.in_status(form.cleaned_data["status"])
    name = form.cleaned_data["format"]
    exported = exporting.export(access.exam, questions, name=name, by=request.user)
    losses = exported.dumped.losses
    if losses and "confirm" not in request.POST:
        context = {
            "access": access,
            "form": form,
            "format": FORMATS[name].title,
            "losses": losses[:MOST_PROBLEMS],
            "loss_count": len(losses),
            "count": exported.count,
        }
        return render(request, "questions/export.html", context)
    return file_response(exported.dumped.content, exported.file_name, exported.media_type)


@require_safe
@bank_page()
def template(request: BankRequest, access: Access, name: str) -> HttpResponse:
    """Answer with an empty table that has our columns."""
    form = FORMATS.get(name)
    if form is None or form.template is None:
        raise Http404
    return file_response(form.template(), f"questions{form.suffix}", form.media_type)


def file_response(content: bytes, file_name: str, media_type: str) -> HttpResponse:
    """Return a file to be kept, never to be shown in place."""
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
