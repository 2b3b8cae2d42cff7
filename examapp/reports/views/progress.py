"""A person's progress, exam by exam."""

from collections.abc import Sequence

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Greatest
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from examapp.accounts.models import User
from examapp.accounts.requests import SignedInRequest
from examapp.exams.models import ExamSession
from examapp.exams.open_exam import open_exam
from examapp.practice.models import PracticeSet
from examapp.reports.progress import progress_page
from questions.models import Exam

# The orders in which the topics can be shown.
BY_EXAM, WEAKEST = "exam", "weakest"


@require_safe
def progress(request: SignedInRequest) -> HttpResponse:
    """Show the progress in one exam; closed while an exam runs, as the reports are."""
    open_session = open_exam(request.user)
    exams = _exams(request.user)
    exam = next((each for each in exams if each.code == request.GET.get("exam")), None)
    exam = exam or next(iter(exams), None)
    context: dict[str, object] = {"exams": exams, "exam": exam, "open_session": open_session}
    if exam and not open_session:
        context["page"] = progress_page(request.user, exam)
        context["order"] = WEAKEST if request.GET.get("order") == WEAKEST else BY_EXAM
    return render(request, "reports/progress.html", context)


def _exams(user: User) -> Sequence[Exam]:
    """Return the exams that a person took or practiced, the one they last worked on first."""
    sat = ExamSession.objects.of(user).finished().filter(exam=OuterRef("pk"))
    practiced = PracticeSet.objects.of(user).filter(exam=OuterRef("pk"))
    last = Greatest(
        Subquery(sat.order_by("-finished_at").values("finished_at")[:1]),
        Subquery(practiced.order_by("-started_at").values("started_at")[:1]),
    )
    return list(Exam.objects.annotate(last=last).filter(last__isnull=False).order_by("-last"))
