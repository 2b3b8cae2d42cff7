"""One item of a bank's file: what is wrong with its row, and the item that the row says. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from questions.bank_files.yaml_lines import PLACE, day_of
from questions.items.item import (
    FIELD_NAMES,
    FIELDS,
    LEVELS,
    USUAL_LEVEL,
    Item,
    ItemField,
    Level,
    Option,
)
from questions.items.kinds.parts import FileOption
from questions.items.kinds.registry import kind_names, kind_of

# A row as YAML has it: anything may stand in it, which is what this module is for.
Row = Mapping[str, Any]

_KNOWN = {"ref", "type", "level", "stem", "options", *FIELD_NAMES}
_REQUIRED = ("ref", "stem", *(field.name for field in FIELDS if field.is_required))
_OPTION_TEXTS = ("text", "why", "about")
_OPTION_KNOWN = {*_OPTION_TEXTS, "key", "prompt", "fixed"}
_REF_LENGTH = 80


def row_problems(row: Row, *, is_draft: bool) -> Iterator[str]:
    """Yield what is wrong with an item's row beside its options.

    A draft needs no more than what makes it one: its stem, type and options.
    """
    ref = str(row.get("ref") or "")
    for name in sorted(map(str, set(row) - _KNOWN - {PLACE})):
        yield f"unknown field {name!r}"
    for name in ("stem",) if is_draft else _REQUIRED:
        if not str(row.get(name) or "").strip():
            yield f"{name} is missing"
    if len(ref) > _REF_LENGTH:
        yield f"ref is longer than {_REF_LENGTH} characters"
    if not _is_text(row.get("stem")):
        yield "stem must be text; put it in quotes"
    for field in FIELDS:
        if row.get(field.name) is not None:
            yield from _field_problems(field, row[field.name])
    if row.get("type") not in kind_names():
        yield f"type must be one of {', '.join(kind_names())}"
    if row.get("level", USUAL_LEVEL if is_draft else None) not in LEVELS:
        yield f"level must be one of {', '.join(LEVELS)}"


def _field_problems(field: ItemField, value: object) -> Iterator[str]:
    if field.shape == "list" and not isinstance(value or [], list):
        yield f"{field.name} must be a list"
    elif field.shape == "flag" and not isinstance(value, bool):
        yield f"{field.name} must be true or false"
    elif field.shape == "reasons":
        yield from _reason_problems(field.name, value or {})
    elif field.shape == "day":
        try:
            day_of(value)
        except ValueError as error:
            yield f"{field.name}: {error}"
    elif field.shape == "share" and not _is_share(value):
        yield f"{field.name} must be a share between 0 and 1"
    elif field.shape in ("text", "id") and isinstance(value, (list, dict)):
        yield f"{field.name} must be text; put it in quotes"


def _reason_problems(name: str, reasons: object) -> Iterator[str]:
    if not isinstance(reasons, dict):
        yield f"{name} must map rules to reasons, as in {{S3: why it stands}}"
    elif any(not isinstance(reason, str) for rule, reason in reasons.items() if rule != PLACE):
        yield f"{name}: a reason must be text; put it in quotes"


def _is_share(value: object) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and 0 <= cast(float, value) <= 1


def _is_text(value: object) -> bool:
    """Tell whether YAML read text, or nothing; it reads an unquoted Yes as true, 010 as 8."""
    return value is None or isinstance(value, str)


def option_problems(option: Row) -> Iterator[str]:
    """Yield what is wrong with one option of a row."""
    for name in sorted(map(str, set(option) - _OPTION_KNOWN - {PLACE})):
        yield f"unknown field {name!r}"
    for name in _OPTION_TEXTS:
        if not _is_text(option.get(name)):
            yield f"{name} must be text; put it in quotes"
    prompt = option.get("prompt")
    if not all(map(_is_text, prompt if isinstance(prompt, list) else [prompt])):
        yield "prompt must be text; put it in quotes"
    for name in ("key", "fixed"):
        if not isinstance(option.get(name, False), bool):
            yield f"{name} must be true or false"


def item_of_row(row: Row, task: str) -> Item:
    """Return the item of a row without problems; `task` is its own unless it names another."""
    options = cast(list[FileOption], row["options"])
    right, prompts = kind_of(row["type"]).key_of_file(options)
    values = {field.name: _value(field, row.get(field.name)) for field in FIELDS}
    return Item(
        ref=str(row.get("ref") or ""),
        type=row["type"],
        level=cast(Level, row.get("level", USUAL_LEVEL)),
        stem=str(row["stem"]).strip(),
        options=tuple(
            Option(
                **{name: str(option.get(name) or "").strip() for name in _OPTION_TEXTS},
                is_fixed=bool(option.get("fixed")),
            )
            for option in options
        ),
        right=tuple(right),
        prompts=tuple(prompts),
        **{**values, "task": str(row.get("task") or task)},
    )


def _value(field: ItemField, value: Any) -> Any:  # of the field's own type, as its shape says
    if field.shape == "list":
        return tuple(str(entry) for entry in value or ())
    if field.shape == "reasons":
        return {str(rule): reason for rule, reason in (value or {}).items() if rule != PLACE}
    if field.shape == "share":
        return None if value is None else float(value)
    if field.shape == "flag":
        return bool(value)
    text = str(value or "")
    return text.strip() if field.shape == "text" else text
