"""Anki: reading a package of notes. Pure.

Notes of ours come back as they went. Others are known by the names of their fields: those of a
table, Front and Back with lettered options in the front, or Q_1, Q_2 and so on with an answer for
each as 1 or 0. What a field holds can be said by hand.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from questions.exchange import anki
from questions.exchange.anki_collection import AnkiNote, media_names, notes_of, unpacked
from questions.exchange.archives import members
from questions.exchange.collector import ColumnsUnknown, ImportCollector, Loaded
from questions.exchange.columns import OPTION_LETTERS, column_of
from questions.exchange.foreign_questions import ForeignQuestion
from questions.exchange.keys import KeyColumn
from questions.items.item import Option
from questions.translation import gettext

_COLUMNS = {"front": "stem", "back": "key", "sources": "sources", "source": "sources"}
_LETTERED = re.compile(r"\(?([A-La-l])\\?[.):]\s+(\S.*)")
_STATEMENT = re.compile(r"Q_(\d)")
_BITS = re.compile(r"[01](?:\s+[01])+")
_ANSWER = re.compile(
    r"\**(?:correct )?(?:answers?|option)\**\s*(?:is)?\s*[:=]\**\s*", re.IGNORECASE
)
_SOUND = re.compile(r"\[sound:([^\]]*)\]")
_IMAGE = re.compile(r'(<img\b[^>]*?\bsrc=)(?:"([^"]*)"|\'([^\']*)\')', re.IGNORECASE)
_CLOZE = re.compile(r"\{\{c\d+::")


@dataclass
class _Card:
    """A note under way: its question, and the text that names its right options."""

    question: ForeignQuestion
    key: str = ""

    @property
    def texts(self) -> list[str]:
        return [option.text for option in self.question.options]


def loads(
    data: bytes,
    encoding: str = "",
    columns: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> Loaded:
    """Read a package of Anki; raises FormatError. Rows are numbers of its notes.

    `columns` says what fields of notes hold, by their names; `answers` what the file leaves open.
    """
    parts = members(data)
    reader = _Reader(parts, media_names(parts), ImportCollector(answers or {}), columns or {})
    return reader.read(notes_of(parts))


@dataclass
class _Reader:
    """Reads the notes of a package; its pictures are taken along as notes show them."""

    parts: Mapping[str, bytes]
    media: Mapping[str, str]
    intake: ImportCollector
    by_hand: Mapping[str, str]
    cards: list[_Card] = field(default_factory=list)

    def read(self, notes: list[AnkiNote]) -> Loaded:
        """Return what the notes hold; raises ColumnsUnknown where none of them is a question."""
        names = dict.fromkeys(name for note in notes for name in note.fields)
        self.intake.columns = tuple((name, self._column(name)) for name in names)
        for row, note in enumerate(notes, 1):
            self._read_note(row, note)
        keys = self._keys()
        for card in self.cards:
            self._take(card, keys)
        if notes and not self.intake.items and not self.by_hand and not self.intake.questions:
            reason = self.intake.problems[0].reason
            raise ColumnsUnknown(reason, 0, self.intake.columns)
        return self.intake.loaded()

    def _column(self, name: str) -> str:
        usual = _COLUMNS.get(name.strip().casefold()) or column_of(name)
        return self.by_hand.get(name, usual)

    def _read_note(self, row: int, note: AnkiNote) -> None:
        category = "" if note.deck == "Default" else note.deck.replace("::", "/")
        question = ForeignQuestion(row, category=category, tags=[*note.tags])
        fields = {name: self._settled(question, text) for name, text in note.fields.items()}
        if {*anki.FIELDS[:4]} <= fields.keys():
            anki.take_card(self.intake, row, fields, note.tags, category=category)
        elif any(_CLOZE.search(text) for text in fields.values()):
            self.intake.fail(row, gettext("a cloze deletion of Anki has no options to choose from"))
        elif "Answers" in fields and "Q_1" in fields:
            self._read_statements(question, fields)
        else:
            self._read_columns(question, fields)

    def _settled(self, question: ForeignQuestion, html: str) -> str:
        """Return a field's HTML with pictures of the package under their addresses."""

        def carried(match: re.Match[str]) -> str:
            name = match[2] or match[3] or ""
            part = self.parts.get(self.media.get(name, ""))
            if part is None:
                question.lose(
                    gettext("the picture %(name)r is not in the package") % {"name": name[:80]}
                )
                return match[0]
            return f'{match[1]}"{self.intake.carry(name, unpacked(part))}"'

        for sound in _SOUND.findall(html):
            question.lose(gettext("the sound %(sound)r was left out") % {"sound": sound[:80]})
        return _IMAGE.sub(carried, _SOUND.sub("", html))

    def _read_statements(self, question: ForeignQuestion, fields: Mapping[str, str]) -> None:
        """Read a note with a statement a field, and a 1 or 0 for each of them."""
        names = [name for name in fields if _STATEMENT.fullmatch(name) and fields[name].strip()]
        names.sort()
        bits = question.markdown(fields["Answers"])
        if not _BITS.fullmatch(bits) or len(bits.split()) < len(names):
            return self.intake.fail(
                question.row,
                gettext("%(bits)r is no 1 or 0 for each statement") % {"bits": bits[:40]},
            )
        question.right = [i for i, bit in enumerate(bits.split()[: len(names)]) if bit == "1"]
        for name in names:
            question.options.append(Option(question.markdown(fields[name], is_inline=True), ""))
        kind = next(
            (text for name, text in fields.items() if name.casefold().startswith("qtype")), ""
        )
        question.is_multiple = kind.strip()[:1] in ("0", "1")
        question.stem = question.markdown(fields.get("Question", ""))
        others = {
            name: text
            for name, text in fields.items()
            if name not in (*names, "Answers", "Question")
            and not name.casefold().startswith("qtype")
        }
        self._read_others(question, others)
        return self.cards.append(_Card(question))

    def _read_columns(self, question: ForeignQuestion, fields: Mapping[str, str]) -> None:
        """Read a note whose fields are named as columns of a table, or Front and Back."""
        columns: dict[str, str] = {}
        for name, text in fields.items():
            if column := self._column(name):
                columns[column] = "<br>".join(filter(None, [columns.get(column), text]))
        stem = question.markdown(columns.pop("stem", ""))
        options = [columns.pop(f"option_{name}", "") for name in OPTION_LETTERS]
        whys = [columns.pop(f"why_{name}", "") for name in OPTION_LETTERS]
        key = question.markdown(columns.pop("key", ""))
        if any(options):
            question.options = [
                Option(question.markdown(text, is_inline=True), question.markdown(why))
                for text, why in zip(options, whys, strict=True)
                if text
            ]
        else:
            stem, texts = _divided(stem)
            question.options = [Option(text, "") for text in texts]
            key, _, rest = key.partition("\n")
            question.explanation = rest.strip()
        question.stem = stem
        if not question.options:
            reason = gettext(
                "a card of two sides has no options; write them in its front as A., B. and so on"
            )
            return self.intake.fail(question.row, reason)
        unnamed = {name: text for name, text in fields.items() if not self._column(name)}
        left = {name: text for name, text in unnamed.items() if name not in self.by_hand}
        self._read_others(question, columns | left)
        return self.cards.append(_Card(question, _ANSWER.sub("", key, count=1).strip("* ")))

    def _read_others(self, question: ForeignQuestion, fields: Mapping[str, str]) -> None:
        """Read what a note says beside its question; what has no place there is named."""
        for name, html in fields.items():
            text = question.markdown(html)
            column = name if name == "explanation" else self._column(name)
            if not text:
                continue
            if column == "explanation" or re.match(r"(?:extra|comment)", name.casefold()):
                question.explanation = "\n\n".join(filter(None, [question.explanation, text]))
            elif column == "sources":
                question.fields = {"sources": tuple(text.split("\n"))}
            elif column in ("category", "topic"):
                question.category = text
            elif column != "ref":
                question.lose(
                    gettext("the field %(name)r was left out: %(text)r")
                    % {"name": name[:40], "text": text[:80]}
                )

    def _keys(self) -> KeyColumn:
        cells = [(card.key, card.texts) for card in self.cards if card.key]
        keys = KeyColumn.of(cells)
        if asked := keys.question(cells):
            keys = replace(keys, answer=self.intake.ask(asked))
        return keys

    def _take(self, card: _Card, keys: KeyColumn) -> None:
        question = card.question
        if card.key or not question.right:
            try:
                question.right = sorted(set(keys.key(card.key, card.texts)))
            except ValueError as error:
                return self.intake.fail(question.row, str(error), "key")
        return question.add_to(self.intake)


def _divided(text: str) -> tuple[str, list[str]]:
    """Return a front's text as its stem and its lettered options, of which A begins a line."""
    stem: list[str] = []
    options: list[list[str]] = []
    for line in text.split("\n"):
        match = _LETTERED.fullmatch(line.strip())
        if match and ord(match[1].upper()) - ord("A") == len(options):
            options.append([match[2]])
        else:
            (options[-1] if options else stem).append(line)
    return "\n".join(stem).strip(), ["\n".join(lines).strip() for lines in options]
