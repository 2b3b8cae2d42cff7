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
    found = Case.objects.filter(exam=access.exam).annotate(count=Count("questions"))
    context = {"access": access, "cases": found.order_by("title", "pk")}
    return render(request, "questions/cases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def case(request: BankRequest, access: Access, ref: str = "") -> HttpResponse:
    """Show and change a case study; without a ref, write a new one."""
    kept = get_object_or_404(Case, exam=access.exam, ref=ref) if ref else None
    form = CaseForm(request.POST or None, instance=kept)
    mark = request.POST.get("mark", "")
    stands = None
    if kept and request.method != "POST":
        mark = case_services.version_token(kept)
    if request.method == "POST" and form.is_valid():
        try:
            written = case_services.write(
                access.exam, by=request.user, case=kept, mark=mark, **form.cleaned_data
            )
        except Overtaken as reason:
            form.add_error(None, str(reason))
            stands = Case.objects.get(pk=kept.pk) if kept else None
            mark = case_services.version_token(stands) if stands else ""
        else:
            messages.success(request, "Saved.")
            return redirect("questions:case", access.exam.code, written.ref)
    context = {
        "mark": mark,
        "stands": stands,
        "access": access,
        "form": form,
        "case": kept,
        "questions": Question.objects.filter(case=kept).order_by("ref") if kept else [],
        "behind": case_services.behind(kept) if kept else [],
    }
    return render(request, "questions/case.html", context, status=422 if form.errors else 200)
