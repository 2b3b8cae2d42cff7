"""Fixed forms of an exam: what is offered, making one with its balance, archiving."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from examapp.exams.assembly.optimizer import BankTooSmall
from examapp.exams.forms.exam_form import ExamFormEditor, ReserveForm, as_lines
from examapp.exams.models import ExamForm
from examapp.exams.services import exam_forms
from questions.access import Access, BankRequest, bank_page
from questions.services.errors import Refused


@require_safe
@bank_page()
def forms(request: BankRequest, access: Access) -> HttpResponse:
    """List the fixed forms, those that are offered first."""
    context = {"access": access, "forms": ExamForm.objects.fixed(access.exam)}
    return render(request, "exams/forms.html", context)


@require_safe
@bank_page()
def form(request: BankRequest, access: Access, form_id: int) -> HttpResponse:
    """Show a form's questions and its balance."""
    shown = get_object_or_404(ExamForm.objects.fixed(access.exam), pk=form_id)
    reservation = {"is_reserved": shown.is_reserved, "until": shown.reserved_until}
    return _form_page(request, access, shown, ReserveForm(initial=reservation))


def _form_page(
    request: BankRequest,
    access: Access,
    shown: ExamForm,
    reservation: ReserveForm,
    *,
    status: int = 200,
) -> HttpResponse:
    items = list(shown.items.select_related("question__topic__task"))
    places = [(item.question.ref, item.is_scored) for item in items]
    context = {
        "access": access,
        "form": shown,
        "items": items,
        "balance": exam_forms.balance(access.exam, places),
        "lines": as_lines(places),
        "reservation": reservation,
    }
    return render(request, "exams/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page("own")
def compose(request: BankRequest, access: Access) -> HttpResponse:
    """Make a form by hand or drawn, look at its balance, and offer it."""
    action = request.POST.get("action", "")
    filled = ExamFormEditor(request.POST or None)
    balance = None
    if action == "generate":
        filled = _drawn(request, access)
    if filled.is_bound and filled.is_valid():
        places = filled.cleaned_data["questions"]
        balance = exam_forms.balance(access.exam, places)
        if action == "publish":
            title = filled.cleaned_data["title"]
            try:
                made = exam_forms.publish(access.exam, title=title, places=places, by=request.user)
            except Refused as reason:
                filled.add_error("questions", str(reason))
            else:
                messages.success(request, "Offered. Students can choose it from now on.")
                return redirect("exams:form", access.exam.code, made.pk)
    context = {"access": access, "form": filled, "balance": balance}
    return render(request, "exams/compose.html", context, status=422 if filled.errors else 200)


@require_POST
@bank_page("own")
def archive(request: BankRequest, access: Access, form_id: int) -> HttpResponse:
    """Offer a form no longer, or again."""
    shown = get_object_or_404(ExamForm.objects.fixed(access.exam), pk=form_id)
    try:
        exam_forms.archive(shown, by=request.user, is_archived=not shown.is_archived)
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "Offered again." if shown.is_archived else "Archived.")
    return redirect("exams:form", access.exam.code, form_id)


@require_POST
@bank_page("own")
def reserve(request: BankRequest, access: Access, form_id: int) -> HttpResponse:
    """Reserve a form until it closes, or free it."""
    shown = get_object_or_404(ExamForm.objects.fixed(access.exam), pk=form_id)
    filled = ReserveForm(request.POST)
    if not filled.is_valid():
        return _form_page(request, access, shown, filled, status=422)
    wanted = filled.cleaned_data
    exam_forms.reserve(
        shown, by=request.user, is_reserved=wanted["is_reserved"], until=wanted["until"]
    )
    messages.success(
        request,
        gettext("Reserved. Its questions are kept from practice and new mixes.")
        if wanted["is_reserved"]
        else gettext("No longer reserved. Everybody can take it."),
    )
    return redirect("exams:form", access.exam.code, form_id)


def _drawn(request: BankRequest, access: Access) -> ExamFormEditor:
    """Return the form with drawn questions, or with what keeps any from being drawn."""
    title = request.POST.get("title", "")
    try:
        return ExamFormEditor(
            {"title": title, "questions": as_lines(exam_forms.generate(access.exam))}
        )
    except BankTooSmall as reason:
        filled = ExamFormEditor(request.POST)
        filled.add_error(None, str(reason))
        return filled
