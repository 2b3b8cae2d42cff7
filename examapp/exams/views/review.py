"""The answers of a finished sitting: one question at a time, or all of them as a list to print."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.exams import services
from examapp.exams.hooks import Release, kept_of, release_of
from examapp.exams.models import ExamSession, KeyCorrection, ProblemReport, SessionItem
from examapp.exams.open_exam import closed_during_exam
from examapp.exams.services.answer_changes import responses_of
from examapp.exams.services.missed import missed_in
from questions.items.answered import AnsweredItem, answered_item
from questions.items.item import Response, letter
from questions.models import Question, Source


@dataclass(frozen=True)
class ReviewItem(AnsweredItem):
    """A question of the review, as its template reads it; `changes` is what was answered."""

    question_id: int
    is_scored: bool
    is_right: bool
    is_dropped: bool
    answered: bool
    flagged: bool
    credit: Decimal
    topic: str
    note_url: str
    sources: tuple[Source, ...]
    seconds: int
    changes: tuple[str, ...]
    correction: KeyCorrection | None
    problem: ProblemReport | None


@dataclass(frozen=True)
class Cell:
    """A question in the palette: its place, how it went, and whether it is the one shown."""

    position: int
    state: str
    is_current: bool


@dataclass(frozen=True)
class Walk:
    """The place of a question among those that are looked at; no `place` outside of them."""

    place: int | None
    count: int
    previous: int | None
    next: int | None


_FILTERS: dict[str, Callable[[SessionItem], bool]] = {
    "missed": lambda item: _state_of(item) in ("miss", "blank"),
    "all": lambda item: True,
    "flagged": lambda item: item.flagged,
}


@require_safe
@closed_during_exam("exams/review_locked.html")
def review(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Show a question with its answer, the key and the whys, or all; closed while an exam runs."""
    sessions = services.sessions_of(request.user).select_related("exam", "form")
    session = get_object_or_404(sessions, pk=session_id)
    if session.is_open:
        return redirect("exams:room", session.pk)
    if session.is_discarded:
        return redirect("exams:launch", session.exam.code)
    release = release_of(session.pk)
    if not release.answers:
        return redirect("exams:result", session.pk)
    solved = list(session.items.solved())
    name, wanted = _filtered(request.GET.get("show", ""), solved)
    context = {
        "session": session,
        "release": release,
        "filter": name,
        "counts": {name: sum(map(holds, solved)) for name, holds in _FILTERS.items()},
        "is_list": request.GET.get("view") == "list",
        "missed_count": len(missed_in(session)),
    }
    if context["is_list"]:
        context["items"] = _review_items(session, wanted, release)
    else:
        shown = _asked_for(request, wanted, solved)
        context |= _one(session, solved, wanted, shown, release)
        if shown:
            question = Question(pk=shown.version.question_id)
            context |= {"question": question, **kept_of(request.user, question)}
    return render(request, "exams/review.html", context)


def _filtered(name: str, solved: Sequence[SessionItem]) -> tuple[str, list[SessionItem]]:
    """Return a filter by its name in the address and what it holds; missed first, else all."""
    if name not in _FILTERS:
        name = "missed" if any(map(_FILTERS["missed"], solved)) else "all"
    return name, [item for item in solved if _FILTERS[name](item)]


def _asked_for(
    request: SignedInRequest, wanted: Sequence[SessionItem], solved: Sequence[SessionItem]
) -> SessionItem | None:
    """Return the question that the address names, else the first that is looked at."""
    named = request.GET.get("q", "")
    by_place = {str(item.position): item for item in solved}
    return by_place.get(named) or next(iter(wanted), None)


def _one(
    session: ExamSession,
    solved: Sequence[SessionItem],
    wanted: Sequence[SessionItem],
    shown: SessionItem | None,
    release: Release,
) -> dict[str, object]:
    if shown is None:
        return {"item": None, "cells": _cells(solved, None), "states": _states(solved)}
    places = [item.position for item in wanted]
    return {
        "item": _review_items(session, [shown], release)[0],
        "walk": _walk(places, shown.position),
        "cells": _cells(solved, shown.position),
        "states": _states(solved),
    }


def _walk(places: Sequence[int], position: int) -> Walk:
    before = [place for place in places if place < position]
    after = [place for place in places if place > position]
    return Walk(
        place=places.index(position) + 1 if position in places else None,
        count=len(places),
        previous=before[-1] if before else None,
        next=after[0] if after else None,
    )


def _state_of(item: SessionItem) -> str:
    """Return how a question went: hit, miss, blank, or dropped where a correction dropped it."""
    if item.is_dropped:
        return "dropped"
    if item.credit == 1:
        return "hit"
    return "miss" if item.response is not None else "blank"


def _cells(solved: Iterable[SessionItem], current: int | None) -> list[Cell]:
    return [Cell(item.position, _state_of(item), item.position == current) for item in solved]


def _states(solved: Iterable[SessionItem]) -> dict[str, int]:
    """Count the questions by how they went."""
    counts = dict.fromkeys(("hit", "miss", "blank", "dropped"), 0)
    for item in solved:
        counts[_state_of(item)] += 1
    return counts


def _review_items(
    session: ExamSession, items: Sequence[SessionItem], release: Release
) -> list[ReviewItem]:
    keys = [item.keyed_by.key for item in items]
    sources = Source.objects.filter(exam=session.exam).named(keys)
    responses = responses_of(session)
    return [
        _review_item(item, sources, responses.get(item.pk, ()), release=release) for item in items
    ]


def _review_item(
    item: SessionItem,
    sources: Mapping[str, Source],
    responses: Sequence[Response],
    *,
    release: Release,
) -> ReviewItem:
    key = item.keyed_by.key
    if not release.explanations:
        key = {**key, "whys_html": [""] * len(key["whys_html"])}
    explained = answered_item(
        position=item.position,
        item_type=item.version.type,
        html=item.version.html,
        key=key,
        shuffle=item.shuffle,
        response=item.response,
    )
    slugs = key.get("sources", ())
    state = _state_of(item)
    return ReviewItem(
        **vars(explained),
        question_id=item.version.question_id,
        is_scored=item.is_scored,
        is_right=state == "hit",
        is_dropped=state == "dropped",
        answered=item.response is not None,
        flagged=item.flagged,
        credit=item.credit or Decimal(0),
        topic=item.topic.title,
        note_url=item.topic.get_absolute_url(),
        sources=tuple(sources[slug] for slug in slugs if slug in sources),
        seconds=round(item.elapsed_ms / 1000),
        changes=_changes(item, responses),
        correction=item.correction,
        problem=getattr(item, "problem", None),
    )


def _changes(item: SessionItem, responses: Sequence[Response]) -> tuple[str, ...]:
    """Return the answers in turn where there was more than one: by letter, or by number."""
    if len(responses) < 2:
        return ()
    if not item.version.kind.is_choice:
        return tuple(
            gettext("answer %(number)d") % {"number": number}
            for number in range(1, len(responses) + 1)
        )
    return tuple(
        " ".join(letter(index) for index in item.version.kind.taken(response, ()))
        for response in responses
    )
