"""What files of questions become, and what items become as files: the result every format shares.

Pure. A format's `loads` turns bytes into a Loaded or raises FormatError; its `dumps` turns items
into a Dumped. A problem belongs to one question of the file; a FormatError to the file as a whole.
"""

import codecs
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from questions.exchange.embedded_images import EmbeddedImage, address_of
from questions.items.editing import MOST_OPTIONS, readable
from questions.items.item import Item, ItemType, Option
from questions.markdown import shows

MOST_BYTES = 8 * 1024 * 1024
MOST_ITEMS = 10_000
MOST_IMAGES = 500
# Characters of one text; a page of a book has 2,000.
MOST_TEXT = 20_000
REF_LENGTH = 80
STAYS = "its image stays at this site; the file names its address"
# Encodings that one may say a file is in; "" tells Unicode apart by itself.
ENCODINGS = {"": "Found out", "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Latin-1"}


class FormatError(ValueError):
    """A file that cannot be read at all; says the line, 0 for none, and what to do."""

    def __init__(self, reason: str, line: int = 0) -> None:
        self.reason = reason
        self.line = line
        super().__init__(f"line {line}: {reason}" if line else reason)


class ColumnsUnknown(FormatError):
    """A table whose first row does not say what holds what; `columns` are its names, as known."""

    def __init__(self, reason: str, line: int, columns: Sequence[tuple[str, str]]) -> None:
        self.columns = tuple(columns)
        super().__init__(reason, line)


class EncodingUnknown(FormatError):
    """A text that is no Unicode: someone has to say what it is."""


@dataclass(frozen=True)
class Problem:
    """What keeps one question of a file from being taken: its row or line, column and reason."""

    row: int
    reason: str
    column: str = ""

    def __str__(self) -> str:
        place = f"row {self.row}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self.reason}"


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
        found = [("topic", item.topic.strip()), *(("tag", tag) for tag in self.tags)]
        found += [("category", self.category), ("task", item.task)]
        return [(kind, word) for kind, word in found if word]


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


@dataclass(frozen=True)
class Loss:
    """What a format cannot carry of an item."""

    ref: str
    reason: str


@dataclass(frozen=True)
class Dumped:
    """A file, and what is not in it."""

    content: bytes
    losses: tuple[Loss, ...] = ()


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
        item_type: ItemType,
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
        found = unfit(clean)
        if ref and ref in self._rows:
            found = ("ref", f"{ref} stands in row {self._rows[ref]} already; refs are unique")
        if found:
            self.fail(row, found[1], found[0])
            return
        self._count()
        self._rows[ref] = row
        self.items.append(ImportedItem(clean, row, category, tuple(tags), tuple(changed)))

    def _count(self) -> None:
        if len(self.items) + len(self.problems) >= MOST_ITEMS:
            raise FormatError(f"there are more than {MOST_ITEMS} questions; divide the file")


def decoded(data: bytes, encoding: str = "") -> str:
    """Return a file's text with plain line ends; raises FormatError.

    Without a word on its encoding, UTF-8 and UTF-16 are told apart, with their byte order marks or
    without. What is neither raises EncodingUnknown: Latin-1 fits any bytes and is never guessed.
    """
    bounded(data)
    name = encoding or _encoding_of(data)
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        if encoding:
            raise FormatError(f"not {ENCODINGS.get(encoding, encoding)}", line) from None
        reason = "neither UTF-8 nor UTF-16; say that it is Latin-1, or save it as UTF-8"
        raise EncodingUnknown(reason, line) from None
    except LookupError:
        raise FormatError(f"there is no encoding {encoding!r}") from None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise FormatError("a NUL character stands there", text[: text.index("\0")].count("\n") + 1)
    if not text.strip():
        raise FormatError("the file is empty")
    return text


def bounded(data: bytes) -> None:
    """Raise FormatError for a file that is empty or too large."""
    if not data:
        raise FormatError("the file is empty")
    if len(data) > MOST_BYTES:
        raise FormatError(f"the file is larger than {MOST_BYTES // 1024**2} MB; divide it")


def _encoding_of(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = data[:2000]
    # Half of the bytes of Western text in UTF-16 are zero, all on one side.
    if len(head) >= 4 and head[1::2].count(0) > len(head) / 5 and not head[::2].count(0):
        return "utf-16-le"
    if len(head) >= 4 and head[::2].count(0) > len(head) / 5 and not head[1::2].count(0):
        return "utf-16-be"
    return "utf-8"


def in_file_order(item: Item) -> Item:
    """Return the item with options and prompts in the one order that every format can keep.

    An ordering begins with its sequence. In matching, options stand as their prompts use them, and
    prompts of one option together.
    """
    everything = range(len(item.options))
    if item.type == "multiple_response":
        return replace(item, right=tuple(sorted(item.right)))
    if item.type not in ("ordering", "matching"):
        return item
    order = list(dict.fromkeys(item.right))
    order += [index for index in everything if index not in order]
    place = {old: new for new, old in enumerate(order)}
    options = tuple(item.options[old] for old in order)
    if item.type == "ordering":
        return replace(item, options=options, right=tuple(range(len(item.right))))
    pairs = sorted(
        ((place[index], prompt) for index, prompt in zip(item.right, item.prompts, strict=True)),
        key=lambda pair: pair[0],
    )
    return replace(
        item,
        options=options,
        right=tuple(index for index, _ in pairs),
        prompts=tuple(prompt for _, prompt in pairs),
    )


def losses_of(item: Item, *, without: Iterable[str]) -> list[Loss]:
    """Return what a format that has no place for these fields leaves out of an item.

    "whys" are the reasons of the options.
    """
    lost = []
    for name in without:
        if name == "whys":
            is_there = any(option.why for option in item.options)
        else:
            is_there = getattr(item, name) not in ("", (), {}, False)
        if is_there:
            lost.append(name)
    words = ", ".join(name.replace("_", " ") for name in lost)
    return [Loss(item.ref, f"the format has no place for: {words}")] if lost else []


def letter(index: int) -> str:
    """Return the letter of an option, A for the first."""
    return chr(ord("A") + index)


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
    if item.type == "multiple_choice" and len(item.right) > 1:
        return "key", "several options are right where one can be chosen"
    if item.type != "matching" and len(set(item.right)) < len(item.right):
        return "key", "it names an option twice"
    if item.type == "matching" and len(item.right) != len(item.prompts):
        return "key", "matching needs one option for each prompt"
    if len(item.prompts) > MOST_OPTIONS:
        return "prompts", f"there are {len(item.prompts)}; {MOST_OPTIONS} can be"
    if len(item.ref) > REF_LENGTH or any(char.isspace() for char in item.ref):
        return "ref", f"must be one word of at most {REF_LENGTH} characters"
    if item.level not in ("recall", "apply", "analyse"):
        return "level", f"{str(item.level)[:40]!r} is none of recall, apply, analyse"
    return None


def _mapped(item: Item, change: Any) -> Item:
    return replace(
        item,
        ref=change(item.ref),
        stem=change(item.stem),
        options=tuple(Option(change(o.text), change(o.why)) for o in item.options),
        prompts=tuple(change(prompt) for prompt in item.prompts),
        evidence=change(item.evidence),
        topic=change(item.topic)[:200],
        task=change(item.task)[:20],
        objective=change(item.objective)[:20],
        facts=tuple(change(each)[:20] for each in item.facts),
        sources=tuple(change(each)[:500] for each in item.sources),
        enemies=tuple(change(each)[:REF_LENGTH] for each in item.enemies),
        guide_version=change(item.guide_version)[:20],
    )


def _clean(item: Item) -> Item:
    return _mapped(
        item, lambda text: unicodedata.normalize("NFC", readable(text)).replace("\x00", "").strip()
    )


def _stripped(item: Item) -> Item:
    return _mapped(item, lambda text: unicodedata.normalize("NFC", text).strip())
