"""Results for download: a candidate's report as data, a table of results for the exam's team."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from typing import TypedDict

from django.conf import settings

from examapp.exams.models import ExamSession, Score
from examapp.reports.models import WeakAreaReport
from examapp.reports.weak_areas.body import StoredBody
from examapp.web.times import iso
from questions.models import Domain, Exam

type Cell = str | int | float


class ExamData(TypedDict):
    """The exam that a report is of."""

    code: str
    title: str


class DomainData(TypedDict):
    """The credit that a domain earned, out of how much."""

    number: int
    title: str
    credit: float
    max_credit: int


class ReportData(TypedDict):
    """A candidate's result as JSON holds it; `scale` is its lowest, cut and highest score."""

    session: str
    exam: ExamData
    started_at: str
    finished_at: str | None
    scaled: int
    scale: list[int]
    is_pass: bool
    is_estimate: bool
    credit: float
    max_credit: int
    domains: list[DomainData]
    weak_areas: StoredBody | None


def report_of(session: ExamSession, *, with_areas: bool) -> ReportData:
    """Return what a candidate may download of a finished session."""
    score = session.scores.get(is_current=True)
    report = WeakAreaReport.objects.filter(score=score).first() if with_areas else None
    return {
        "session": str(session.pk),
        "exam": {"code": session.exam.code, "title": session.exam.title},
        "started_at": iso(session.started_at),
        "finished_at": iso(session.finished_at) or None,
        "scaled": score.scaled,
        "scale": [session.scale_min, session.scale_cut, session.scale_max],
        "is_pass": score.is_pass,
        "is_estimate": True,
        "credit": float(score.credit),
        "max_credit": score.max_credit,
        "domains": [
            {
                "number": row.domain.number,
                "title": row.domain.title,
                "credit": float(row.credit),
                "max_credit": row.max_credit,
            }
            for row in score.domain_scores.select_related("domain")
        ],
        "weak_areas": report.body if report else None,
    }


def results_table(exam: Exam) -> Iterator[list[Cell]]:
    """Return a row for each session of an exam that statistics count, the header first.

    Candidates are numbers that mean nothing elsewhere: who works on a bank does not thereby teach
    those who sit it.
    """
    domains = list(Domain.objects.filter(exam=exam))
    yield [
        *("candidate", "started", "finished", "minutes", "scaled", "passed", "credit", "of"),
        *(f"{domain.number} {domain.title}" for domain in domains),
    ]
    counted = ExamSession.objects.telling().filter(exam=exam)
    scores = Score.objects.filter(session__in=counted, is_current=True).select_related("session")
    scores = scores.prefetch_related("domain_scores").order_by("session__finished_at", "pk")
    for score in scores.iterator(chunk_size=500):
        session = score.session
        time_used = session.time_used or timedelta()
        by_domain = {row.domain_id: float(row.credit) for row in score.domain_scores.all()}
        yield [
            pseudonym(exam, session.candidate_id),
            iso(session.started_at),
            iso(session.finished_at),
            round(time_used.total_seconds() / 60, 1),
            score.scaled,
            "yes" if score.is_pass else "no",
            float(score.credit),
            score.max_credit,
            *(by_domain.get(domain.pk, "") for domain in domains),
        ]


def pseudonym(exam: Exam, candidate_id: int) -> str:
    """Return what a candidate is called in an exam's tables: always the same, and no more."""
    key = f"results {settings.SECRET_KEY}".encode()
    digest = hmac.new(key, f"{exam.pk} {candidate_id}".encode(), hashlib.sha256)
    return digest.hexdigest()[:10]
