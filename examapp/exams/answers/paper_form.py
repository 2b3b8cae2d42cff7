"""What forms of the sitting send, read and checked."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict

from examapp.exams.answers.schema import MAX_SAVES, Save, SaveError, Shape, checked_save
from examapp.exams.models import ExamForm, SessionItem
from questions.models import QuestionVersion


class StartForm(forms.Form):
    """The launch page's agreement, and which form is sat: a fresh one, or a fixed one by slug."""

    form = forms.ChoiceField(
        error_messages={
            "required": "Choose which questions to sit.",
            "invalid_choice": "Choose one of the forms that are offered.",
        },
    )
    agree = forms.BooleanField(
        error_messages={"required": "Tick that you take the exam in one sitting, without notes."}
    )

    def __init__(self, *args: Any, offered: Iterable[ExamForm], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_slug = {form.slug: form for form in offered}
        choices = [("fresh", "Fresh form"), *((slug, str(f)) for slug, f in self.by_slug.items())]
        self.fields["form"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> ExamForm | None:
        """The fixed form that was chosen; None for a fresh one."""
        return self.by_slug.get(self.cleaned_data["form"])


class SavesError(ValueError):
    """A posted list of answers that cannot be read at all."""


@dataclass
class CheckedSaves:
    """A posted list sorted into what can be stored and what cannot; `refused` has the errors."""

    valid: list[Save] = field(default_factory=list)
    refused: list[tuple[Any, dict[str, str]]] = field(default_factory=list)


def rows_from_json(text: str | bytes) -> list[Any]:
    """Return a posted JSON list; raises SavesError with a sentence when it is not one."""
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        raise SavesError("must be JSON") from None
    if not isinstance(rows, list):
        raise SavesError("must be a list of answers")
    if len(rows) > MAX_SAVES:
        raise SavesError(f"must hold at most {MAX_SAVES} answers")
    return rows


def checked_saves(rows: Iterable[Any], shapes: Mapping[int, Shape]) -> CheckedSaves:
    """Check every row on its own, so that a bad one does not keep the rest from being saved."""
    checked = CheckedSaves()
    for row in rows:
        try:
            checked.valid.append(checked_save(row, shapes))
        except SaveError as error:
            checked.refused.append((row, error.errors))
    return checked


def rows_from_paper(post: QueryDict, items: Iterable[SessionItem]) -> list[dict[str, Any]]:
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
