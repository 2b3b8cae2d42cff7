"""Two wordings beside each other: what differs word by word, and how alike they are. Pure."""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from questions.items.item import FIELDS, LEVEL_LABELS, Item, ItemField, Option, letter
from questions.items.kinds.registry import kind_of, words_of
from questions.translation import gettext

Kind = Literal["same", "removed", "added"]
_WORD = re.compile(r"\w+")
_PIECE = re.compile(r"\s+|\w+|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_SHINGLE = 3
# Texts of fewer runs of words are alike by chance.
FEWEST_RUNS = 4
# Pairs of equal pieces, one of each text, past which they are not matched: the time grows with
# their number and more, up to the cube of a text's length where one word is said again and again.
# Blanks are none: they are matched only beside what is.
_MOST_PAIRS = 60_000
# Pieces of one text times those of the shorter past which they are not matched either: that is what
# it costs where every second one differs. 1,700 words are within it.
_MOST_STEPS = 6_000_000


@dataclass(frozen=True)
class Piece:
    kind: Kind
    text: str


@dataclass(frozen=True)
class FieldChange:
    """A field that differs between two items, as pieces of text that were kept, lost or added."""

    label: str
    pieces: tuple[Piece, ...]


def word_changes(before: str, after: str) -> tuple[Piece, ...]:
    """Return how one text becomes another: word by word, line by line where words are too many.

    Where lines are too many as well, what stands between two equal ends is not compared.
    """
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    first, last = "".join(old[:start]), "".join(old[len(old) - end :])
    left = "".join(old[start : len(old) - end])
    right = "".join(new[start : len(new) - end])
    return _joined([Piece("same", first), *_between(left, right), Piece("same", last)])


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    """Return with how many pieces two texts begin alike."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (one, two) in pairs if one != two), min(len(old), len(new)))


def _between(before: str, after: str) -> Iterator[Piece]:
    """Yield what differs, by the finest unit in which that is found soon."""
    for unit in (_PIECE, _LINE):
        old, new = unit.findall(before), unit.findall(after)
        counts, others = _counts(old), _counts(new)
        pairs = sum(counts[piece] * others[piece] for piece in counts)
        steps = len(old) * min(counts.total(), others.total())
        if pairs <= _MOST_PAIRS and steps <= _MOST_STEPS:
            yield from _matched(old, new)
            return
    yield from (Piece("removed", before), Piece("added", after))


def _counts(pieces: Iterable[str]) -> Counter[str]:
    return Counter(piece for piece in pieces if not piece.isspace())


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(str.isspace, old, new, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        kept, added = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if tag == "equal":
            yield Piece("same", kept)
        else:
            yield from (Piece("removed", kept), Piece("added", added))


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return pieces without empty ones, those of a kind that meet as one."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].kind == piece.kind:
            joined[-1] = Piece(piece.kind, joined[-1].text + piece.text)
        elif piece.text:
            joined.append(piece)
    return tuple(joined)


def item_changes(before: Item, after: Item) -> list[FieldChange]:
    """Return the fields in which two wordings of a question differ."""
    old = {text.field: text for text in _texts(before)}
    new = {text.field: text for text in _texts(after)}
    changes = []
    for field, named in (new | old).items():
        was, now = (texts[field].text if field in texts else "" for texts in (old, new))
        if was != now:
            changes.append(FieldChange(named.label, word_changes(was, now)))
    return changes


def key_in_words(item: Item) -> str:
    """Return an item's key as a reader would say it: letters, or prompts with their letters."""
    return kind_of(item.type).key_in_words(item)


class _FieldText(NamedTuple):
    """A field of an item in words: `field` names it in no language, `label` to a reader."""

    field: str
    label: str
    text: str


def _texts(item: Item) -> Iterator[_FieldText]:
    """Yield what a reader compares of an item."""
    yield _FieldText("type", gettext("Type"), words_of(item.type))
    yield _FieldText("stem", gettext("Question"), item.stem)
    for index, option in enumerate(item.options):
        yield from _texts_of_option(index, option)
    if kind_of(item.type).has_prompts:
        for number, prompt in enumerate(item.prompts, 1):
            label = gettext("Prompt %(number)s") % {"number": number}
            yield _FieldText(f"prompt {number}", label, prompt)
    yield _FieldText("key", gettext("Key"), key_in_words(item))
    yield _FieldText("level", gettext("Level"), gettext(LEVEL_LABELS[item.level]))
    yield _FieldText("topic", gettext("Topic"), f"{item.task} {item.topic}".strip())
    for field in FIELDS:
        if field.label:
            text = _in_words(field, getattr(item, field.name))
            yield _FieldText(f"field {field.name}", gettext(field.label), text)


def _texts_of_option(index: int, option: Option) -> Iterator[_FieldText]:
    named = {"letter": letter(index)}
    texts = (
        ("text", gettext("Option %(letter)s"), option.text),
        ("why", gettext("Explanation of option %(letter)s"), option.why),
        ("about", gettext("Option %(letter)s stands for"), option.about),
        (
            *("fixed", gettext("Option %(letter)s keeps its place")),
            gettext("yes") if option.is_fixed else "",
        ),
    )
    for name, label, text in texts:
        yield _FieldText(f"option {index} {name}", label % named, text)


def _in_words(field: ItemField, value: object) -> str:
    if isinstance(value, tuple):
        # Who names whom first says nothing.
        return ", ".join(sorted(value) if field.name == "enemies" else value)
    return "" if value is None else str(value)


def shingles(text: str) -> set[int]:
    """Return a text's runs of three words, each as a signed number of 32 bits.

    A text of fewer words is one run. Broder (1997): texts that share runs are alike.
    """
    words = _WORD.findall(text.casefold())
    runs = [words[first : first + _SHINGLE] for first in range(len(words) - _SHINGLE + 1)]
    return {_number(" ".join(run)) for run in (runs or [words]) if run}


def what_is_asked(item: Item) -> str:
    """Return what makes an item a duplicate of another: its question and its right answer."""
    keyed = [item.options[index].text for index in item.right if 0 <= index < len(item.options)]
    return " ".join([item.stem, *keyed])


def alikeness(first: Sequence[int] | set[int], second: Sequence[int] | set[int]) -> float:
    """Return the share of runs that two texts have in common, 0 to 1 (Jaccard, 1912)."""
    one, two = set(first), set(second)
    return len(one & two) / len(one | two) if one or two else 0.0


class Likeness:
    """Texts by their runs of words, to find the one that another is most like.

    Runs that more than one text in a hundred has make nothing alike, and are not looked for.
    """

    def __init__(self, texts: Mapping[str, Sequence[int]]) -> None:
        self._texts = texts
        self._by_run: dict[int, list[str]] = {}
        for name, runs in texts.items():
            for run in set(runs):
                self._by_run.setdefault(run, []).append(name)
        self._most = max(20, len(texts) // 100)

    def nearest(self, runs: Sequence[int] | set[int], *, least: float) -> tuple[str, float] | None:
        """Return the name of the text most alike, with how alike it is; None under `least`."""
        near: set[str] = set()
        for run in runs:
            names = self._by_run.get(run, ())
            if len(names) <= self._most:
                near.update(names)
        scores = [(alikeness(runs, self._texts[name]), name) for name in near]
        share, name = max(scores, default=(-1.0, ""))
        return (name, share) if scores and share >= least else None


def _number(text: str) -> int:
    value = zlib.crc32(text.encode())
    return value - 2**32 if value >= 2**31 else value
