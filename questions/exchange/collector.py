"""What files of questions become: the result that every format shares. Pure.

A format's `loads` turns bytes into a Loaded or raises FormatError. A problem belongs to one
question of the file; a FormatError to the file as a whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from questions.exchange.embedded_images import EmbeddedImage, address_of
from questions.exchange.foreign_pictures import MissingPicture, with_pictures_settled
from questions.exchange.item_bounds import (
    REF_LENGTH,
    cut_fields,
    stripped,
    unfit,
    without_unseen,
)
from questions.exchange.losses import field_words
from questions.exchange.text_files import FormatError, at_line, in_file
from questions.items.item import USUAL_LEVEL, Item, Level, Option
from questions.translation import gettext, gettext_noop, ngettext

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
class FileQuestion:
    """What a file leaves open, asked once for all of it: its name, and its answers with labels.

    `answer` is the one in force, "" while none is; `is_needed` says that rows wait for it.
    """

    name: str
    title: str
    answers: tuple[tuple[str, str], ...]
    answer: str = ""
    is_needed: bool = False


# How the texts of a file can be read.
_WAYS = {"plain": gettext_noop("Letter for letter"), "markdown": "Markdown", "html": "HTML"}


def texts_question(*ways: str, usual: str) -> FileQuestion:
    """Return the question how a file's texts are read, by the names of the ways that it may be."""
    answers = tuple((way, gettext(_WAYS[way])) for way in ways)
    return FileQuestion("texts", gettext("How its texts are read"), answers, usual)


@dataclass(frozen=True)
class ImportedItem:
    """An item as read: its row or line, its category and tags, what was changed or left behind.

    `has_foreign_ref` says that its ref is a name that another tool gave it, which others may have;
    `has_level` that its file says its level.
    """

    item: Item
    row: int
    category: str = ""
    tags: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    has_foreign_ref: bool = False
    has_level: bool = True

    def at_level(self, level: Level | None) -> "ImportedItem":
        """Return the item at a level, None for the usual one, where its file says none."""
        if self.has_level or level is None:
            return self
        return replace(self, item=replace(self.item, level=level))

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
    `images` are those it carries, by the addresses under which its items show them. `questions`
    are those that it leaves open, `encoding` is the one that its characters were guessed to be in,
    `missing` are the addresses of pictures that it shows and does not hold.
    """

    items: tuple[ImportedItem, ...] = ()
    problems: tuple[Problem, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    images: Mapping[str, EmbeddedImage] = field(default_factory=dict)
    questions: tuple[FileQuestion, ...] = ()
    encoding: str = ""
    missing: tuple[str, ...] = ()


@dataclass
class ImportCollector:
    """Gathers a file's items and problems, with the rules that hold for every format.

    `answers` are those that somebody gave to a FileQuestion, by its name. What `lose` names belongs
    to the question under way: the next that is added, or that fails. `path` is that of the file
    being read in a package, "" for one alone: what is said of its lines begins with it.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    items: list[ImportedItem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    columns: tuple[tuple[str, str], ...] = ()
    images: dict[str, EmbeddedImage] = field(default_factory=dict)
    questions: dict[str, FileQuestion] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)
    path: str = ""
    _rows: dict[str, int] = field(default_factory=dict)
    _lost: list[str] = field(default_factory=list)
    # Text that belongs to no question and was not told of yet: as warnings, and as problems.
    _outside: dict[str, Problem] = field(default_factory=dict)
    # The index of the first item of the file being read.
    _first: int = 0

    def loaded(self, otherwise: str = "") -> Loaded:
        """Return what was gathered; raises FormatError for a file without a single question.

        `otherwise` says what such a file looks like, where anything can be said.
        """
        if not self.items and not self.problems:
            usual = gettext("there is no question in the file; is it of another format?")
            raise FormatError(otherwise or usual)
        self._settle_outside(0)
        return Loaded(
            tuple(self.items),
            (*self.problems, *self._outside.values()),
            self.columns,
            self.images,
            tuple(self.questions.values()),
            missing=tuple(self.missing),
        )

    def begin_file(self, path: str) -> None:
        """Go on with another file of a package, by its path there."""
        self._settle_outside(self._first)
        self.path, self._first = path, len(self.items)

    def _settle_outside(self, first: int) -> None:
        """Tell text outside of questions with the last item, if one was read from an index on."""
        if self.items[first:]:
            last = self.items[-1]
            self.items[-1] = replace(last, warnings=(*last.warnings, *self._outside))
            self._outside.clear()

    def _placed(self, text: str) -> str:
        """Return what is said of the file being read with its path in the package."""
        return in_file(self.path, text)

    def ask(self, question: FileQuestion) -> str:
        """Ask a question once for the file; return its answer, "" while there is none."""
        known = self.questions.get(question.name, question)
        answer = self.answers.get(question.name, "")
        answer = answer if answer in dict(question.answers) else known.answer
        needed = known.is_needed or question.is_needed
        self.questions[question.name] = replace(question, answer=answer, is_needed=needed)
        return answer

    def lose(self, reason: str, line: int = 0) -> None:
        """Name what of the question under way does not arrive, with its line where it has one."""
        text = self._placed(at_line(reason, line))
        if text not in self._lost:
            self._lost.append(text)

    def lose_outside(self, text: str, line: int) -> None:
        """Name text that belongs to no question.

        It is told with the next one, else the last of its file; where none arrives at all, among
        the problems.
        """
        reason = gettext("text that belongs to no question was left out: %(text)r") % {
            "text": text[:80]
        }
        warning = self._placed(at_line(reason, line))
        self._outside[warning] = Problem(line, self._placed(reason))

    def carry(self, name: str, data: bytes) -> str:
        """Take an image of the file along; return the address that stands for it in texts."""
        address = address_of(data)
        if address not in self.images and len(self.images) >= MOST_IMAGES:
            raise FormatError(
                ngettext(
                    "it carries more than %(most)s image; divide the file",
                    "it carries more than %(most)s images; divide the file",
                    MOST_IMAGES,
                )
                % {"most": MOST_IMAGES}
            )
        self.images.setdefault(address, EmbeddedImage(name[-80:], data))
        return address

    def fail(self, row: int, reason: str, column: str = "") -> None:
        self._count()
        self._lost.clear()
        self.problems.append(Problem(row, self._placed(reason), column))

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
        name: str = "",
        explanation: str = "",
        fields: Mapping[str, Any] | None = None,
        category: str = "",
        tags: Sequence[str] = (),
        warnings: Sequence[str] = (),
    ) -> None:
        """Take a question in, or note why not.

        `ref` is the question's own, unique in its file; `name` is what another tool calls it, and
        becomes its ref where it can. `explanation` is of the question as a whole: it joins the why
        of the first right option.
        """
        has_foreign_ref = not ref and len(name) <= REF_LENGTH and name.split() == [name]
        item = Item(
            ref=name if has_foreign_ref else ref,
            type=item_type,
            stem=stem,
            options=_explained(options, right, explanation),
            right=tuple(right),
            prompts=tuple(prompts),
            **{"level": USUAL_LEVEL, **(fields or {})},
        )
        try:
            item = with_pictures_settled(item, carry=self.carry, lose=self.lose)
        except MissingPicture as error:
            if len(self.missing) < MOST_IMAGES:
                self.missing |= dict.fromkeys(error.addresses[:MOST_IMAGES])
            self.fail(row, str(error))
            return
        clean = without_unseen(item)
        if clean != stripped(item):
            self.lose(gettext("characters that cannot be seen were taken out"))
        for field_name in cut_fields(item):
            self.lose(gettext("too long, so cut: %(field)s") % {"field": field_words(field_name)})
        problem = unfit(clean)
        if ref and ref in self._rows:
            problem = (
                "ref",
                gettext("%(ref)s stands in row %(row)s already; refs are unique")
                % {"ref": ref, "row": self._rows[ref]},
            )
        if problem:
            self.fail(row, problem[1], problem[0])
            return
        self._count()
        self._rows[ref] = row
        changed = tuple(dict.fromkeys([*self._outside, *map(self._placed, warnings), *self._lost]))
        self._lost.clear()
        self._outside.clear()
        self.items.append(
            ImportedItem(
                clean,
                row,
                category,
                tuple(tags),
                changed,
                has_foreign_ref=has_foreign_ref,
                has_level=bool((fields or {}).get("level")),
            )
        )

    def _count(self) -> None:
        if len(self.items) + len(self.problems) >= MOST_ITEMS:
            raise FormatError(
                ngettext(
                    "there are more than %(most)s question; divide the file",
                    "there are more than %(most)s questions; divide the file",
                    MOST_ITEMS,
                )
                % {"most": MOST_ITEMS}
            )


def _explained(
    options: Sequence[Option], right: Sequence[int], explanation: str
) -> tuple[Option, ...]:
    """Return the options with the question's explanation in the why of the first right one."""
    explained = list(options)
    if explanation.strip() and right and 0 <= right[0] < len(explained):
        option = explained[right[0]]
        why = "\n\n".join(filter(None, [option.why.strip(), explanation.strip()]))
        explained[right[0]] = replace(option, why=why)
    return tuple(explained)
