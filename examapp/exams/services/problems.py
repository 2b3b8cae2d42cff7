"""Reports of problems: made by candidates after a sitting, answered by the exam's instructors."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import ngettext

from examapp.accounts.models import User
from examapp.exams.models import ExamSession, ProblemReport, SessionItem
from examapp.exams.open_exam import refuse_during_exam
from questions.hooks import TeamTask
from questions.items.responses import authored
from questions.models import Exam, QuestionVersion
from questions.services.audit import Actor, record

# The newest sittings tell enough of a question, and bound the work.
MOST_SITTINGS = 2000


def report(
    session_id: UUID, position: int, *, candidate: User, kind: str, text: str
) -> ProblemReport | None:
    """Report a problem with a question of a finished sitting; None when it is not theirs.

    A second report on the same question replaces the first as long as nobody has answered it.
    Raises ExamRunning while an exam of the candidate is open.
    """
    refuse_during_exam(candidate)
    items = SessionItem.objects.filter(session__candidate=candidate, position=position)
    with transaction.atomic():
        item = items.select_for_update(of=("self",)).filter(session=session_id).first()
        if item is None:
            return None
        words = {"kind": kind, "text": text}
        origin = {"version_id": item.version_id, "reporter": candidate}
        problem, is_new = ProblemReport.objects.get_or_create(
            item=item, defaults={**origin, **words}
        )
        if not is_new:
            replace(problem, **words)
    return problem


def replace(problem: ProblemReport, *, kind: str, text: str) -> None:
    """Say something else in a report that nobody has answered by now."""
    ProblemReport.objects.open().filter(pk=problem.pk).update(kind=kind, text=text)
    problem.refresh_from_db(fields=["kind", "text"])


def waiting_reports(exams: Sequence[Exam]) -> list[TeamTask]:
    """Return the reports that wait for an answer of the exams' teams, for their queue."""
    place = "version__question__exam"
    reports = ProblemReport.objects.open().filter(**{f"{place}__in": exams})
    counts = dict(reports.order_by().values_list(place).annotate(Count("pk")))
    return [
        TeamTask(
            exam,
            ngettext("Report from a student", "Reports from students", counts[exam.pk]),
            counts[exam.pk],
            reverse("exams:problems", args=[exam.code]),
        )
        for exam in exams
        if exam.pk in counts
    ]


@transaction.atomic
def answer(problem_id: int, *, by: Actor, text: str) -> ProblemReport:
    """Answer a report; what was answered first stays."""
    problems = ProblemReport.objects.select_for_update(of=("self",))
    problem = problems.select_related("version__question__exam").get(pk=problem_id)
    if problem.answered_at is None:
        problem.answer, problem.answered_by_id = text, by.pk
        problem.answered_at = Now()
        problem.save(update_fields=["answer", "answered_by", "answered_at"])
        question = problem.version.question
        record(
            "answered a report",
            actor=by,
            exam=question.exam,
            subject="question",
            subject_id=question.pk,
            ref=question.ref,
            report=problem.pk,
        )
        problem.refresh_from_db(fields=["answered_at"])
    return problem


@dataclass(frozen=True)
class Figures:
    """How sittings went at a version: `facility` is the mean credit, None without sittings.

    `chosen` counts by authored option who chose it; for matching there is none.
    """

    sittings: int
    blank: int
    facility: float | None
    chosen: tuple[int, ...]


def figures(version: QuestionVersion) -> Figures:
    """Return how finished sittings went that asked a version, by the keys that grade them now."""
    items = SessionItem.objects.filter(
        version=version, session__in=ExamSession.objects.telling(), credit__isnull=False
    )
    newest = items.order_by("-pk").values_list("response", "shuffle", "credit")[:MOST_SITTINGS]
    chosen = [0] * len(version.content["options"])
    credits, blank = [], 0
    for response, shuffle, credit in newest:
        credits.append(float(credit or 0))
        blank += response is None
        if version.kind.is_choice:
            for index in version.kind.taken(authored(version.type, response, shuffle), ()):
                chosen[index] += 1
    facility = sum(credits) / len(credits) if credits else None
    return Figures(len(credits), blank, facility, tuple(chosen))
