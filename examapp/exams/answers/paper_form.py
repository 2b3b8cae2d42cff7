"""The paper as one form, as browsers without scripts send it: read into rows of saves."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict

from examapp.exams.models import SessionItem
from questions.models import QuestionVersion

# A row of a posted list before it is checked: whatever JSON or a form may hold.
Row = Any


def rows_from_paper(post: QueryDict, items: Iterable[SessionItem]) -> list[Row]:
    """Return what the paper, sent as one form, changes: a row for each question that differs.

    A question is on the paper when its `base-` field is: the revision the page was made from, so
    that an old page overwrites nothing.
    """
    client = str(uuid.uuid4())
    rows = []
    for item in items:
        if f"base-{item.position}" not in post:
            continue
        response = posted_response(post, item.position, item.version)
        flagged = f"flag-{item.position}" in post
        if (response, flagged) != (item.response, item.flagged):
            rows.append(
                {
                    "position": item.position,
                    "response": response,
                    "client": client,
                    "seq": 0,
                    "base": _number(post.get(f"base-{item.position}")),
                    "flagged": flagged,
                    "struck": item.struck,
                }
            )
    return rows


def _number(text: str | None) -> Any:
    """Return a whole number, None for nothing, and other text as it is, to be refused by name."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def posted_response(post: QueryDict, position: int, version: QuestionVersion) -> Any:
    """Return what the paper's controls of a question hold, unchecked; None for nothing.

    `version` needs its type and its html.
    """
    return _RESPONSES[version.type](post, f"q{position}", version.html)


def _chosen(post: QueryDict, name: str, html: Mapping[str, Any]) -> Any:
    return _number(post.get(name))


def _ticked(post: QueryDict, name: str, html: Mapping[str, Any]) -> Any:
    return [_number(text) for text in post.getlist(name)] or None


def _ordered(post: QueryDict, name: str, html: Mapping[str, Any]) -> Any:
    """Return option indexes by their rank; two of one rank cannot be a list of places."""
    places: dict[Any, int] = {}
    for index in range(len(html["options"])):
        rank = _number(post.get(f"{name}-{index}"))
        if rank is None:
            continue
        if rank in places:
            return "two responses have the same place"
        places[rank] = index
    if any(not isinstance(rank, int) for rank in places):
        return "a place is a whole number"
    return [places[rank] for rank in sorted(places)] or None


def _matched(post: QueryDict, name: str, html: Mapping[str, Any]) -> Any:
    count = len(html["prompts"])
    entries = [_number(post.get(f"{name}-{index}")) for index in range(count)]
    return entries if any(entry is not None for entry in entries) else None


_RESPONSES = {
    "multiple_choice": _chosen,
    "multiple_response": _ticked,
    "ordering": _ordered,
    "matching": _matched,
}
