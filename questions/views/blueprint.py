"""Blueprints: changing an exam's rules, domains, tasks and their outlines."""

from typing import TypedDict

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from questions.access import Access, BankRequest, bank_page
from questions.bank_files.exam_blueprint import ExamPlan, plan_differences
from questions.forms.blueprint import (
    BlueprintForms,
    ObjectiveRow,
    ObjectiveRows,
    TopicRow,
    TopicRows,
    duplicate_numbers,
    objective_texts,
    topic_lines,
)
from questions.models import Exam, Task
from questions.services import blueprint as blueprint_services
from questions.services import outline as outline_services
from questions.services.errors import NotReady, Overtaken, Refused
from questions.services.outline import Outline


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page("own")
def blueprint(request: BankRequest, access: Access) -> HttpResponse:
    """Show and change an exam's blueprint."""
    return _page(request, access)


class Conflict(TypedDict):
    """What someone else changed meanwhile, and the token of the blueprint as it is now."""

    differences: list[tuple[str, str, str]]
    mark: str


def _page(request: BankRequest, access: Access) -> HttpResponse:
    plan, ids = blueprint_services.plan_and_keys(access.exam)
    posted = request.POST or None
    page = BlueprintForms.of(posted, plan, ids)
    conflict: Conflict | None = None
    if page.is_valid():
        try:
            exam = _save(request, access, page)
        except Refused as reason:
            _refuse(page.rules, reason)
            if isinstance(reason, Overtaken):
                conflict = _conflict(access.exam, page.plan(access.exam.code))
        else:
            messages.success(
                request, gettext("Saved. Running exams keep the rules they started with.")
            )
            return redirect("questions:blueprint", exam.code)
    context = {
        "access": access,
        "form": page.rules,
        "domains": page.domains,
        "tasks": page.tasks,
        "has_row_errors": page.has_row_errors,
        "outline": _outline(access.exam),
        # Without a conflict to look at, an edit still goes on from what its writer has seen.
        "mark": _token(request, plan),
        **(conflict or {}),
    }
    status = 422 if posted else 200
    return render(request, "questions/blueprint.html", context, status=status)


def _token(request: BankRequest, plan: ExamPlan) -> str:
    """Return the version token that was posted, or that of an exam's plan."""
    if request.POST:
        return request.POST.get("mark", "")
    return blueprint_services.plan_version_token(plan)


def _outline(exam: Exam) -> list[Task]:
    """Return the tasks with the number of their topics."""
    tasks = Task.objects.filter(domain__exam=exam).annotate(topic_count=Count("topics"))
    return list(tasks.order_by("domain__number", "number"))


def _save(request: BankRequest, access: Access, page: BlueprintForms) -> Exam:
    """Write what was typed; raises Refused."""
    if orphans := page.orphans():
        raise NotReady(orphans)
    return blueprint_services.change(
        access.exam,
        page.plan(access.exam.code),
        by=request.user,
        token=request.POST.get("mark", ""),
        origins=page.origins(),
    )


def _conflict(exam: Exam, typed: ExamPlan) -> Conflict:
    current = blueprint_services.plan_of(Exam.objects.get(pk=exam.pk))
    return {
        "differences": plan_differences(current, typed),
        "mark": blueprint_services.plan_version_token(current),
    }


def _refuse(form: forms.Form, reason: Refused) -> None:
    """Add to a form why it was not saved."""
    for problem in reason.problems if isinstance(reason, NotReady) else [str(reason)]:
        form.add_error(None, problem)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page("own")
def outline(request: BankRequest, access: Access, number: str) -> HttpResponse:
    """Show and change the topics and objectives of a task."""
    task = get_object_or_404(Task, domain__exam=access.exam, number=number)
    current = outline_services.outline_of(task)
    posted = request.POST or None
    topics, objectives = _outline_rows(posted, current)
    form = forms.Form(posted)
    form.is_valid()
    token = outline_services.outline_version_token(current)
    if posted:
        token = posted.get("mark", "")
    # Both are asked, so that each says what it lacks.
    results = [rows.is_valid() for rows in (topics, objectives)]
    are_valid = all(results)
    if posted and are_valid:
        try:
            _write_outline(request, task, topics, objectives)
        except Refused as reason:
            _refuse(form, reason)
            if isinstance(reason, Overtaken):
                task.refresh_from_db()
                current = outline_services.outline_of(task)
                token = outline_services.outline_version_token(current)
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
        "has_row_errors": bool(posted) and not are_valid,
        "mark": token,
        "stands": current if form.errors else None,
    }
    return render(request, "questions/outline.html", context, status=422 if posted else 200)


def _outline_rows(
    posted: QueryDict | None, current: Outline
) -> tuple["forms.BaseFormSet[TopicRow]", "forms.BaseFormSet[ObjectiveRow]"]:
    objectives = [{"number": key, "text": text} for key, text in current["objectives"].items()]
    return (
        TopicRows(posted, initial=current["topics"], prefix="topic"),
        ObjectiveRows(posted, initial=objectives, prefix="objective"),
    )


def _write_outline(
    request: BankRequest,
    task: Task,
    topics: "forms.BaseFormSet[TopicRow]",
    objectives: "forms.BaseFormSet[ObjectiveRow]",
) -> None:
    """Write the rows; raises Refused."""
    if numbers := duplicate_numbers(objectives):
        raise NotReady(
            [
                gettext("objective %(number)s stands in two rows; make them differ")
                % {"number": number}
                for number in numbers
            ]
        )
    outline_services.change(
        task,
        topics=topic_lines(topics, moved=request.POST.get("action", "")),
        objectives=objective_texts(objectives),
        by=request.user,
        token=request.POST.get("mark", ""),
    )


def _pk(row: forms.Form) -> int | None:
    value = str(row["pk"].value() or "")
    return int(value) if value.isdecimal() and len(value) < 18 else None
