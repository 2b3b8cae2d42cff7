"""Questions as rows of a table: reading. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from questions.exchange.collector import (
    MOST_ITEMS,
    ImportCollector,
    texts_question,
)
from questions.exchange.columns import (
    DIFFICULTY,
    LEVEL_NAMES,
    OPTION_LETTERS,
    PROMPTS,
    TYPE_NAMES,
    title_of,
)
from questions.exchange.keys import KeyColumn
from questions.exchange.plain_text import plain_to_markdown
from questions.exchange.quiz_sheets import HEADER_ROWS, sheet_in
from questions.exchange.table_rows import Row, header_of, plain_type, row_of
from questions.exchange.text_files import FormatError
from questions.items.item import FIELDS, LEVELS, ItemField, Option
from questions.items.kinds.registry import kind_names, kind_of
from questions.translation import gettext, ngettext

_YES = {"yes", "true", "1", "x", "y"}
# Characters of which Markdown may make something.
_MARKS = re.compile(r"[\\`*_\[\]<>#~|&]")


@dataclass(frozen=True)
class _Table:
    """How the cells of a table are read: its keys, and its texts, as Markdown or as they stand."""

    keys: KeyColumn
    has_markdown: bool
    has_own_refs: bool
    says_difficulty: bool

    def text(self, cell: str, *, is_inline: bool = False) -> str:
        return cell if self.has_markdown else plain_to_markdown(cell, is_inline=is_inline)


def take_rows(
    intake: ImportCollector,
    rows: Iterable[tuple[int, Sequence[str]]],
    named: Mapping[str, str] | None = None,
) -> None:
    """Take questions from a table's rows, the first of which names the columns.

    A sheet of another tool, which may begin further down, is read by that tool's rules.
    `named` says by hand which of ours a name means, "" for none of them. Raises ColumnsUnknown.
    """
    source = iter(rows)
    head = list(islice(source, HEADER_ROWS))
    source = chain(head, source)
    if not named and (sheet := sheet_in(head)):
        sheet.take(intake, source)
        return
    try:
        line, names = next(source)
    except StopIteration:
        raise FormatError(gettext("the table is empty")) from None
    header = header_of(intake, line, names, named or {})
    read = []
    for number, cells in source:
        if any(cell.strip() for cell in cells):
            read.append(row_of(number, names, header, cells, named or {}))
        if len(read) > MOST_ITEMS:
            raise FormatError(
                ngettext(
                    "there are more than %(most)s question; divide the file",
                    "there are more than %(most)s questions; divide the file",
                    MOST_ITEMS,
                )
                % {"most": MOST_ITEMS}
            )
    table = _table_of(intake, names, header, read)
    for row in read:
        _take(intake, table, row)


def _table_of(
    intake: ImportCollector, names: Sequence[str], header: Sequence[str], rows: Sequence[Row]
) -> _Table:
    """Find out how the cells of a table are read, and ask where it stays open."""
    cells = [(row.values.get("key", ""), row.options()) for row in rows]
    key_name = next(name for name, known in zip(names, header, strict=False) if known == "key")
    is_ours = {"stem", "key", "option_a"} <= set(names)
    keys = KeyColumn.of([cell for cell in cells if cell[0]], key_name, has_letters=is_ours)
    if question := keys.question(cells):
        answer = intake.ask(question)
        keys = replace(keys, answer=answer)
    has_markdown = _has_markdown(intake, rows, is_ours=is_ours)
    level_name = next((n for n, known in zip(names, header, strict=False) if known == "level"), "")
    return _Table(keys, has_markdown, "ref" in names, "difficult" in level_name.casefold())


def _has_markdown(intake: ImportCollector, rows: Sequence[Row], *, is_ours: bool) -> bool:
    """Tell whether a table's texts are Markdown: those of our own are, others when it is said."""
    usual = "markdown" if is_ours else "plain"
    texts = (row.values.get(name, "") for row in rows for name in ("stem", "option_a", "option_b"))
    if not any(_MARKS.search(text) for text in texts):
        return is_ours
    return intake.ask(texts_question("plain", "markdown", usual=usual)) != "plain"


def _take(intake: ImportCollector, table: _Table, row: Row) -> None:
    values, texts = row.values, row.options()
    for index, text in enumerate(texts):
        if not text:
            reason = gettext(
                "the text is empty while a later option has one; write it or move the others up"
            )
            return intake.fail(row.line, reason, title_of("option", index))
    prompts = [values.get(f"prompt_{number}", "") for number in range(1, PROMPTS + 1)]
    while prompts and not prompts[-1]:
        prompts.pop()
    try:
        named = _type_of(values.get("type", ""))
        right = table.keys.key(values.get("key", ""), texts)
        fields: dict[str, object] = {}  # by name, each of its own type
        if level := _level(intake, table, values.get("level", "")):
            fields["level"] = level
        for field in FIELDS:
            fields[field.name] = _field_value(field, values.get(field.name, ""))
    except _BadCell as error:
        return intake.fail(row.line, str(error), error.column)
    except ValueError as error:
        return intake.fail(row.line, str(error), "key")
    for name, text in row.others:
        intake.lose(_without_column(name, text))
    names = OPTION_LETTERS[: len(texts)]
    item_type = named or (
        "matching" if prompts else "multiple_choice" if len(right) == 1 else "multiple_response"
    )
    if kind_of(item_type).is_single and len(right) > 1 and values["type"] != item_type:
        intake.lose(
            gettext("its type says %(type)r and its key names several")
            % {"type": values["type"][:40]}
        )
        item_type = "multiple_response"
    ref = values.get("ref", "")
    return intake.add(
        row.line,
        item_type,
        stem=table.text(values.get("stem", "")),
        options=[
            Option(
                table.text(text, is_inline=True),
                table.text(values.get(f"why_{name}", "")),
                values.get(f"about_{name}", ""),
            )
            for name, text in zip(names, texts, strict=True)
        ],
        right=kind_of(item_type).ordered_key(right),
        prompts=[table.text(prompt, is_inline=True) for prompt in prompts],
        ref=ref if table.has_own_refs else "",
        name="" if table.has_own_refs else ref,
        explanation=table.text(values.get("explanation", "")),
        fields=fields,
        category=values.get("category", ""),
        tags=_parts(values.get("tags", "")),
    )


def _without_column(name: str, text: str) -> str:
    """Return what is said of a text under a name, "" for none, that is no column of ours."""
    values = {"name": name[:40], "text": text[:80]}
    if name:
        return gettext("column %(name)r is not one of ours and was left out: %(text)r") % values
    return (
        gettext("a cell without a column's name is not one of ours and was left out: %(text)r")
        % values
    )


class _BadCell(ValueError):
    """A cell that cannot be read; says which column it stands in."""

    def __init__(self, reason: str, column: str) -> None:
        self.column = column
        super().__init__(reason)


def _type_of(cell: str) -> str:
    """Return the kind that a cell names, "" for none; raises _BadCell."""
    named = TYPE_NAMES.get(plain_type(cell), cell.casefold().strip().replace(" ", "_"))
    if named and named not in kind_names():
        raise _BadCell(
            gettext("%(cell)r is none of %(kinds)s")
            % {"cell": cell[:40], "kinds": ", ".join(kind_names())},
            "type",
        )
    return named


def _level(intake: ImportCollector, table: _Table, cell: str) -> str:
    """Return the level that a cell names, "" for none; how hard a question is names none."""
    word = cell.casefold().strip()
    is_unknown = table.says_difficulty and word and word not in {*LEVEL_NAMES, *LEVELS}
    if is_unknown or DIFFICULTY.fullmatch(word):
        intake.lose(
            gettext("difficulty %(cell)r is no level here and was left out") % {"cell": cell[:40]}
        )
        return ""
    return LEVEL_NAMES.get(word, word)


def _field_value(field: ItemField, cell: str) -> Any:  # of the field's own type
    """Return what a cell says of a field; raises _BadCell."""
    if field.shape == "list":
        return tuple(_parts(cell))
    if field.shape == "flag":
        return cell.casefold() in _YES
    if field.shape == "reasons":
        pairs = (line.partition(":") for line in cell.split("\n"))
        return {rule.strip(): reason.strip() for rule, _, reason in pairs if rule.strip()}
    if field.shape == "share":
        return _share(cell, field.name)
    return cell


def _share(cell: str, column: str) -> float | None:
    try:
        share = float(cell) if cell else None
    except ValueError:
        share = -1.0
    if share is not None and not 0 <= share <= 1:
        raise _BadCell(
            gettext("%(cell)r is no share between 0 and 1, as 0.65") % {"cell": cell[:40]}, column
        )
    return share


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]
