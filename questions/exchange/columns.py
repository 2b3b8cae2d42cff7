"""Questions as rows of a table: the columns, which CSV, XLSX and Anki's text files share. Pure.

The key names options by letter: `B`, `A C`, for ordering the sequence `C A B`, for matching one
letter for each prompt. Whoever's table it is, columns are found by the names people give them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from questions.exchange.collector import (
    ColumnsUnknown,
    FormatError,
    ImportCollector,
    Loss,
    in_file_order,
    letter,
)
from questions.items.editing import MOST_OPTIONS
from questions.items.item import TYPES, Item, Option

_OPTIONS = [letter(place) for place in range(MOST_OPTIONS)]
PROMPTS = 7
# Columns of a table, ours and others.
MOST_COLUMNS = 200
COLUMNS = (
    *("ref", "type", "task", "topic", "level", "objective", "stem", "key"),
    *(name for each in _OPTIONS for name in (f"option_{each.lower()}", f"why_{each.lower()}")),
    *(f"prompt_{number}" for number in range(1, PROMPTS + 1)),
    *("facts", "sources", "enemies", "evidence", "acknowledged", "fixed_order"),
    *("uses_correction", "numeric_ok", "guide_version", "reviewed_on"),
)
ABOUT = {
    "ref": "Its lasting name; without one, the site gives it one.",
    "type": "multiple_choice, multiple_response, ordering or matching; empty: told from the key.",
    "task": "Number of the task statement, as 1.1.",
    "topic": "Slug or title of a topic of the exam.",
    "level": "recall, apply or analyse; empty: apply.",
    "stem": "The question, as Markdown.",
    "key": "B. Several: A C. Ordering: the letters in order. Matching: one letter for each prompt.",
    "option_a": "Text of option A; so on to option_l.",
    "why_a": "What makes option A right, or tempting and wrong; so on to why_l.",
    "prompt_1": "First prompt of a matching; so on to prompt_7.",
    "facts": "Ids with ; between them; sources and enemies too.",
    "fixed_order": "yes keeps the options as they stand.",
}
_ALIASES = {
    "question": "stem",
    "question text": "stem",
    "prompt": "stem",
    "text": "stem",
    "answer": "key",
    "answers": "key",
    "correct": "key",
    "correct answer": "key",
    "correct answers": "key",
    "right answer": "key",
    "solution": "key",
    "id": "ref",
    "question id": "ref",
    "explanation": "explanation",
    "rationale": "explanation",
    "feedback": "explanation",
    "why": "explanation",
    "difficulty": "level",
    "category": "topic",
    "question type": "type",
    "domain": "category",
    "tags": "tags",
}
_TYPES = {
    "": "",
    "mc": "multiple_choice",
    "single": "multiple_choice",
    "single choice": "multiple_choice",
    "multiple choice": "multiple_choice",
    "mcq": "multiple_choice",
    "mr": "multiple_response",
    "multi": "multiple_response",
    "multiple response": "multiple_response",
    "multiple answer": "multiple_response",
    "multi-select": "multiple_response",
    "order": "ordering",
    "sequence": "ordering",
    "match": "matching",
}
_NUMBERED = re.compile(r"(option|choice|answer|why|feedback|explanation)?[ #]*([a-l]|\d{1,2})")
_LISTS = ("facts", "sources", "enemies")
_MARKS = ("fixed_order", "uses_correction", "numeric_ok")
_YES = {"yes", "true", "1", "x", "y"}

# What a column may hold: ours, and three that are read and have no place of their own.
MEANINGS = (*COLUMNS, "explanation", "category", "tags")

# A spreadsheet takes text that begins so for a formula.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠|%]")


def escape_formula(text: str) -> str:
    """Return a cell's text such that no spreadsheet takes it for a formula; `restored` undoes it.

    An apostrophe before it makes text of it (OWASP, CSV injection).
    """
    return f"'{text}" if _FORMULA.match(text.lstrip(" ")) else text


def unescape_formula(text: str) -> str:
    """Return a cell's text without the apostrophe that kept it from being a formula."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


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
            found = ", ".join(repr(each[:30]) for each in names[:8])
            reason = f"no column is named {name}; the first row has {found}"
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


def column_of(name: str) -> str:
    """Return the column that a name of a header means, "" for none of ours."""
    plain = re.sub(r"[\s_]+", " ", name.strip().casefold())
    if plain in _ALIASES:
        return _ALIASES[plain]
    joined = plain.replace(" ", "_")
    if joined in COLUMNS:
        return joined
    numbered = _NUMBERED.fullmatch(plain)
    if numbered:
        place = numbered[2]
        index = int(place) - 1 if place.isdigit() else ord(place) - ord("a")
        kind = "why" if numbered[1] in ("why", "feedback", "explanation") else "option"
        if 0 <= index < MOST_OPTIONS:
            return f"{kind}_{letter(index).lower()}"
    return ""


def _take(
    intake: ImportCollector, row: int, values: dict[str, str], unknown: Sequence[str]
) -> None:
    texts = [values.get(f"option_{each.lower()}", "") for each in _OPTIONS]
    while texts and not texts[-1]:
        texts.pop()
    for place, text in enumerate(texts):
        if not text:
            reason = "text is empty while a later option has one; write it or move the others up"
            return intake.fail(row, reason, f"option {letter(place)}")
    whys = [values.get(f"why_{each.lower()}", "") for each in _OPTIONS[: len(texts)]]
    prompts = [values.get(f"prompt_{number}", "") for number in range(1, PROMPTS + 1)]
    while prompts and not prompts[-1]:
        prompts.pop()
    given = values.get("type", "").casefold().strip()
    named = _TYPES.get(given, given.replace(" ", "_"))
    if named and named not in TYPES:
        return intake.fail(row, f"{given[:40]!r} is none of {', '.join(TYPES)}", "type")
    try:
        right = _key(values.get("key", ""), texts)
    except ValueError as error:
        return intake.fail(row, str(error), "key")
    item_type = named or (
        "matching" if prompts else "multiple_choice" if len(right) == 1 else "multiple_response"
    )
    level = values.get("level", "").casefold()
    explanation = values.get("explanation", "")
    if explanation and item_type == "multiple_choice" and not whys[right[0]]:
        whys[right[0]] = explanation
    warnings = [f"column {name[:40]!r} is not one of ours and was left out" for name in unknown]
    fields: dict[str, Any] = {
        **{name: values.get(name, "") for name in ("task", "topic", "objective", "evidence")},
        **{name: values.get(name, "") for name in ("guide_version", "reviewed_on")},
        **{name: tuple(_parts(values.get(name, ""))) for name in _LISTS},
        **{name: values.get(name, "").casefold() in _YES for name in _MARKS},
        "level": level or "apply",
        "acknowledged": _reasons(values.get("acknowledged", "")),
    }
    return intake.add(
        row,
        item_type,
        stem=values.get("stem", ""),
        options=[Option(text, why) for text, why in zip(texts, whys, strict=True)],
        right=sorted(right) if item_type == "multiple_response" else right,
        prompts=prompts,
        ref=values.get("ref", ""),
        fields=fields,
        category=values.get("category", ""),
        tags=_parts(values.get("tags", "")),
        warnings=warnings,
    )


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


def _reasons(text: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.split("\n"))
    return {rule.strip(): reason.strip() for rule, _, reason in pairs if rule.strip()}


def table(items: Iterable[Item], losses: list[Loss]) -> Iterator[list[str]]:
    """Return the rows of a table of the items, its header first; columns nobody uses are absent."""
    rows = [_row(in_file_order(item), losses) for item in items]
    always = {*COLUMNS[:8], "option_a", "option_b", "why_a", "why_b"}
    used = [name for name in COLUMNS if name in always or any(row.get(name) for row in rows)]
    yield used
    for row in rows:
        yield [escape_formula(row.get(name, "")) for name in used]


def _row(item: Item, losses: list[Loss]) -> Mapping[str, str]:
    if len(item.prompts) > PROMPTS:
        losses.append(Loss(item.ref, f"prompts after the {PROMPTS}th were left out"))
    kept = item.prompts[:PROMPTS]
    right = item.right[:PROMPTS] if item.type == "matching" else item.right
    row = {
        **{name: getattr(item, name) for name in ("ref", "type", "task", "topic", "level")},
        **{name: getattr(item, name) for name in ("objective", "stem", "evidence")},
        **{name: getattr(item, name) for name in ("guide_version", "reviewed_on")},
        "key": " ".join(letter(index) for index in right),
        **{name: "; ".join(getattr(item, name)) for name in _LISTS},
        **{name: "yes" if getattr(item, name) else "" for name in _MARKS},
        "acknowledged": "\n".join(f"{rule}: {why}" for rule, why in item.acknowledged.items()),
    }
    for place, option in enumerate(item.options):
        row |= {f"option_{letter(place).lower()}": option.text}
        row |= {f"why_{letter(place).lower()}": option.why}
    return row | {f"prompt_{number}": prompt for number, prompt in enumerate(kept, 1)}
