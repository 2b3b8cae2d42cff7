"""Saves: what a browser sends, checked field by field. Pure."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

from questions.items.item import Response, ResponseError
from questions.items.responses import checked_response

MAX_SAVES = 500
_MAX_SEQUENCE = 2**53


@dataclass(frozen=True)
class Shape:
    """What a response to one position must fit."""

    type: str
    option_count: int
    prompt_count: int


@dataclass(frozen=True)
class Save:
    """One change to one question: `base` is the revision the browser last saw, None for unknown."""

    position: int
    response: Response
    client: uuid.UUID
    seq: int
    base: int | None = None
    elapsed_ms: int = 0
    flagged: bool = False
    struck: tuple[int, ...] = ()


class SaveError(ValueError):
    """A save that is refused; `errors` maps a field's name to a sentence."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(str(self.errors))


def checked_save(row: object, shapes: Mapping[int, Shape]) -> Save:
    """Return one entry of a posted list as a Save; raises SaveError that names every bad field."""
    if not isinstance(row, dict):
        raise SaveError({"entry": "must be an object"})
    errors: dict[str, str] = {}
    position = row.get("position")
    shape = shapes.get(position) if _is_whole(position) else None
    if shape is None:
        errors["position"] = "is not a question of this session"
    response = None
    if shape is not None:
        try:
            response = checked_response(
                shape.type,
                row.get("response"),
                option_count=shape.option_count,
                prompt_count=shape.prompt_count,
            )
        except ResponseError as error:
            errors["response"] = str(error)
    client = _client(row.get("client"))
    if client is None:
        errors["client"] = "must be a UUID"
    if not _is_whole(row.get("seq")) or not 0 <= row["seq"] < _MAX_SEQUENCE:
        errors["seq"] = "must be a whole number from 0"
    base = row.get("base")
    if base is not None and not (_is_whole(base) and 0 <= base < 2**31):
        errors["base"] = "must be a revision, a whole number from 0"
    elapsed = row.get("elapsed_ms", 0)
    if not (_is_whole(elapsed) and 0 <= elapsed < 2**31):
        errors["elapsed_ms"] = "must be milliseconds, a whole number from 0"
    if not isinstance(row.get("flagged", False), bool):
        errors["flagged"] = "must be true or false"
    struck = row.get("struck", [])
    options = shape.option_count if shape else 0
    if shape and not (
        isinstance(struck, list)
        and len(struck) <= options
        and all(_is_whole(index) and 0 <= index < options for index in struck)
    ):
        errors["struck"] = "must be a list of option indexes"
    if errors or client is None:
        raise SaveError(errors)
    return Save(
        position=row["position"],
        response=response,
        client=client,
        seq=row["seq"],
        base=base,
        elapsed_ms=elapsed,
        flagged=row.get("flagged", False),
        struck=tuple(sorted(set(struck))),
    )


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _client(value: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
