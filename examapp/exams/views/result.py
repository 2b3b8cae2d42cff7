"""After the end: the result at once; the estimate comes by itself, as soon as it is made."""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from examapp.accounts.requests import SignedInRequest
from examapp.exams import services
from examapp.exams.estimates import DomainEstimate, SittingEstimate
from examapp.exams.hooks import Release, estimate_for, release_of
from examapp.exams.models import ExamSession, Score
from examapp.exams.open_exam import open_exam
from examapp.exams.services.discard import has_hardly_begun, is_required
from examapp.exams.services.missed import missed_in
from examapp.exams.services.results import (
    DomainResult,
    SittingResult,
    late_count,
    result_of,
    scores_alone,
)
from examapp.web.figures import ScoreLine
from examapp.web.numbers import whole_number

# Milliseconds before each look for an estimate that is not there yet; then it is called slow.
POLLS = [400, 600, 1000, 1500, 2000, 3000, 4000, 5000, 5000, 5000, 5000]


@dataclass(frozen=True)
class DomainRow:
    """A domain of the page: what was right, and the estimate where there is one."""

    domain: DomainResult
    estimate: DomainEstimate | None
    is_first: bool


@require_safe
@vary_on_headers("HX-Request")
def result(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Show the score with one next step, the domains, what was missed, and how time went."""
    sessions = services.sessions_of(request.user).select_related("exam", "form").with_clock()
    session = get_object_or_404(sessions, pk=session_id)
    if session.is_open:
        return redirect("exams:room", session.pk)
    if session.is_discarded:
        return redirect("exams:launch", session.exam.code)
    release = release_of(session.pk)
    context: dict[str, object] = {"session": session, "release": release, "state": "held"}
    if not release.score:
        return render(request, "exams/result.html", context)
    scores = list(session.scores.all())
    context |= {
        "score": scores[-1],
        "previous_score": scores[-2] if len(scores) > 1 else None,
        "late_count": late_count(session),
    }
    # Which answers were right is closed while an exam runs.
    open_session = open_exam(request.user)
    sitting = (scores_alone if open_session else result_of)(session, scores[-1])
    context |= {"sitting": sitting, "open_session": open_session, "is_closed": bool(open_session)}
    required = is_required(session.pk)
    may_discard = not required and has_hardly_begun(session, sitting.answered)
    if sitting.is_blank and may_discard and request.GET.get("show") != "score":
        return render(request, "exams/result.html", {**context, "state": "blank"})
    context |= {
        "state": "result",
        "may_discard": may_discard,
        "may_leave_out": not required,
        **_figures(session, scores[-1]),
        **(
            {"rows": _rows(sitting, None)}
            if open_session
            else _outlook(request, session, sitting, release)
        ),
    }
    page = "exams/result.html"
    return render(request, f"{page}#outcome" if request.htmx else page, context)


def _figures(session: ExamSession, score: Score) -> dict[str, object]:
    """Return the score on its scale, and the credit rounded down, so that it never seems more."""
    return {
        "line": ScoreLine(score.scaled, session.scale_min, session.scale_cut, session.scale_max),
        "shown_credit": score.credit.quantize(Decimal("0.01"), ROUND_FLOOR).normalize(),
    }


def _outlook(
    request: SignedInRequest, session: ExamSession, sitting: SittingResult, release: Release
) -> dict[str, object]:
    """Return the estimate, what of the sitting can be practiced, and when to look again."""
    estimate = estimate_for(session)
    return {
        "estimate": estimate,
        "rows": _rows(sitting, estimate),
        "missed_count": len(missed_in(session)) if release.answers else 0,
        **({} if estimate or session.left_out_at else _next_look(request, session)),
    }


def _rows(sitting: SittingResult, estimate: SittingEstimate | None) -> list[DomainRow]:
    known = estimate.domains if estimate else {}
    first = estimate.study.number if estimate and estimate.study else None
    return [
        DomainRow(domain, known.get(domain.number), domain.number == first)
        for domain in sitting.domains
    ]


def _next_look(request: SignedInRequest, session: ExamSession) -> dict[str, object]:
    """Return when and where to look again for the estimate; nothing once it is slow."""
    look = whole_number(request.GET.get("look", ""), most=999) or 0
    if look >= len(POLLS):
        return {"is_pending": True}
    address = reverse("exams:result", args=[session.pk])
    url = f"{address}?show=score&look={look + 1}"
    return {"is_pending": True, "poll_ms": POLLS[look], "poll_url": url}
