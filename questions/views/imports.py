"""Imports: uploading a file, its preview, the import and its report, and the undo."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from questions import tasks
from questions.access import Access, BankRequest, bank_page
from questions.exchange.registry import FORMATS
from questions.exchange.text_files import ENCODINGS
from questions.forms.transfer import CommitForm, ExportForm, UploadForm
from questions.items.solution import solved_item
from questions.items.strictness import STRICT
from questions.jobs import enqueue
from questions.models import Import, ImportStatuses, Question
from questions.services.errors import Refused
from questions.services.imports import preview as import_preview
from questions.services.imports import run as import_run
from questions.services.imports.preview_body import is_current
from questions.services.imports.undo import Undone, undo


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def imports(request: BankRequest, access: Access) -> HttpResponse:
    """Take an upload to its preview; list the imports of before."""
    is_upload = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_upload else UploadForm()
    if is_upload and form.is_valid() and (run := _uploaded(access, form)):
        return redirect(run)
    unused = [ImportStatuses.LOOKING, ImportStatuses.READ]
    rows = Import.objects.filter(exam=access.exam).exclude(status__in=unused)
    page = Paginator(rows.defer("content", "report", "preview").select_related("by"), 20)
    context = {
        "access": access,
        "form": form,
        "export_form": ExportForm(),
        "page": page.get_page(request.GET.get("page")),
        "templates": [format_ for format_ in FORMATS.values() if format_.template],
    }
    return render(request, "questions/imports.html", context, status=422 if form.errors else 200)


def _uploaded(access: Access, form: UploadForm) -> Import | None:
    """Store an upload, which a worker reads; None, with an error at the form, where it may not be.

    Nothing of a file is read here: what a stranger made may cost minutes and gigabytes.
    """
    upload = form.cleaned_data["file"]
    try:
        run = import_run.keep(
            access.exam,
            by=access.user,
            content=upload.read(),
            file_name=upload.name,
            name=form.cleaned_data["format"],
            encoding=form.cleaned_data["encoding"],
        )
    except Refused as reason:
        form.add_error("file", str(reason))
        return None
    return _queue_preview(run)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@bank_page()
def intake(request: BankRequest, access: Access, import_id: UUID) -> HttpResponse:
    """Show what a file would do to the bank, and import it."""
    runs = _imports_of(access).select_related("topic").defer("content")
    run = get_object_or_404(runs, pk=import_id)
    if run.status == ImportStatuses.READ and not is_current(run.preview):
        run = _queue_preview(run)
    if run.status == ImportStatuses.LOOKING:
        return _wait(request, access, run)
    if run.status != ImportStatuses.READ:
        return redirect(run)
    form = CommitForm(run, run.preview, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _takes_pictures(run, form):
        if _is_remapped(run, form):
            return redirect(_queue_preview(run))
        if "check" in request.POST:
            form = CommitForm(run, run.preview, initial=form.general_choices())
        elif not run.preview["counts"]["problems"] or form.cleaned_data["leaves_out"]:
            return _begin(request, run, form)
        else:
            message = gettext("Tick this to import the others, or fix the file.")
            form.add_error("leaves_out", message)
    return _show_preview(request, access, run, form)


def _wait(request: BankRequest, access: Access, run: Import) -> HttpResponse:
    page = "questions/intake.html"
    context = {"access": access, "run": run, "format": _format_title(run)}
    return render(request, f"{page}#looking" if request.htmx else page, context)


def _is_remapped(run: Import, form: CommitForm) -> bool:
    """Store how a form says that the file is read; return whether its preview is out of date."""
    return import_preview.set_mapping(
        run,
        topic=form.cleaned_data["topic"],
        encoding=form.file_encoding(),
        mapping=form.mapping(),
        choices=form.choices(),
    )


def _takes_pictures(run: Import, form: CommitForm) -> bool:
    """Pack pictures that were sent into the file; False, with an error, where none is shown."""
    if not form.cleaned_data["pictures"]:
        return True
    try:
        import_preview.add_pictures(run, form.cleaned_data["pictures"])
    except Refused as reason:
        form.add_error("pictures", str(reason))
        return False
    run.preview = {}
    return True


def _show_preview(
    request: BankRequest, access: Access, run: Import, form: CommitForm
) -> HttpResponse:
    page = "questions/intake.html"
    context = {
        "access": access,
        "run": run,
        "form": form,
        "format": _format_title(run),
        "preview": run.preview,
        "rows": [
            (row, solved_item(row["type"], row["html"], row["key"])) for row in run.preview["rows"]
        ],
        "samples": [
            (name, text, gettext(ENCODINGS[name])) for name, text in run.preview["samples"]
        ],
        "is_strict": access.exam.strictness == STRICT,
    }
    status = 422 if form.errors else 200
    return render(request, f"{page}#preview" if request.htmx else page, context, status=status)


def _format_title(run: Import) -> str:
    """Return what a file's format is called, "" for one that is not told yet."""
    return gettext(FORMATS[run.format].title) if run.format else ""


def _imports_of(access: Access) -> QuerySet[Import]:
    return Import.objects.filter(exam=access.exam).select_related("exam", "by")


def _begin(request: BankRequest, run: Import, form: CommitForm) -> HttpResponse:
    try:
        run = import_run.queue(
            run,
            topic=form.cleaned_data["topic"],
            **form.choices(),
        )
    except Refused as reason:
        messages.error(request, str(reason))
        return redirect(run)
    enqueue(tasks.run_import, run.pk)
    return redirect(run)


def _queue_preview(run: Import) -> Import:
    run = import_preview.queue(run)
    enqueue(tasks.preview_import, run.pk)
    return run


@require_safe
@vary_on_headers("HX-Request")
@bank_page()
def import_report(request: BankRequest, access: Access, import_id: UUID) -> HttpResponse:
    """Show how far an import is, and at its end its report, which stays."""
    run = get_object_or_404(_imports_of(access).defer("content"), pk=import_id)
    if run.status in (ImportStatuses.LOOKING, ImportStatuses.READ):
        return redirect(run)
    created = run.report.get("created", [])
    context = {
        "access": access,
        "run": run,
        "format": _format_title(run),
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
    """Undo an import."""
    run = get_object_or_404(_imports_of(access), pk=import_id)
    if not access.may_publish and run.by_id != request.user.pk:
        messages.error(
            request, gettext("Only a reviewer, an owner or the person who imported it can undo it.")
        )
        return redirect(run)
    try:
        undone = undo(run, by=request.user)
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _undone_in_words(undone))
    return redirect(run)


def _undone_in_words(undone: Undone) -> str:
    """Return how many questions an undo took back, and how many it had to leave."""
    taken = ngettext(
        "%(count)d question taken back.", "%(count)d questions taken back.", undone.taken_back
    )
    told = [taken % {"count": undone.taken_back}]
    if undone.left:
        left = ngettext(
            "%(count)d question stays, because it was changed since.",
            "%(count)d questions stay, because they were changed since.",
            undone.left,
        )
        told.append(left % {"count": undone.left})
    return " ".join(told)


@require_POST
@bank_page()
def drop_import(request: BankRequest, access: Access, import_id: UUID) -> HttpResponse:
    """Delete a file that was not imported."""
    unused = [ImportStatuses.LOOKING, ImportStatuses.READ]
    Import.objects.filter(exam=access.exam, pk=import_id, status__in=unused).delete()
    return redirect("questions:imports", access.exam.code)
