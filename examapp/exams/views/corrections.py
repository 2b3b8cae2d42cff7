"""Correcting a key: the dry run, the decision, and how far the regrade has got."""

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.exams.forms.corrections import CorrectionForm
from examapp.exams.models import KeyCorrection
from examapp.exams.services import correct as key_correction
from examapp.exams.services import notifications
from examapp.exams.tasks import regrade
from examapp.web.numbers import whole_number
from questions.access import Access, BankRequest, bank_page
from questions.jobs import enqueue
from questions.models import QuestionVersion
from questions.services.errors import Refused

# So many sittings whose verdict flips are named before a correction.
MOST_FLIPS = 50


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page("publish")
def correct(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Ask for another key or policy, show what it would do, and do it on the second click."""
    version = _version(request, access, ref)
    initial = {"mark": key_correction.seen(version), "policy": "new"}
    form = CorrectionForm(version, request.POST or None, initial=initial)
    foresight = None
    if request.method == "POST" and form.is_valid():
        # What was looked at is what is done: a form that was changed since is looked at again.
        is_decided = request.POST.get("foreseen") == form.foreseen
        try:
            if is_decided:
                return _decide(request, access, form)
            foresight = key_correction.preview(version, form.wanted)
        except Refused as reason:
            form.add_error(None, str(reason))
    past = KeyCorrection.objects.filter(question=version.question_id)
    context = {
        "access": access,
        "version": version,
        "form": form,
        "foresight": foresight,
        "flips": foresight.flips[:MOST_FLIPS] if foresight else [],
        "past": past.select_related("made_by")[:20],
    }
    return render(request, "exams/correct.html", context, status=422 if form.errors else 200)


@require_safe
@bank_page()
def correction(request: BankRequest, access: Access, correction_id: int) -> HttpResponse:
    """Show a correction and how far its regrade has got."""
    corrections = KeyCorrection.objects.select_related("question", "keyed_by", "made_by")
    context = {
        "access": access,
        "correction": get_object_or_404(corrections, pk=correction_id, question__exam=access.exam),
    }
    page = "exams/correction.html#progress" if request.htmx else "exams/correction.html"
    return render(request, page, context)


@require_POST
def seen(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """Note that a candidate has read of a changed score."""
    notifications.see(request.user, notice_id)
    return redirect("home")


def _version(request: BankRequest, access: Access, ref: str) -> QuestionVersion:
    """Return the version that the address names by number, else the live one."""
    versions = QuestionVersion.objects.filter(question__exam=access.exam, question__ref=ref)
    versions = versions.select_related("question__current_version")
    number = whole_number(request.GET.get("version", ""), most=2**31 - 1)
    if number is not None:
        return get_object_or_404(versions, number=number)
    return get_object_or_404(versions, pk=F("question__current_version"))


def _decide(request: BankRequest, access: Access, form: CorrectionForm) -> HttpResponse:
    decided = key_correction.correct(
        form.version,
        form.wanted,
        by=request.user,
        mark=form.cleaned_data["mark"],
        retire=form.cleaned_data["retire"],
    )
    enqueue(regrade, decided.pk)
    messages.success(request, gettext("Corrected. Finished exams are being scored again."))
    return redirect("exams:correction", access.exam.code, decided.pk)
