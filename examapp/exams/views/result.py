"""After the end: the result at once, and the review of every answer."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.exams import scoring, services
from examapp.exams.models import (
    DomainScore,
    ExamSession,
    KeyCorrection,
    ProblemReport,
    SessionItem,
)
from examapp.exams.open_exam import closed_during_exam
from questions.items.answered import AnsweredItem, answered_item
from questions.models import Source

# Below this many items a domain's share says nothing that could be trusted.
FEW_ITEMS = 4


@require_safe
def result(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Show the estimated score, the domains and the time; the study report comes by itself."""
    session = _own_session(request, session_id)
    if session.is_open:
        return redirect("exams:room", session.pk)
    if session.is_discarded:
        return redirect("exams:launch", session.exam.code)
    scores = list(session.scores.all())
    score = scores[-1]
    items = list(session.items.only("elapsed_ms", "is_scored", "response"))
    seconds = [item.elapsed_ms / 1000 for item in items if item.elapsed_ms]
    context = {
        "session": session,
        "score": score,
        "previous_score": scores[-2] if len(scores) > 1 else None,
        "domains": [
            _domain_row(row, cut=session.scale.raw_cut)
            for row in score.domain_scores.select_related("domain")
        ],
        "median_seconds": median(seconds) if seconds else None,
        "unanswered": sum(item.response is None for item in items),
        "unscored_count": sum(not item.is_scored for item in items),
        "late_count": session.items.late().count(),
        "scale_percent": 100 * session.scale.position(score.scaled),
        "cut_percent": 100 * session.scale.position(session.scale_cut),
    }
    return render(request, "exams/result.html", context)


@require_safe
@closed_during_exam("exams/review_locked.html")
def review(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Show every question with the answer, the key and the whys; closed while an exam runs."""
    session = _own_session(request, session_id)
    if session.is_open:
        return redirect("exams:room", session.pk)
    if session.is_discarded:
        return redirect("exams:launch", session.exam.code)
    solved = list(session.items.solved())
    keys = [item.keyed_by.key for item in solved]
    sources = Source.objects.filter(exam=session.exam).named(keys)
    everything = [_review_item(item, sources) for item in solved]
    domains = {item.domain_number: item.domain_title for item in everything}
    name, is_wanted = _filter(request.GET.get("show", "all"), domains)
    context = {
        "session": session,
        "items": [item for item in everything if is_wanted(item)],
        "filter": name,
        "counts": {
            name: sum(holds(item) for item in everything) for name, holds in _FILTERS.items()
        },
        "domains": [
            {
                "key": f"domain-{number}",
                "number": number,
                "title": title,
                "count": sum(item.domain_number == number for item in everything),
            }
            for number, title in sorted(domains.items())
        ],
    }
    return render(request, "exams/review.html", context)


@dataclass(frozen=True)
class ReviewItem(AnsweredItem):
    """A question of the review, as its template reads it."""

    is_scored: bool
    is_right: bool
    answered: bool
    flagged: bool
    credit: Decimal
    topic: str
    note_url: str
    sources: tuple[Source, ...]
    domain_number: int
    domain_title: str
    correction: KeyCorrection | None
    problem: ProblemReport | None


def _review_item(item: SessionItem, sources: Mapping[str, Source]) -> ReviewItem:
    explained = answered_item(
        position=item.position,
        item_type=item.version.type,
        html=item.version.html,
        key=item.keyed_by.key,
        shuffle=item.shuffle,
        response=item.response,
    )
    domain = item.topic.task.domain
    slugs = item.keyed_by.key.get("sources", ())
    return ReviewItem(
        **vars(explained),
        is_scored=item.is_scored,
        is_right=item.credit == 1,
        answered=item.response is not None,
        flagged=item.flagged,
        credit=item.credit or Decimal(0),
        topic=item.topic.title,
        note_url=item.topic.get_absolute_url(),
        sources=tuple(sources[slug] for slug in slugs if slug in sources),
        domain_number=domain.number,
        domain_title=domain.title,
        correction=item.correction,
        problem=getattr(item, "problem", None),
    )


_FILTERS: dict[str, Callable[[ReviewItem], bool]] = {
    "all": lambda item: True,
    "wrong": lambda item: not item.is_right,
    "flagged": lambda item: item.flagged,
}


def _filter(name: str, domains: Iterable[int]) -> tuple[str, Callable[[ReviewItem], bool]]:
    """Return a filter by its name in the address; an unknown name shows everything."""
    by_domain = {
        f"domain-{number}": lambda item, number=number: item.domain_number == number
        for number in domains
    }
    filters = {**_FILTERS, **by_domain}
    return (name, filters[name]) if name in filters else ("all", _FILTERS["all"])


def _own_session(request: SignedInRequest, session_id: UUID) -> ExamSession:
    sessions = services.sessions_of(request.user).select_related("exam")
    return get_object_or_404(sessions, pk=session_id)


def _domain_row(row: DomainScore, *, cut: float) -> dict[str, object]:
    credit, count = float(row.credit), row.max_credit
    low, high = scoring.wilson(credit, count)
    verdict = "open"
    if count < FEW_ITEMS:
        verdict = "too_few"
    elif low >= cut or high < cut:
        verdict = "above" if low >= cut else "below"
    return {
        "number": row.domain.number,
        "title": row.domain.title,
        "credit": row.credit,
        "max_credit": count,
        "percent": 100 * credit / count,
        "low_percent": 100 * low,
        "high_percent": 100 * high,
        "verdict": verdict,
        "more_needed": scoring.more_to_decide(credit, count, cut),
    }
