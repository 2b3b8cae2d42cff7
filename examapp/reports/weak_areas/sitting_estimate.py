"""A report's body as the result of a sitting shows it: the one place where that page meets it."""

from examapp.exams.estimates import DomainEstimate, SittingEstimate, StudyFirst
from examapp.exams.models import ExamSession
from examapp.reports.models import WeakAreaReport
from examapp.reports.weak_areas.body import LEAST_GAIN, AreaEstimate
from examapp.reports.weak_areas.page import ReportPage, report_page
from questions.compiled_query import CompiledQuery


def sitting_estimate(session: ExamSession) -> SittingEstimate | None:
    """Return what the result of a sitting shows of its person's report; None without one."""
    current = [key for (key,) in _CURRENT.rows(session.pk)]
    reports = WeakAreaReport.objects.select_related("session__exam")
    report = reports.filter(pk__in=current).first() if current else None
    if report is None:
        return None
    page = report_page(report)
    cut = 100 * session.scale.raw_cut
    return SittingEstimate(
        odds=page.readiness.odds if page.readiness.is_enough else None,
        domains={int(area.number): _domain(area, cut) for area in page.domains},
        study=_study(page, session),
        answers=page.answers,
        exams=page.exams,
        practiced=page.practiced,
    )


# Asked by each result that waits for its report.
_CURRENT = CompiledQuery(
    lambda session: WeakAreaReport.objects.filter(session=session).current().values_list("pk")[:1]
)


def _domain(area: AreaEstimate, cut: float) -> DomainEstimate:
    return DomainEstimate(area.likely_range(cut=cut), area.verdict)


def _study(page: ReportPage, session: ExamSession) -> StudyFirst | None:
    """Return the domain to study first; None without one, or of less than half a point."""
    first = page.study_first
    if first is None or first.gain_points < LEAST_GAIN:
        return None
    a_question = session.scale.points_below_cut / session.exam.scored_count
    inside = (topic for topic in page.study if topic.number.startswith(f"{first.number}."))
    topic = next(inside, None)
    return StudyFirst(
        number=int(first.number),
        title=first.title,
        questions=round(first.gain_points / a_question),
        topic=topic.title if topic else "",
        note_url=topic.note_url if topic else "",
    )
