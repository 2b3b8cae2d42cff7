"""Exports: a bank's questions as a file of a format, and empty tables to fill in."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from questions.access import Access, BankRequest, bank_page
from questions.downloads import file_response
from questions.exchange.registry import FORMATS
from questions.forms.transfer import ExportForm
from questions.models import Question
from questions.services import exports
from questions.services.imports.preview_body import MOST_LINES


@require_POST
@bank_page()
def export(request: BankRequest, access: Access) -> HttpResponse:
    """Answer with a file of the bank's questions; first with its losses, if it has any."""
    form = ExportForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Choose a format."))
        return redirect("questions:imports", access.exam.code)
    questions = Question.objects.filter(exam=access.exam)
    if form.cleaned_data["status"]:
        questions = questions.in_status(form.cleaned_data["status"])
    name = form.cleaned_data["format"]
    exported = exports.export(access.exam, questions, name=name, by=request.user)
    losses = exported.dumped.losses
    if losses and "confirm" not in request.POST:
        context = {
            "access": access,
            "form": form,
            "format": gettext(FORMATS[name].title),
            "losses": losses[:MOST_LINES],
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
