"""Exams, their blueprints, and figures of all who sat them."""

from typing import Annotated, Any

from django.db.models import Avg, Count, Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Path, Router

from examapp.api.guards import ByToken, caller
from examapp.api.paging import Cursor, Limit, page
from examapp.api.problems import Problem
from examapp.api.schemas import BlueprintOut, ExamOut, Page, StatisticsOut
from examapp.exams.models import ExamSession, Score
from examapp.exams.services.mock_exams import mocks_of
from questions.access import Access, access_to, takeable_exams
from questions.models import Domain, Exam

router = Router(tags=["exams"], auth=ByToken("read"))
Code = Annotated[str, Path(max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")]


def exam_named(request: HttpRequest, code: str) -> Exam:
    """Return an exam that the caller may take; answers 404 without one."""
    return get_object_or_404(takeable_exams(caller(request)), code__iexact=code)


def bank_named(request: HttpRequest, code: str) -> Access:
    """Return the caller's access to an exam's bank; answers 404 without one."""
    access = access_to(code, caller(request))
    if access is None:
        raise Problem(404, "There is no such bank.")
    return access


@router.get("", response=Page[ExamOut])
def exams(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 25,
) -> Any:
    """List the exams one can sit, by their codes."""
    open_exams = takeable_exams(caller(request))
    return page(open_exams, by="code", cursor=cursor, limit=limit, shown=lambda exam: exam)


@router.get("/{code}", response=BlueprintOut)
def blueprint(request: HttpRequest, code: Code) -> Any:
    """Return an exam's rules, domains and tasks, and the caller's mock exams."""
    exam = exam_named(request, code)
    domains = Domain.objects.filter(exam=exam).prefetch_related("tasks")
    names = [*ExamOut.model_fields, "guide_version", "type_mix"]
    return {name: getattr(exam, name) for name in names} | {
        "domains": [
            {
                "number": domain.number,
                "title": domain.title,
                "weight": float(domain.weight),
                "tasks": [
                    {"number": task.number, "title": task.title, "weight": float(task.weight)}
                    for task in domain.tasks.all()
                ],
            }
            for domain in domains
        ],
        "mocks": [
            {"slug": mock.form.slug, "title": mock.form.title, "state": mock.state}
            for mock in mocks_of(caller(request), exam)
        ],
    }


@router.get("/{code}/statistics", response=StatisticsOut, auth=ByToken("author"))
def statistics(request: HttpRequest, code: Code) -> Any:
    """Return figures of all sittings of an exam; for those who work on its bank."""
    exam = bank_named(request, code).exam
    counted = ExamSession.objects.telling().filter(exam=exam)
    scores = Score.objects.filter(session__in=counted, is_current=True)
    left_out = ExamSession.objects.filter(exam=exam).left_out_counts().total
    return {"left_out": left_out} | scores.aggregate(
        sittings=Count("pk"),
        candidates=Count("session__candidate", distinct=True),
        passed=Count("pk", filter=Q(is_pass=True)),
        mean_scaled=Avg("scaled"),
    )
