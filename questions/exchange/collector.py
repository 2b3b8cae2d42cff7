"""What files of questions become: the result that every format shares. Pure.

A format's `loads` turns bytes into a Loaded or raises FormatError. A problem belongs to one
question of the file; a FormatError to the file as a whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from questions.exchange.embedded_images import EmbeddedImage, address_of
from questions.exchange.item_bounds import stripped, unfit, without_unseen
from questions.exchange.text_files import FormatError
from questions.items.item import Item, Option

MOST_ITEMS = 10_000
MOST_IMAGES = 500


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
        clean = without_unseen(item)
        changed = [*warnings]
        if clean != stripped(item):
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
