"""Questions as rows of a table: reading. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from questions.exchange.collector import ColumnsUnknown, ImportCollector
from questions.exchange.columns import (
    MOST_COLUMNS,
    OPTION_LETTERS,
    PROMPTS,
    TYPE_NAMES,
    column_of,
    unescape_formula,
)
from questions.exchange.text_files import FormatError
from questions.items.item import FIELDS, ItemField, Option, letter
from questions.items.kinds.registry import kind_names, kind_of

_YES = {"yes", "true", "1", "x", "y"}


def take_rows(
    intake: ImportCollector,
    rows: Iterable[tuple[int, Sequence[str]]],
    named: Mapping[str, str] | None = None,
) -> None:
    """Take questions from a table's rows, the first of which names the columns.

    `named` says by hand which of ours a name means, "" for none of them. Raises ColumnsUnknown.
    """
    source = iter(rows)
    try:
        line, names = next(source)
    except StopIteration:
        raise FormatError("the table is empty") from None
    width = max((place for place, name in enumerate(names, 1) if name.strip()), default=0)
    names = names[:width]
    if len(names) > MOST_COLUMNS:
        raise FormatError(f"there are more than {MOST_COLUMNS} columns; delete the others", line)
    by_hand = named or {}
    header = [by_hand[name] if name in by_hand else column_of(name) for name in names]
    intake.columns = tuple(
        (name, known) for name, known in zip(names, header, strict=True) if name.strip()
    )
    for name in ("stem", "key"):
        if name not in header:
            shown = ", ".join(repr(each[:30]) for each in names[:8])
            reason = f"no column is named {name}; the first row has {shown}"
            raise ColumnsUnknown(reason, line, intake.columns)
    if doubled := {name for name, count in Counter(header).items() if name and count > 1}:
        reason = f"two columns are named {sorted(doubled)[0]}"
        raise ColumnsUnknown(reason, line, intake.columns)
    unknown = [name for name, known in intake.columns if not known and name not in by_hand]
    for number, cells in source:
        if any(cell.strip() for cell in cells):
            values = dict(
                zip(header, (unescape_formula(cell.strip()) for cell in cells), strict=False)
            )
            values.pop("", None)
            _take(intake, number, values, unknown)


def _take(
    intake: ImportCollector, row: int, values: dict[str, str], unknown: Sequence[str]
) -> None:
    texts = [values.get(f"option_{name}", "") for name in OPTION_LETTERS]
    while texts and not texts[-1]:
        texts.pop()
    for index, text in enumerate(texts):
        if not text:
            reason = "text is empty while a later option has one; write it or move the others up"
            return intake.fail(row, reason, f"option {letter(index)}")
    names = OPTION_LETTERS[: len(texts)]
    whys = [values.get(f"why_{name}", "") for name in names]
    abouts = [values.get(f"about_{name}", "") for name in names]
    prompts = [values.get(f"prompt_{number}", "") for number in range(1, PROMPTS + 1)]
    while prompts and not prompts[-1]:
        prompts.pop()
    typed = values.get("type", "").casefold().strip()
    named = TYPE_NAMES.get(typed, typed.replace(" ", "_"))
    if named and named not in kind_names():
        return intake.fail(row, f"{typed[:40]!r} is none of {', '.join(kind_names())}", "type")
    try:
        right = _key(values.get("key", ""), texts)
    except ValueError as error:
        return intake.fail(row, str(error), "key")
    item_type = named or (
        "matching" if prompts else "multiple_choice" if len(right) == 1 else "multiple_response"
    )
    explanation = values.get("explanation", "")
    if explanation and kind_of(item_type).is_single and not whys[right[0]]:
        whys[right[0]] = explanation
    warnings = [f"column {name[:40]!r} is not one of ours and was left out" for name in unknown]
    fields: dict[str, object] = {"level": values.get("level", "").casefold() or "apply"}  # by name
    for field in FIELDS:
        try:
            fields[field.name] = _field_value(field, values.get(field.name, ""))
        except ValueError as error:
            return intake.fail(row, str(error), field.name)
    return intake.add(
        row,
        item_type,
        stem=values.get("stem", ""),
        options=list(map(Option, texts, whys, abouts)),
        right=kind_of(item_type).ordered_key(right),
        prompts=prompts,
        ref=values.get("ref", ""),
        fields=fields,
        category=values.get("category", ""),
        tags=_parts(values.get("tags", "")),
        warnings=warnings,
    )


def _field_value(field: ItemField, cell: str) -> Any:  # of the field's own type
    """Return what a cell says of a field; raises ValueError, with a sentence."""
    if field.shape == "list":
        return tuple(_parts(cell))
    if field.shape == "flag":
        return cell.casefold() in _YES
    if field.shape == "reasons":
        pairs = (line.partition(":") for line in cell.split("\n"))
        return {rule.strip(): reason.strip() for rule, _, reason in pairs if rule.strip()}
    if field.shape == "share":
        return _share(cell)
    return cell


def _share(cell: str) -> float | None:
    try:
        share = float(cell) if cell else None
    except ValueError:
        share = -1.0
    if share is not None and not 0 <= share <= 1:
        raise ValueError(f"{cell[:40]!r} is no share between 0 and 1, as 0.65")
    return share


def _key(text: str, options: Sequence[str]) -> list[int]:
    """Return the indexes that a key names, by letters, by numbers, or by the option's very text."""
    if not text:
        raise ValueError("no option is named; write its letter, as in B")
    if text in options and not re.fullmatch(r"[A-La-l]|\d+", text):
        return [options.index(text)]
    parts = [part for part in re.split(r"[\s,;&|/]+|\band\b", text) if part]
    if len(parts) == 1 and re.fullmatch(r"[A-L]{2,}", parts[0]):
        parts = list(parts[0])
    right = []
    for part in parts:
        bare = part.strip("().").casefold()
        if re.fullmatch(r"[a-l]", bare):
            index = ord(bare) - ord("a")
        elif re.fullmatch(r"\d{1,2}", bare):
            index = int(bare) - 1
        else:
            raise ValueError(f"{part[:40]!r} is no letter of an option, as A or A C")
        if not 0 <= index < len(options):
            raise ValueError(f"{part[:40]!r} names an option that does not exist")
        right.append(index)
    return right


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]
