"""Case studies: a scenario, and the questions that share it."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from questions.access import Access, BankRequest, bank_page
from questions.forms.team import CaseForm
from questions.models import Case, Question
from questions.services import cases as case_services
from questions.services.errors import Overtaken


@require_safe
@bank_page()
def cases(request: BankRequest, access: Access) -> HttpResponse:
    """List the exam's case studies with the number of their questions."""
    rows = Case.objects.filter(exam=access.exam).annotate(count=Count("questions"))
    context = {"access": access, "cases": rows.order_by("title", "pk")}
    return render(request, "questions/cases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def case(request: BankRequest, access: Access, ref: str = "") -> HttpResponse:
    """Show and change a case study; without a ref, write a new one."""
    stored = get_object_or_404(Case, exam=access.exam, ref=ref) if ref else None
    form = CaseForm(request.POST or None, instance=stored)
    token = request.POST.get("mark", "")
    current = None
    if stored and request.method != "POST":
        token = case_services.version_token(stored)
    if request.method == "POST" and form.is_valid():
        try:
            written = case_services.write(
                access.exam, by=request.user, case=stored, token=token, **form.cleaned_data
            )
        except Overtaken as reason:
            form.add_error(None, str(reason))
            current = Case.objects.get(pk=stored.pk) if stored else None
            token = case_services.version_token(current) if current else ""
        else:
            messages.success(request, "Saved.")
            return redirect("questions:case", access.exam.code, written.ref)
    context = {
        "mark": token,
        "stands": current,
        "access": access,
        "form": form,
        "case": stored,
        "questions": Question.objects.filter(case=stored).order_by("ref") if stored else [],
        "behind": case_services.with_old_scenario(stored) if stored else [],
    }
    return render(request, "questions/case.html", context, status=422 if form.errors else 200)
