"""Reports of problems: the candidate's, and the queue of the exam's instructors."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.exams import services
from examapp.exams.forms.corrections import AnswerForm
from examapp.exams.models import ProblemKinds, ProblemReport
from examapp.exams.open_exam import closed_during_exam
from examapp.exams.services import problems as problem_services
from examapp.web.forms import ProblemForm
from examapp.web.paging import page_of
from questions.access import Access, BankRequest, bank_page
from questions.items.answered import answered_item
from questions.items.presentation import paper_item


@require_http_methods(["GET", "HEAD", "POST"])
@closed_during_exam("exams/review_locked.html")
def report(request: SignedInRequest, session_id: UUID, position: int) -> HttpResponse:
    """Let a candidate say what is wrong with a question, once no exam runs."""
    sessions = services.sessions_of(request.user).finished().select_related("exam")
    session = get_object_or_404(sessions, pk=session_id)
    item = get_object_or_404(session.items.select_related("version", "problem"), position=position)
    back_url = f"{reverse('exams:review', args=[session.pk])}?show=all&q={position}"
    form = ProblemForm(request.POST or None, kinds=ProblemKinds.choices)
    if request.method == "POST" and form.is_valid():
        problem_services.report(session.pk, position, candidate=request.user, **form.cleaned_data)
        messages.success(request, gettext("Thank you. The team of this exam will answer here."))
        return redirect(back_url)
    context = {"session": session, "item": item, "form": form, "back_url": back_url}
    return render(request, "exams/report.html", context, status=422 if form.errors else 200)


@require_safe
@bank_page()
def problems(request: BankRequest, access: Access) -> HttpResponse:
    """List what candidates reported, the oldest open one first."""
    reports = ProblemReport.objects.about(access.exam).select_related("version__question")
    reports = reports.defer("version__content", "version__html", "version__key")
    is_answered = request.GET.get("show") == "answered"
    answered = reports.exclude(answered_at=None).order_by("-answered_at")
    page = page_of(request, answered if is_answered else reports.open())
    context = {
        "access": access,
        "page": page,
        "is_answered": is_answered,
    }
    return render(request, "exams/problems.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def problem(request: BankRequest, access: Access, problem_id: int) -> HttpResponse:
    """Show a report with the question as asked and how it went; answer it."""
    reports = ProblemReport.objects.about(access.exam).select_related(
        "version__question__draft", "item__keyed_by", "answered_by"
    )
    problem = get_object_or_404(reports, pk=problem_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        problem_services.answer(problem.pk, by=request.user, text=form.cleaned_data["text"])
        messages.success(request, gettext("Answered. The student gets an email."))
        return redirect("exams:problem", access.exam.code, problem.pk)
    version, key = problem.version, problem.key
    order = range(len(version.content["options"]))
    asked = {"item_type": version.type, "html": version.html, "shuffle": order}
    solved = answered_item(position=1, key=key, response=None, **asked)
    figures = problem_services.figures(version)
    others = ProblemReport.objects.filter(version__question=version.question_id)
    context = {
        "access": access,
        "problem": problem,
        "version": version,
        "item": {
            "paper": paper_item(position=1, **asked),
            "options": solved.options,
            "prompts": solved.prompts,
        },
        "figures": figures,
        "rows": list(zip(solved.options, figures.chosen, strict=True)),
        "others": others.open().exclude(pk=problem.pk).order_by("-made_at")[:20],
        "form": form,
    }
    return render(request, "exams/problem.html", context, status=422 if form.errors else 200)
