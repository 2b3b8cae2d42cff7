"""Setting up an exam: its rules, its outline, who may take it, and its end."""

import math
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from examapp.exams.forms.setup import (
    FIRST_ROWS,
    AudienceForm,
    DomainRow,
    RulesForm,
    checked_rows,
    initial_rules,
    outline_plan,
    pasted_rows,
    posted_rows,
    rows_of,
)
from examapp.exams.rules import ExamRules
from examapp.exams.scoring import PassMark
from examapp.exams.services import exam_life
from examapp.exams.services.readiness import readiness_of
from questions.access import Access, BankRequest, bank_page
from questions.bank_files.exam_blueprint import ExamPlan, plan_differences
from questions.models import Exam, ExamRole
from questions.services import blueprint, team
from questions.services.errors import NotReady, Overtaken, Refused

MEANING = gettext_lazy(
    "{right} of {count} right gives {score} and passes. {below} right gives {under}, not yet "
    "a pass."
)
# Percent; a greater number counts nothing in the sum of typed shares.
_MOST_SHARE = 1_000_000


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page("own")
def setup_rules(request: BankRequest, access: Access) -> HttpResponse:
    """Show and change an exam's rules: step 1 of 3."""
    exam = access.exam
    form = RulesForm(request.POST or None, initial=initial_rules(exam))
    if request.method == "POST" and form.is_valid():
        try:
            plan = form.plan(blueprint.plan_of(exam))
            blueprint.change(exam, plan, by=request.user)
            exam_life.set_strictness(exam, form.cleaned_data["strictness"], by=request.user)
        except NotReady as reason:
            for problem in reason.problems:
                form.add_error(None, problem)
        else:
            return redirect("exams:setup_outline", exam.code)
    mark = PassMark.of(ExamRules.of(exam).scale, exam.scored_count)
    context = {
        **_context(access, "rules"),
        "form": form,
        # The page's script fills the same sentence as one types.
        "meaning": MEANING,
        "pass_mark_in_words": str(MEANING).format(**mark.numbers),
    }
    return render(request, "exams/setup_rules.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page("own")
def setup_outline(request: BankRequest, access: Access) -> HttpResponse:
    """Show and change an exam's domains with their tasks: step 2 of 3."""
    plan, keys = blueprint.plan_and_keys(access.exam)
    token = blueprint.plan_version_token(plan)
    rows, problems = rows_of(plan, keys), []
    mark = request.POST.get("mark", token)
    if request.method == "POST":
        action = request.POST.get("action", "")
        rows = _edited(posted_rows(request.POST), request.POST)
        problems = [row.error for row in rows if row.error]
        if action in ("next", "save") and not problems:
            try:
                wanted, origins = outline_plan(plan, keys, rows)
                blueprint.change(access.exam, wanted, by=request.user, token=mark, origins=origins)
            except Refused as reason:
                problems = reason.problems if isinstance(reason, NotReady) else [str(reason)]
                if isinstance(reason, Overtaken):
                    problems, mark = [*problems, *_differences(access.exam, wanted)], token
            else:
                step = "setup_audience" if action == "next" else "setup_outline"
                messages.success(request, gettext("Saved."))
                return redirect(f"exams:{step}", access.exam.code)
    given = round(sum(_number(row.share) for row in rows), 2)
    context = {
        **_context(access, "outline"),
        "rows": [*rows, *_empty_rows(len(rows), request.POST.get("action", ""))],
        "given": given,
        # Half up, as the page's script rounds.
        "given_questions": math.floor(given / 100 * access.exam.scored_count + 0.5),
        "problems": problems,
        "mark": mark,
    }
    return render(request, "exams/setup_outline.html", context, status=422 if problems else 200)


def _edited(rows: list[DomainRow], data: QueryDict) -> list[DomainRow]:
    """Return typed rows after what a button of the page asked for."""
    action = data.get("action", "")
    if action == "paste":
        return [*rows, *pasted_rows(data.get("outline", ""))]
    if action == "give" and rows:
        left = 100 - sum(_number(row.share) for row in rows)
        share = round(_number(rows[-1].share) + left, 2)
        return [*rows[:-1], replace(rows[-1], share=f"{max(share, 0):g}")]
    return checked_rows(rows) if action in ("next", "save") else rows


def _number(text: str) -> float:
    """Return a typed number, 0 for what is none and for what no sum of shares comes near."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return 0.0
    return number if abs(number) <= _MOST_SHARE else 0.0


def _empty_rows(count: int, action: str) -> list[DomainRow]:
    """Return the empty rows below those that are written; a new exam gets four to begin with."""
    return [DomainRow()] * max(1 if action == "add" else 0, FIRST_ROWS - count)


def _differences(exam: Exam, wanted: ExamPlan) -> list[str]:
    stands = blueprint.plan_of(Exam.objects.get(pk=exam.pk))
    sentence = gettext("%(name)s: now “%(stands)s”, you wrote “%(typed)s”.")
    return [
        sentence % {"name": name.capitalize(), "stands": now, "typed": typed}
        for name, now, typed in plan_differences(stands, wanted)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page("own")
def setup_audience(request: BankRequest, access: Access) -> HttpResponse:
    """Show and change who may take an exam: step 3 of 3."""
    exam = access.exam
    initial = {"state": exam.state, "needs_colleague": not exam.allows_self_approval}
    form = AudienceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        is_allowed = not form.cleaned_data["needs_colleague"]
        team.allow_self_approval(exam, is_allowed=is_allowed, by=request.user)
        try:
            exam_life.set_state(exam, form.cleaned_data["state"], by=request.user)
        except Refused as reason:
            form.add_error("state", str(reason))
        else:
            messages.success(request, gettext("Saved."))
            return redirect("exams:setup_audience", exam.code)
    context = _context(access, "audience")
    context |= {
        "form": form,
        "chosen": form["state"].value(),
        "why_not": exam_life.why_not_open(readiness_of(exam)),
        "uses": exam_life.uses_of(exam),
        "members": ExamRole.objects.filter(exam=exam).select_related("user"),
    }
    return render(request, "exams/setup_audience.html", context, status=422 if form.errors else 200)


@require_POST
@bank_page("own")
def delete_exam(request: BankRequest, access: Access) -> HttpResponse:
    """Delete an exam that nobody took."""
    if "confirm" not in request.POST:
        messages.error(request, gettext("Tick the box to delete the exam."))
        return redirect("exams:setup_audience", access.exam.code)
    try:
        exam_life.delete(access.exam, by=request.user)
    except Refused as reason:
        messages.error(request, str(reason))
        return redirect("exams:setup_audience", access.exam.code)
    sentence = gettext("Deleted the exam “%(title)s”.")
    messages.success(request, sentence % {"title": access.exam.title})
    return redirect("questions:banks")


def _context(access: Access, step: str) -> dict[str, object]:
    """Return what the head of each step shows."""
    exam = Exam.objects.get(pk=access.exam.pk)
    return {"access": access, "exam": exam, "step": step, "readiness": readiness_of(exam)}
