"""Files in: choosing one, looking at what it would do, doing it, undoing it."""

from typing import Any
from uuid import UUID

import structlog
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from questions import tasks
from questions.access import Access, BankRequest, bank_page
from questions.exchange.registry import FORMATS, guessed
from questions.exchange.text_files import EncodingUnknown, FormatError
from questions.forms.transfer import CommitForm, ExportForm, UploadForm
from questions.items.content import item_of
from questions.jobs import enqueue
from questions.models import Import, ImportStatuses, Question
from questions.services.editor_findings import exam_lint_context, findings_for
from questions.services.errors import Refused
from questions.services.imports import preview as import_preview
from questions.services.imports import run as import_run

logger = structlog.get_logger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def imports(request: BankRequest, access: Access) -> HttpResponse:
    """Take a file to look at; list the files that were taken in before."""
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and form.is_valid() and (run := _kept(access, form)):
        return redirect(run)
    unused = [ImportStatuses.LOOKING, ImportStatuses.READ]
    rows = Import.objects.filter(exam=access.exam).exclude(status__in=unused)
    page = Paginator(rows.defer("content", "report", "preview").select_related("by"), 20)
    context = {
        "access": access,
        "form": form,
        "export_form": ExportForm(),
        "page": page.get_page(request.GET.get("page")),
        "templates": [each for each in FORMATS.values() if each.template],
    }
    return render(request, "questions/imports.html", context, status=422 if form.errors else 200)


def _kept(access: Access, form: UploadForm) -> Import | None:
    """Keep a file with what it would do; a worker looks at a large one. None with the form's error.

    A file that is looked at here and cannot be read is not kept.
    """
    upload = form.cleaned_data["file"]
    content = upload.read()
    name = form.cleaned_data["format"] or guessed(upload.name, content)
    if not name:
        form.add_error("format", "The file: its format cannot be told; choose one")
        return None
    run = Import(
        exam=access.exam, content=content, format=name, encoding=form.cleaned_data["encoding"]
    )
    is_large = len(content) > import_preview.AT_ONCE
    try:
        preview = {} if is_large else import_preview.preview_of(run)
    except EncodingUnknown as error:
        form.add_error("encoding", f"{error}")
        return None
    except FormatError as error:
        form.add_error("file", f"{FORMATS[name].title}: {error}")
        return None
    run = import_run.keep(
        access.exam,
        by=access.user,
        content=content,
        file_name=upload.name,
        name=name,
        encoding=run.encoding,
        preview=preview,
    )
    return _left_to_worker(run) if is_large else run


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@bank_page()
def intake(request: BankRequest, access: Access, import_id: UUID) -> HttpResponse:
    """Show what a file would do to the bank, and let it be done."""
    run = get_object_or_404(_runs(access).select_related("topic"), pk=import_id)
    page = "questions/intake.html"
    if run.status == ImportStatuses.LOOKING:
        context = {"access": access, "run": run, "format": FORMATS[run.format].title}
        return render(request, f"{page}#looking" if request.htmx else page, context)
    if run.status != ImportStatuses.READ:
        return redirect(run)
    if not run.preview:
        run = import_preview.look(run)
        if run.status != ImportStatuses.READ:
            return redirect(run)
    preview = run.preview
    form = CommitForm(run, preview, request.POST or None)
    if request.method == "POST" and form.is_valid():
        is_changed = import_preview.say(
            run, topic=form.cleaned_data["topic"], by_hand=form.by_hand()
        )
        if is_changed and len(run.content) > import_preview.AT_ONCE:
            return redirect(_left_to_worker(run))
        if is_changed:
            run = import_preview.look(run)
            if run.status != ImportStatuses.READ:
                return redirect(run)
            preview = run.preview
        if "check" in request.POST:
            form = CommitForm(run, preview, initial=form.choices_kept())
        elif not preview["counts"]["problems"] or form.cleaned_data["leaves_out"]:
            return _begin(request, run, form)
        else:
            form.add_error("leaves_out", "Tick this to import the others, or mend the file.")
    context = _context(access, run, preview, form)
    status = 422 if form.errors else 200
    return render(request, f"{page}#preview" if request.htmx else page, context, status=status)


def _context(
    access: Access, run: Import, preview: dict[str, Any], form: CommitForm
) -> dict[str, Any]:
    ground = exam_lint_context(access.exam)
    rows = [
        row | {"said": findings_for(item_of(row["item"]), ground)[:4]} for row in preview["rows"]
    ]
    return {
        "access": access,
        "run": run,
        "form": form,
        "format": FORMATS[run.format].title,
        "preview": preview,
        "rows": rows,
    }


def _runs(access: Access) -> Any:
    return Import.objects.filter(exam=access.exam).select_related("exam", "by")


def _begin(request: BankRequest, run: Import, form: CommitForm) -> HttpResponse:
    try:
        run = import_run.queue(
            run,
            topic=form.cleaned_data["topic"],
            duplicates=form.cleaned_data["duplicates"],
            leaves_out_problems=form.cleaned_data["leaves_out"],
            leaves_out_alike=form.cleaned_data["leaves_out_alike"],
        )
    except Refused as reason:
        messages.error(request, str(reason))
        return redirect(run)
    enqueue(tasks.run_import, run.pk)
    return redirect(run)


def _left_to_worker(run: Import) -> Import:
    run = import_preview.leave_to_worker(run)
    enqueue(tasks.look_at_import, run.pk)
    return run


@require_safe
@vary_on_headers("HX-Request")
@bank_page()
def import_report(request: BankRequest, access: Access, import_id: UUID) -> HttpResponse:
    """Show how far an import is, and then what it did; the report stays."""
    run = get_object_or_404(_runs(access).defer("content"), pk=import_id)
    if run.status in (ImportStatuses.LOOKING, ImportStatuses.READ):
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
        undone = import_run.undo(run, by=request.user)
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
    unused = [ImportStatuses.LOOKING, ImportStatuses.READ]
    Import.objects.filter(exam=access.exam, pk=import_id, status__in=unused).delete()
    return redirect("questions:imports", access.exam.code)
