"""The blueprint of an exam: making one, and changing its rules, domains and tasks."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from questions.decorators import Access, bank_page, instructor_page
from questions.forms.blueprint import (
    DomainRows,
    ExamForm,
    TaskRows,
    initial_of,
    plan_from,
    strays,
)
from questions.models import Exam
from questions.requests import BankRequest
from questions.services import blueprints
from questions.services.errors import NotReady, Refused


@require_http_methods(["GET", "HEAD", "POST"])
@instructor_page
def new_exam(request: BankRequest) -> HttpResponse:
    """Make an exam; who makes it owns it."""
    return _page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page("own")
def blueprint(request: BankRequest, access: Access) -> HttpResponse:
    """Show and change an exam's blueprint."""
    return _page(request, access)


def _page(request: BankRequest, access: Access | None) -> HttpResponse:
    rules, domains, tasks = initial_of(blueprints.plan_of(access.exam)) if access else ({}, [], [])
    posted = request.POST or None
    form = ExamForm(posted, initial=rules, is_new=access is None)
    domain_rows = DomainRows(posted, initial=domains, prefix="domain")
    task_rows = TaskRows(posted, initial=tasks, prefix="task")
    parts = (form, domain_rows, task_rows)
    # All are asked, so that each says what it lacks.
    found = [part.is_valid() for part in parts]
    if all(found):
        exam = _saved(request, access, form, domain_rows, task_rows)
        if exam:
            messages.success(request, "Saved. Exams under way keep the rules they began with.")
            return redirect("questions:blueprint", exam.code)
    context = {
        "access": access,
        "form": form,
        "domains": domain_rows,
        "tasks": task_rows,
        "has_row_errors": bool(posted) and not (domain_rows.is_valid() and task_rows.is_valid()),
    }
    page = "questions/blueprint.html" if access else "questions/new_exam.html"
    return render(request, page, context, status=422 if posted else 200)


def _saved(
    request: BankRequest, access: Access | None, form: ExamForm, domains: object, tasks: object
) -> Exam | None:
    """Write what was typed; None, with the reasons at the form, where it cannot be."""
    for problem in (found := strays(domains, tasks)):
        form.add_error(None, problem)
    if found:
        return None
    rules = dict(form.cleaned_data)
    code = access.exam.code if access else rules.pop("code")
    plan = plan_from(code, rules, domains, tasks)
    try:
        if access:
            return blueprints.change(access.exam, plan, by=request.user)
        return blueprints.create(plan, by=request.user)
    except NotReady as reason:
        for problem in reason.problems:
            form.add_error(None, problem)
    except Refused as reason:
        form.add_error(None, str(reason))
    return None
