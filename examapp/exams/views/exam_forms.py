"""Fixed forms of an exam: what is offered, making one with its balance, archiving."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from examapp.exams.assembly.form_places import changed
from examapp.exams.assembly.optimizer import BankTooSmall
from examapp.exams.forms.exam_form import ExamFormEditor, ReserveForm, as_lines
from examapp.exams.forms.question_picker import QuestionPicker
from examapp.exams.models import ExamForm
from examapp.exams.services import exam_forms, form_picking
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
    """Put a form together by hand or drawn, with its balance beside it, and offer it."""
    action, _, ref = request.POST.get("action", "").replace("\0", "").partition(":")
    filled = ExamFormEditor(request.POST or None)
    if action == "generate":
        filled = _drawn(request, access)
    elif action == "publish":
        made = _published(request, access, filled)
        if made is not None:
            address = made.get_absolute_url()
            return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    elif filled.is_bound:
        # What is still to be done is said by the balance; only saving and drawing find errors.
        filled.errors.clear()
    places = changed(filled.places, action, ref, scored_count=access.exam.scored_count)
    picker = QuestionPicker(access.exam, request.POST, held=[known for known, _ in places])
    page = picker.found(ref if action == "page" else request.POST.get("page", "1"))
    context = {
        "access": access,
        "form": filled,
        "places": form_picking.chosen_places(access.exam, places),
        "balance": exam_forms.balance(access.exam, places),
        "picker": picker,
        "page": page,
        "picks": form_picking.picks(access.exam, list(page.object_list), places),
    }
    template = "exams/compose.html#changed" if request.htmx else "exams/compose.html"
    return render(request, template, context, status=422 if filled.errors else 200)


def _published(request: BankRequest, access: Access, filled: ExamFormEditor) -> ExamForm | None:
    """Offer the form that was put together; None, with its errors, where it cannot be."""
    if not filled.is_valid():
        return None
    wanted = filled.cleaned_data
    try:
        made = exam_forms.publish(
            access.exam,
            title=wanted["title"],
            places=wanted["questions"],
            is_reserved=wanted["is_reserved"],
            by=request.user,
        )
    except Refused as reason:
        filled.add_error("questions", str(reason))
        return None
    said = (
        gettext("Saved and reserved. Give it to students as an assignment of a course.")
        if made.is_reserved
        else gettext("Saved and offered. Students can choose it from now on.")
    )
    messages.success(request, said)
    return made


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
        messages.success(
            request, gettext("Offered again.") if shown.is_archived else gettext("Archived.")
        )
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
    try:
        lines = as_lines(exam_forms.generate(access.exam))
    except BankTooSmall as reason:
        filled = ExamFormEditor(request.POST)
        filled.errors.clear()
        filled.add_error(None, str(reason))
        return filled
    data = request.POST.copy()
    data["questions"] = lines
    filled = ExamFormEditor(data)
    # A name is asked for when the form is saved, not yet.
    filled.errors.clear()
    return filled
