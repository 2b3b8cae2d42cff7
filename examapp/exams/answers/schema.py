"""Saves: what a browser or a program sends of one question, checked field by field. Pure."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo

from questions.items.item import Response, ResponseError
from questions.items.responses import checked_response

_MOST = 2**31 - 1
_MAX_SEQUENCE = 2**53 - 1


@dataclass(frozen=True)
class Shape:
    """What a response to one position must fit."""

    type: str
    option_count: int
    prompt_count: int


def _shape(info: ValidationInfo) -> Shape | None:
    """Return what the question of a save has, None where its position is not known."""
    return info.context.get(info.data.get("position")) if info.context else None


def _of_the_session(position: object, info: ValidationInfo) -> object:
    """Refuse a position that the session does not have; without a context any may be one."""
    if info.context is not None and not (_is_whole(position) and position in info.context):
        raise ValueError("is not a question of this session")
    return position


def _fitting_response(response: object, info: ValidationInfo) -> object:
    shape = _shape(info)
    if shape is None:
        return response if info.context is None else None
    return checked_response(
        shape.type, response, option_count=shape.option_count, prompt_count=shape.prompt_count
    )


def _fitting_struck(struck: object, info: ValidationInfo) -> object:
    """Return a set of option indexes in order; of an unknown question nothing is said."""
    shape = _shape(info)
    if shape is None:
        return struck if info.context is None else ()
    count = shape.option_count
    is_set = isinstance(struck, list) and len(struck) <= count and all(map(_is_whole, struck))
    if not is_set or any(not 0 <= index < count for index in struck):  # type: ignore[attr-defined]
        raise ValueError("must be a list of option indexes")
    return tuple(sorted(set(struck)))  # type: ignore[call-overload]


def _client(value: object) -> object:
    return uuid.UUID(value) if isinstance(value, str) else value


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


class Save(BaseModel):
    """One change to one question: `base` is the revision the browser last saw, None for unknown.

    Validated in the context of the session's shapes by position, it fits its question: `response`
    and `struck` speak of options as shown. Other fields that are sent are passed over.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    # First, since it says by which shape the fields below are judged.
    position: Annotated[int, BeforeValidator(_of_the_session)] = Field(ge=1, lt=2**15)
    response: Annotated[Response, BeforeValidator(_fitting_response)] = Field(
        None, validate_default=False, description="As the question's kind has it; null clears."
    )
    client: Annotated[uuid.UUID, BeforeValidator(_client)]
    seq: int = Field(ge=0, le=_MAX_SEQUENCE, description="Counts the saves of one client.")
    base: int | None = Field(None, ge=0, le=_MOST, description="The revision that was seen.")
    elapsed_ms: int = Field(0, ge=0, le=_MOST)
    flagged: bool = False
    struck: Annotated[tuple[int, ...], BeforeValidator(_fitting_struck)] = ()


_SENTENCES = {
    "": "must be an object",
    "position": "is not a question of this session",
    "client": "must be a UUID",
    "seq": "must be a whole number from 0",
    "base": "must be a revision, a whole number from 0",
    "elapsed_ms": "must be milliseconds, a whole number from 0",
    "flagged": "must be true or false",
    "struck": "must be a list of option indexes",
}


class SaveError(ValueError):
    """A save that is refused; `errors` maps a field's name to a sentence."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(str(self.errors))


def checked_save(row: object, shapes: Mapping[int, Shape]) -> Save:
    """Return one entry of a posted list as a Save; raises SaveError that names every bad field."""
    try:
        return Save.model_validate(row, context=shapes)
    except ValidationError as error:
        errors = {}
        for problem in error.errors(include_url=False, include_input=False):
            name = str(problem["loc"][0]) if problem["loc"] else ""
            reason = problem.get("ctx", {}).get("error")
            sentence = str(reason) if isinstance(reason, ResponseError) else _SENTENCES[name]
            errors[name or "entry"] = sentence
        raise SaveError(errors) from None
