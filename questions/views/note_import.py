"""Imports of an instructor's own study notes."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from questions.access import Access, BankRequest, bank_page
from questions.forms.note_import import NotesForm
from questions.services import note_imports


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def import_notes(request: BankRequest, access: Access) -> HttpResponse:
    """Import a file of notes, or report what an import would do; nothing is published."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NotesForm(*sent, may_publish=access.may_publish)
    context: dict[str, object] = {"access": access, "form": form}
    if form.is_bound and form.is_valid():
        report = note_imports.import_notes(
            access.exam,
            form.cleaned_data["file"],
            file=form.file_name,
            by=request.user,
            publish=form.cleaned_data.get("publish", False),
            dry_run=form.cleaned_data["dry_run"],
        )
        context |= {
            "is_dry_run": form.cleaned_data["dry_run"],
            "report": report,
            "file_name": form.file_name,
        }
    status = 422 if form.errors else 200
    return render(request, "questions/import_notes.html", context, status=status)
