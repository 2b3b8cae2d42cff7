"""The blueprint of an exam: making one, and changing its rules, domains, tasks and their topics."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from questions.access import Access, BankRequest, bank_page, instructor_page
from questions.bank_files.exam_blueprint import plan_differences
from questions.forms.blueprint import (
    DomainRows,
    ExamForm,
    ObjectiveRows,
    TaskRows,
    TopicRows,
    initial_of,
    objective_texts,
    plan_from,
    strays,
    topic_lines,
    twice,
    were_in,
)
from questions.models import Exam, Task
from questions.services import blueprint as blueprint_services
from questions.services import outline as outline_services
from questions.services.errors import NotReady, Overtaken, Refused


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
    stands = blueprint_services.plan_and_keys(access.exam) if access else None
    rules, domains, tasks = initial_of(*stands) if stands else ({}, [], [])
    posted = request.POST or None
    form = ExamForm(posted, initial=rules, is_new=access is None)
    domain_rows = DomainRows(posted, initial=domains, prefix="domain")
    task_rows = TaskRows(posted, initial=tasks, prefix="task")
    parts = (form, domain_rows, task_rows)
    # All are asked, so that each says what it lacks.
    found = [part.is_valid() for part in parts]
    context: dict[str, Any] = {}
    if all(found):
        exam = _saved(request, access, form, domain_rows, task_rows, context)
        if exam:
            messages.success(request, "Saved. Exams under way keep the rules they began with.")
            return redirect("questions:blueprint", exam.code)
    context |= {
        "access": access,
        "form": form,
        "domains": domain_rows,
        "tasks": task_rows,
        "has_row_errors": bool(posted) and not (domain_rows.is_valid() and task_rows.is_valid()),
        "outline": _outline(access.exam) if access else [],
    }
    # What was not shown what stands goes on from what was looked at.
    if "mark" not in context:
        seen = request.POST.get("mark", "")
        context["mark"] = (
            seen if posted or not stands else blueprint_services.plan_version_token(stands[0])
        )
    page = "questions/blueprint.html" if access else "questions/new_exam.html"
    return render(request, page, context, status=422 if posted else 200)


def _outline(exam: Exam) -> list[Task]:
    """Return the tasks with the number of their topics."""
    tasks = Task.objects.filter(domain__exam=exam).annotate(topic_count=Count("topics"))
    return list(tasks.order_by("domain__number", "number"))


def _saved(
    request: BankRequest,
    access: Access | None,
    form: ExamForm,
    domains: object,
    tasks: object,
    context: dict[str, Any],
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
            return blueprint_services.change(
                access.exam,
                plan,
                by=request.user,
                mark=request.POST.get("mark", ""),
                were=were_in(domains, tasks),
            )
        return blueprint_services.create(plan, by=request.user)
    except Refused as reason:
        _refuse(form, reason)
        if access and isinstance(reason, Overtaken):
            stands = blueprint_services.plan_of(Exam.objects.get(pk=access.exam.pk))
            context["differences"] = plan_differences(stands, plan)
            context["mark"] = blueprint_services.plan_version_token(stands)
    return None


def _refuse(form: forms.Form, reason: Refused) -> None:
    """Say at a form why what was typed is not written."""
    for problem in reason.problems if isinstance(reason, NotReady) else [str(reason)]:
        form.add_error(None, problem)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page("own")
def outline(request: BankRequest, access: Access, number: str) -> HttpResponse:
    """Show and change the topics and objectives of a task."""
    task = get_object_or_404(Task, domain__exam=access.exam, number=number)
    stands = outline_services.outline_of(task)
    posted = request.POST or None
    topics = TopicRows(posted, initial=stands["topics"], prefix="topic")
    objectives = ObjectiveRows(
        posted,
        initial=[{"number": each, "text": text} for each, text in stands["objectives"].items()],
        prefix="objective",
    )
    form = forms.Form(posted)
    form.is_valid()
    mark = (
        request.POST.get("mark", "") if posted else outline_services.outline_version_token(stands)
    )
    found = [part.is_valid() for part in (topics, objectives)]
    if posted and all(found):
        try:
            _write_outline(request, task, topics, objectives)
        except Refused as reason:
            _refuse(form, reason)
            if isinstance(reason, Overtaken):
                task.refresh_from_db()
                stands = outline_services.outline_of(task)
                mark = outline_services.outline_version_token(stands)
        else:
            messages.success(request, "Saved.")
            return redirect("questions:outline", access.exam.code, number)
    counts = dict(task.topics.values_list("pk").annotate(Count("questions")))
    context = {
        "access": access,
        "task": task,
        "form": form,
        "topics": [(row, counts.get(_pk(row), 0)) for row in topics],
        "objectives": objectives,
        "management": (topics.management_form, objectives.management_form),
        "has_row_errors": bool(posted) and not all(found),
        "mark": mark,
        "stands": stands if form.errors else None,
    }
    return render(request, "questions/outline.html", context, status=422 if posted else 200)


def _write_outline(request: BankRequest, task: Task, topics: Any, objectives: Any) -> None:
    """Write the rows; raises Refused."""
    if found := twice(objectives):
        raise NotReady([f"objective {each} stands in two rows; make them differ" for each in found])
    outline_services.change(
        task,
        topics=topic_lines(topics, moved=request.POST.get("action", "")),
        objectives=objective_texts(objectives),
        by=request.user,
        mark=request.POST.get("mark", ""),
    )


def _pk(row: forms.Form) -> int | None:
    value = str(row["pk"].value() or "")
    return int(value) if value.isdecimal() and len(value) < 18 else None
