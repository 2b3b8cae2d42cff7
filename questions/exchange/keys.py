"""The keys of a table, whose column says how they are read: by letter, by number, by text. Pure.

A cell such as `4` may be the fourth option, the fifth (counted from 0), or the option whose text is
"4". The whole column is looked at: what reads every one of its cells is how it is meant. Where two
ways do and differ, the file is asked about once, and no key is guessed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from questions.exchange.collector import FileQuestion
from questions.items.item import letter
from questions.translation import gettext, gettext_noop, or_list

LETTER, NUMBER, ZERO, TEXT = "letter", "number", "zero", "text"
ANSWERS = {
    LETTER: gettext_noop("Letters: A is the first option"),
    NUMBER: gettext_noop("Numbers: 1 is the first option"),
    ZERO: gettext_noop("Numbers: 0 is the first option"),
    TEXT: gettext_noop("The text of the right option"),
}
# What a cell names, read in each way; in the end stands the name of the way.
_NAMED = {
    LETTER: gettext_noop("%(options)s (letters: letter)"),
    NUMBER: gettext_noop("%(options)s (numbers: number)"),
    ZERO: gettext_noop("%(options)s (numbers: zero)"),
    TEXT: gettext_noop("%(options)s (the text of the right option: text)"),
}
_WAYS = {"letters": (LETTER, TEXT), "numbers": (NUMBER, ZERO, TEXT)}
_SEPARATORS = re.compile(r"(?:\s*[,;&|/+\n]\s*|\s+and\s+|\s+)+", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:options?|choices?|answers?)\s*[:#]?\s*(?=[a-l]\b|\d{1,2}\b)", re.IGNORECASE
)
_LETTERED = re.compile(r"([A-La-l])\s*[.):-]\s+(\S.*)", re.DOTALL)
_FROM_ZERO = re.compile(
    r"\b0\s*(?:-|–|to|\.\.)\s*\d|\b(?:0|zero)[\s-]*(?:based|index)|from 0\b", re.I
)
_FROM_ONE = re.compile(r"\b1\s*(?:-|–|to|\.\.)\s*\d|\b(?:1|one)[\s-]*based|from 1\b", re.I)
# What stands around a letter or number, as in `(B)` and `["A", "C"]`.
_AROUND = "().[]:\"'"
# What spreadsheets and their likes write behind a whole number.
_WHOLE = re.compile(r"(?<=\d)\.0+$")
# What says true or false in a cell, where these are the options.
_TRUTHS = {"true": ("t", "1", "yes"), "false": ("f", "0", "no")}
# Parts, and characters, of a cell that is tried as texts of several options.
_MOST_PARTS = 60
_MOST_CELL = 4000

Readings = Mapping[str, tuple[int, ...]]


def readings_of(cell: str, options: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the indexes of options that a cell names, by each way in which it can be read."""
    found: dict[str, tuple[int, ...]] = {}
    lettered = _LETTERED.fullmatch(cell.strip())
    texts = list(map(_folded, options))
    if lettered:
        index = ord(lettered[1].upper()) - ord("A")
        if index < len(options) and _folded(lettered[2]) == texts[index]:
            return {LETTER: (index,)}
    parts = [part.strip(_AROUND) for part in _SEPARATORS.split(_LABEL.sub("", cell.strip()))]
    parts = [_WHOLE.sub("", part) for part in parts if part]
    if len(parts) == 1 and re.fullmatch(r"[A-L]{2,}", parts[0]):
        parts = list(parts[0])
    if parts and all(re.fullmatch("[A-La-l]", part) for part in parts):
        found[LETTER] = tuple(ord(part.upper()) - ord("A") for part in parts)
    if parts and all(re.fullmatch(r"\d{1,2}", part) for part in parts):
        found[ZERO] = tuple(map(int, parts))
        found[NUMBER] = tuple(number - 1 for number in found[ZERO])
    found = {
        way: indexes
        for way, indexes in found.items()
        if all(0 <= index < len(options) for index in indexes)
    }
    if by_text := _by_text(cell, texts):
        found[TEXT] = by_text
    return found


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _by_text(cell: str, texts: Sequence[str]) -> tuple[int, ...]:
    """Return the options whose texts a cell holds, one or several with marks between them."""
    if len(set(texts)) < len(texts):
        return ()
    places = {text: index for index, text in enumerate(texts)}
    if set(texts) == set(_TRUTHS):
        places |= {word: places[text] for text, words in _TRUTHS.items() for word in words}
    whole = _folded(cell)
    if whole in places:
        return (places[whole],)
    for separator in ("\n", ";", "|", ",") if len(cell) <= _MOST_CELL else ():
        parts = cell.split(separator)
        if 1 < len(parts) <= _MOST_PARTS:
            named = _joined_parts(parts, separator, places)
            if len(named) > 1:
                return named
    return ()


def _joined_parts(parts: list[str], separator: str, places: Mapping[str, int]) -> tuple[int, ...]:
    """Return the options that parts name; a text that holds the separator takes several parts."""
    named: list[int] = []
    start = 0
    while start < len(parts):
        for end in range(len(parts), start, -1):
            text = _folded(separator.join(parts[start:end]))
            if text in places:
                named.append(places[text])
                start = end
                break
        else:
            if parts[start].strip():
                return ()
            start += 1
    return tuple(named)


def _kind(cell: str, readings: Readings) -> str:
    if NUMBER in readings or ZERO in readings or re.fullmatch(r"[\d\s,;]+", cell):
        return "numbers"
    return "letters" if LETTER in readings else "text"


@dataclass(frozen=True)
class KeyColumn:
    """How the keys of a table are read: the ways that fit its numbers, and those for its letters.

    One way is how it is meant; with several, cells that they read otherwise are asked about. Where
    none fits the whole column (a 0 here, a number as high as the options there), all of it is.
    """

    ways: Mapping[str, tuple[str, ...]]
    answer: str = ""
    torn: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        cells: Sequence[tuple[str, Sequence[str]]],
        header: str = "",
        *,
        has_letters: bool = False,
    ) -> "KeyColumn":
        """Look at a whole column: each cell with its row's options, and the column's name.

        `has_letters` says that the table's form names right options by letter, as ours does: where
        letters could be texts too, they are letters until the file says otherwise.
        """
        read = [(cell, readings_of(cell, options)) for cell, options in cells]
        kinds = {kind: [r for c, r in read if r and _kind(c, r) == kind] for kind in _WAYS}
        has_texts = any(_kind(cell, readings) == "text" and readings for cell, readings in read)
        ways, torn = {}, set()
        for kind, rows in kinds.items():
            fitting = tuple(way for way in _WAYS[kind] if all(way in row for row in rows))
            if kind == "numbers" and _FROM_ZERO.search(header):
                fitting = (ZERO,)
            elif kind == "numbers" and _FROM_ONE.search(header):
                fitting = (NUMBER,)
            elif has_texts and TEXT in fitting:
                fitting = (TEXT,)
            if rows:
                ways[kind] = fitting or _WAYS[kind]
                torn |= set() if fitting else {kind}
        is_usual = has_letters and len(ways.get("letters", ())) > 1
        return cls(ways, answer=LETTER if is_usual else "", torn=frozenset(torn))

    def question(self, cells: Sequence[tuple[str, Sequence[str]]]) -> FileQuestion | None:
        """Return what the file has to be asked, or shows as read; None for plain letters."""
        answers = tuple(way for way in ANSWERS if any(way in ways for ways in _all(self.ways)))
        rows = [(cell, options) for cell, options in cells if cell]
        is_needed = any(self._is_open(*row) for row in rows)
        if not is_needed and "numbers" not in self.ways and not self.answer:
            return None
        decided = self.ways.get("numbers", self.ways.get("letters", ()))
        answer = decided[0] if not is_needed and len(decided) == 1 else self.answer
        shown = tuple((way, gettext(ANSWERS[way])) for way in answers)
        return FileQuestion("keys", gettext("How its keys are read"), shown, answer, is_needed)

    def _is_open(self, cell: str, options: Sequence[str]) -> bool:
        """Tell whether a cell waits for an answer."""
        readings = self._read(cell, options)
        is_torn = _kind(cell, readings) in self.torn and not self.answer
        return bool(readings) and (is_torn or len(set(readings.values())) > 1)

    def _read(self, cell: str, options: Sequence[str]) -> Readings:
        readings = readings_of(cell, options)
        kind = _kind(cell, readings)
        ways = self.ways.get(kind, tuple(ANSWERS))
        is_settled = kind == "letters" and ways == (LETTER,)
        if self.answer in _WAYS.get(kind, ()) and not is_settled:
            ways = (self.answer,)
        return {way: indexes for way, indexes in readings.items() if way in ways}

    def key(self, cell: str, options: Sequence[str]) -> tuple[int, ...]:
        """Return the indexes that a cell names; raises ValueError, with a sentence."""
        if not cell:
            raise ValueError(gettext("no option is named; write its letter, as in B"))
        readings = self._read(cell, options)
        if not readings:
            if re.fullmatch(r"[A-L\d\s,;&|/+().]+|[a-l]", cell):
                raise ValueError(
                    gettext("%(cell)r names an option that does not exist") % {"cell": cell[:40]}
                )
            raise ValueError(
                gettext("%(cell)r is neither a letter of an option nor the text of one")
                % {"cell": cell[:40]}
            )
        if self._is_open(cell, options):
            named = [
                gettext(_NAMED[way]) % {"options": ", ".join(map(letter, indexes))}
                for way, indexes in readings.items()
            ]
            raise ValueError(
                gettext("%(cell)r is %(ways)s; say once for the file how keys are read")
                % {"cell": cell[:40], "ways": or_list(named)}
            )
        return next(iter(readings.values()))


def _all(ways: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    return (_WAYS[kind] for kind in ways)
