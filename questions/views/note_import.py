"""Imports of an instructor's own study notes."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from questions import tasks
from questions.access import Access, BankRequest, bank_page
from questions.forms.note_import import NotesForm
from questions.jobs import enqueue
from questions.models import NotesImport
from questions.services import note_import_jobs
from questions.services.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@bank_page()
def import_notes(request: BankRequest, access: Access) -> HttpResponse:
    """Take a file of notes for a worker; show what it did, or would do; nothing is published."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NotesForm(*sent, may_publish=access.may_publish)
    if form.is_bound and form.is_valid() and (run := _asked(access, form)):
        query = {"run": str(run.pk)}
        return redirect(reverse("questions:import_notes", args=[access.exam.code], query=query))
    context = {"access": access, "form": form, "run": _run(request, access)}
    page = "questions/import_notes.html"
    status = 422 if form.errors else 200
    return render(request, f"{page}#run" if request.htmx else page, context, status=status)


def _asked(access: Access, form: NotesForm) -> NotesImport | None:
    """Queue an upload; None, with an error at the form, where it may not be sent."""
    try:
        run = note_import_jobs.ask(
            access.exam,
            form.cleaned_data["file"],
            file=form.file_name,
            by=access.user,
            publish=form.cleaned_data.get("publish", False),
            dry_run=form.cleaned_data["dry_run"],
        )
    except Refused as reason:
        form.add_error("file", str(reason))
        return None
    enqueue(tasks.import_notes, run.pk)
    return run


def _run(request: BankRequest, access: Access) -> NotesImport | None:
    """Return the job that `?run=` names, None for none of this exam."""
    try:
        key = UUID(request.GET.get("run", ""))
    except ValueError:
        return None
    return NotesImport.objects.filter(exam=access.exam, pk=key).defer("content").first()
