"""What files of questions become: the result that every format shares. Pure.

A format's `loads` turns bytes into a Loaded or raises FormatError. A problem belongs to one
question of the file; a FormatError to the file as a whole.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from questions.exchange.embedded_images import EmbeddedImage, address_of
from questions.exchange.text_files import FormatError
from questions.items.editing import MOST_OPTIONS, readable
from questions.items.item import FIELDS, LEVELS, Item, Option, letter
from questions.items.kinds.registry import kind_of
from questions.markdown import shows

MOST_ITEMS = 10_000
MOST_IMAGES = 500
# Characters of one text; a page of a book has 2,000.
MOST_TEXT = 20_000
REF_LENGTH = 80


class ColumnsUnknown(FormatError):
    """A table whose first row does not say what holds what; `columns` are its names, as known."""

    def __init__(self, reason: str, line: int, columns: Sequence[tuple[str, str]]) -> None:
        self.columns = tuple(columns)
        super().__init__(reason, line)


@dataclass(frozen=True)
class Problem:
    """What keeps one question of a file from being taken: its row or line, column and reason."""

    row: int
    reason: str
    column: str = ""

    def __str__(self) -> str:
        where = f"row {self.row}" + (f", {self.column}" if self.column else "")
        return f"{where}: {self.reason}"


@dataclass(frozen=True)
class ImportedItem:
    """An item as read: its row or line, its category and tags, what was changed or left behind."""

    item: Item
    row: int
    category: str = ""
    tags: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def places(self) -> list[tuple[str, str]]:
        """Every word of its file that may say where it belongs, with the kind of the word."""
        item = self.item
        words = [("topic", item.topic.strip()), *(("tag", tag) for tag in self.tags)]
        words += [("category", self.category), ("task", item.task)]
        return [(kind, word) for kind, word in words if word]


@dataclass(frozen=True)
class Loaded:
    """What a file holds: items in its order, and a problem for each question that is not one.

    `columns` are those of a table by their names there, each with the one of ours that it holds.
    `images` are those it carries, by the addresses under which its items show them.
    """

    items: tuple[ImportedItem, ...] = ()
    problems: tuple[Problem, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    images: Mapping[str, EmbeddedImage] = field(default_factory=dict)


@dataclass
class ImportCollector:
    """Gathers a file's items and problems, with the rules that hold for every format."""

    items: list[ImportedItem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    columns: tuple[tuple[str, str], ...] = ()
    images: dict[str, EmbeddedImage] = field(default_factory=dict)
    _rows: dict[str, int] = field(default_factory=dict)

    def loaded(self) -> Loaded:
        """Return what was gathered; raises FormatError for a file without a single question."""
        if not self.items and not self.problems:
            raise FormatError("there is no question in the file; is it of another format?")
        return Loaded(tuple(self.items), tuple(self.problems), self.columns, self.images)

    def carry(self, name: str, data: bytes) -> str:
        """Take an image of the file along; return the address that stands for it in texts."""
        address = address_of(data)
        if address not in self.images and len(self.images) >= MOST_IMAGES:
            raise FormatError(f"it carries more than {MOST_IMAGES} images; divide the file")
        self.images.setdefault(address, EmbeddedImage(name[-80:], data))
        return address

    def fail(self, row: int, reason: str, column: str = "") -> None:
        self._count()
        self.problems.append(Problem(row, reason, column))

    def add(
        self,
        row: int,
        item_type: str,
        *,
        stem: str,
        options: Sequence[Option],
        right: Sequence[int],
        prompts: Sequence[str] = (),
        ref: str = "",
        fields: Mapping[str, Any] | None = None,
        category: str = "",
        tags: Sequence[str] = (),
        warnings: Sequence[str] = (),
    ) -> None:
        """Take a question in, or note why not."""
        item = Item(
            ref=ref,
            type=item_type,
            stem=stem,
            options=tuple(options),
            right=tuple(right),
            prompts=tuple(prompts),
            **{"level": "apply", **(fields or {})},
        )
        clean = _clean(item)
        changed = [*warnings]
        if clean != _stripped(item):
            changed.append("characters that cannot be seen were taken out")
        problem = unfit(clean)
        if ref and ref in self._rows:
            problem = ("ref", f"{ref} stands in row {self._rows[ref]} already; refs are unique")
        if problem:
            self.fail(row, problem[1], problem[0])
            return
        self._count()
        self._rows[ref] = row
        self.items.append(ImportedItem(clean, row, category, tuple(tags), tuple(changed)))

    def _count(self) -> None:
        if len(self.items) + len(self.problems) >= MOST_ITEMS:
            raise FormatError(f"there are more than {MOST_ITEMS} questions; divide the file")


def unfit(item: Item) -> tuple[str, str] | None:
    """Return the column and the reason why an item cannot even be a draft."""
    texts = {"stem": item.stem} | {
        f"option {letter(index)}": option.text for index, option in enumerate(item.options)
    }
    texts |= {f"prompt {number}": prompt for number, prompt in enumerate(item.prompts, 1)}
    for name, text in texts.items():
        if not text:
            return name, "text is empty; write it or delete the row"
        if len(text) <= MOST_TEXT and not shows(text, is_inline=name != "stem"):
            return (
                name,
                "shows no text, only marks of Markdown; write it",
            )
    whys = {f"why {letter(index)}": option.why for index, option in enumerate(item.options)}
    for name, text in (texts | whys | {"evidence": item.evidence}).items():
        if len(text) > MOST_TEXT:
            return name, f"text is longer than {MOST_TEXT} characters"
    if not 2 <= len(item.options) <= MOST_OPTIONS:
        return "options", f"there are {len(item.options)}; 2 to {MOST_OPTIONS} can be"
    if not item.right:
        return "key", "no option is marked as right"
    if any(not 0 <= index < len(item.options) for index in item.right):
        return "key", "it names an option that does not exist"
    if reason := kind_of(item.type).key_problem(item):
        return "key", reason
    if len(item.prompts) > MOST_OPTIONS:
        return "prompts", f"there are {len(item.prompts)}; {MOST_OPTIONS} can be"
    if len(item.ref) > REF_LENGTH or any(char.isspace() for char in item.ref):
        return "ref", f"must be one word of at most {REF_LENGTH} characters"
    if item.level not in LEVELS:
        return "level", f"{str(item.level)[:40]!r} is none of {', '.join(LEVELS)}"
    return None


def _mapped(item: Item, change: Callable[[str], str]) -> Item:
    """Return the item with every text changed, and cut to what a column holds of it."""
    values: dict[str, str | tuple[str, ...]] = {}
    for item_field in FIELDS:
        value, most = getattr(item, item_field.name), item_field.most or None
        if item_field.shape in ("text", "id"):
            values[item_field.name] = change(value)[:most]
        elif item_field.shape == "list":
            values[item_field.name] = tuple(change(entry)[:most] for entry in value)
    return replace(
        item,
        ref=change(item.ref),
        stem=change(item.stem),
        options=tuple(Option(*map(change, (o.text, o.why, o.about))) for o in item.options),
        prompts=tuple(change(prompt) for prompt in item.prompts),
        **values,  # type: ignore[arg-type]
    )


def _clean(item: Item) -> Item:
    return _mapped(
        item, lambda text: unicodedata.normalize("NFC", readable(text)).replace("\x00", "").strip()
    )


def _stripped(item: Item) -> Item:
    return _mapped(item, lambda text: unicodedata.normalize("NFC", text).strip())
