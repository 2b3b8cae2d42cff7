"""Lettered lists: a numbered or headed question, options `A.`, an answer by its letters. Pure.

The commonest shape of practice questions for certificates, in Markdown and in plain text.
"""

import re
from collections.abc import Sequence
from textwrap import dedent

from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.lettered_entry import RULE, Entry, divided, has_code
from questions.exchange.lettered_lines import (
    OptionLine,
    answer_of,
    is_bare_number,
    letters_of,
    named_by_text,
    number_of,
    option_of,
)
from questions.exchange.lettered_outline import Outline
from questions.exchange.markdown_lines import (
    EXPLAINED,
    Line,
    comment_of,
    explained,
    first_words,
    lines_of,
)
from questions.exchange.markdown_source import Source, read_sources
from questions.exchange.plain_text import plain_to_markdown
from questions.exchange.sections import Sections, asks, without_number
from questions.exchange.text_files import at_line
from questions.items.item import Option, letter
from questions.translation import gettext

_MARKDOWN = re.compile(
    r"^\s{0,3}#{1,6} |\*\*|^\s*[`~]{3}|^\s*[-*+] |!\[|<details|<br", re.MULTILINE
)


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read a lettered list, or a zip of lists and pictures; raises FormatError."""
    return read_sources(data, encoding, lambda intake, source: _Reader(intake, source).read())


class _Reader:
    """Reads one file, line by line; its outline says which lines may begin a question."""

    def __init__(self, intake: ImportCollector, source: Source) -> None:
        self._intake = intake
        self._source = source
        self._is_markdown = bool(source.path or _MARKDOWN.search(source.text))
        self._sections = Sections()
        self._entry: Entry | None = None
        plain = (Line(*each) for each in enumerate(source.text.split("\n"), 1))
        self._lines = list(lines_of(source.text) if self._is_markdown else plain)
        self._outline = Outline(self._lines)

    def read(self) -> None:
        """Take in every question of the file."""
        for index, line in enumerate(self._lines):
            if index in self._outline.headings:
                self._begin_heading(index, line)
            elif numbered := self._numbered(index, line):
                self._begin_number(line, *numbered)
            else:
                self._take(index, line)
        self._finish()

    def _begin_heading(self, index: int, line: Line) -> None:
        self._finish()
        marks, title = self._outline.headings[index]
        if not self._outline.has_options_below(index):
            if asks(title):
                self._intake.fail(line.number, gettext("no options stand under it, as A. and B."))
            return self._sections.enter(marks, title)
        self._sections.leave(marks)
        self._entry = Entry(line.number, marks)
        if not is_bare_number(title):
            self._entry.stem.append(Line(line.number, without_number(title)))
        return None

    def _numbered(self, index: int, line: Line) -> tuple[int, str] | None:
        """Return number and text of a line that begins a question."""
        numbered = number_of(line) if index in self._outline.numbered else None
        entry = self._entry
        if numbered is None or entry is None:
            return numbered
        if not entry.options:
            return numbered if entry.is_title() or not (entry.depth or entry.number) else None
        if not entry.number:
            return None
        return numbered if self._outline.next_start(index, entry.number) == index else None

    def _begin_number(self, line: Line, number: int, text: str) -> None:
        entry = self._entry
        if entry and entry.depth and not entry.options:
            self._sections.enter(entry.depth, entry.stem[0].text)
            self._entry = None
        self._finish()
        self._entry = Entry(line.number, number=number, stem=[Line(line.number, text)])

    def _take(self, index: int, line: Line) -> None:
        entry = self._entry = self._entry or Entry(line.number)
        if (comment := comment_of(line)) is not None:
            return self._intake.lose(
                gettext("the comment %(comment)r was left out") % {"comment": comment[:60]},
                line.number,
            )
        option = option_of(line)
        if option and option.index == 0 and entry.options and self._outline.is_answered(index):
            entry = self._begin_unmarked(entry, line)
        if option and not entry.answers and self._take_option(entry, option):
            return None
        if (answer := answer_of(line)) is not None and entry.options:
            self._take_answer(entry, line, answer)
        elif entry.awaits_answer and line.bare and letters_of(line.bare):
            self._take_answer(entry, line, line.bare)
        elif line.is_summary:
            return None
        elif not entry.options:
            entry.stem.append(line)
        elif entry.answers or not self._outline.has_more_options(index):
            self._take_after(entry, index, line)
        else:
            entry.options[-1].append(line.text if line.is_code else line.bare)
        return None

    def _take_option(self, entry: Entry, option: OptionLine) -> bool:
        """Take the next option; tell whether it was one."""
        if option.index != len(entry.options):
            if entry.options and option.index > len(entry.options):
                last = letter(len(entry.options) - 1)
                entry.out_of_order = gettext(
                    "after option %(last)s stands %(letter)s; options follow each other"
                ) % {"last": last, "letter": letter(option.index)}
            return False
        if option.is_marked:
            entry.marked.append(option.index)
        entry.options.append([option.text])
        return True

    def _take_answer(self, entry: Entry, line: Line, answer: str) -> None:
        entry.awaits_answer = not answer
        if answer:
            entry.answers.append((line.number, answer))

    def _take_after(self, entry: Entry, index: int, line: Line) -> None:
        is_said = bool(EXPLAINED.match(line.bare) or RULE.match(line.text)) and not line.is_code
        is_code_of_option = line.is_code and has_code(entry.options)
        is_joined = self._outline.is_joined(index) or is_code_of_option
        if entry.answers or entry.after or is_said or not is_joined:
            if line.bare or entry.after:
                entry.after.append(line)
        else:
            # It goes on with the last option.
            entry.options[-1].append(line.text if line.is_code else line.bare)

    def _begin_unmarked(self, entry: Entry, line: Line) -> Entry:
        """Begin a question that neither a heading nor a number announces."""
        said, stem = divided(entry.after)
        if said and stem:
            self._intake.lose(gettext("where its explanation ends was guessed"), stem[0].number)
        entry.after = said
        self._finish()
        number = next((each.number for each in stem if each.bare), line.number)
        self._entry = Entry(number, stem=stem)
        return self._entry

    def _finish(self) -> None:
        entry, self._entry = self._entry, None
        if entry is None:
            return
        if entry.options:
            self._add(entry)
        elif entry.number or any(asks(line.text) for line in entry.stem[:1]):
            self._intake.fail(entry.line, gettext("no options stand under it, as A. and B."))
        elif words := first_words(entry.stem):
            self._intake.lose_outside(words.bare, words.number)

    def _add(self, entry: Entry) -> None:
        options = [self._text([Line(0, text) for text in lines]) for lines in entry.options]
        try:
            right = self._right(entry, options)
        except ValueError as error:
            return self._intake.fail(entry.line, str(error), "key")
        explanation, sources = explained(entry.after)
        return self._intake.add(
            entry.line,
            "multiple_choice" if len(right) == 1 else "multiple_response",
            stem=self._shown(self._text(entry.stem)),
            options=[Option(self._shown(text, is_inline=True), "") for text in options],
            right=sorted(right),
            explanation=self._shown(explanation),
            fields={"sources": sources},
            category=self._sections.category,
        )

    def _right(self, entry: Entry, options: Sequence[str]) -> tuple[int, ...]:
        """Return the options that its answers name; raises ValueError, with a sentence."""
        if entry.out_of_order:
            raise ValueError(entry.out_of_order)
        keys = []
        for number, answer in entry.answers:
            lettered = letters_of(answer)
            if lettered:
                keys.append(lettered[0])
                self._say_more(
                    entry,
                    number,
                    lettered[1],
                    [options[i] for i in lettered[0] if i < len(options)],
                )
            elif named := named_by_text(answer, options):
                keys.append(named)
            else:
                reason = gettext("its answer %(answer)r names no option")
                raise ValueError(at_line(reason % {"answer": answer[:40]}, number))
        if len(set(map(frozenset, keys))) > 1:
            reason = gettext("it has a second answer that is another")
            raise ValueError(at_line(reason, entry.answers[1][0]))
        if keys and max(keys[0]) >= len(options):
            reason = gettext("its answer names an option that is not there")
            raise ValueError(at_line(reason, entry.answers[0][0]))
        if not keys and not 0 < len(entry.marked) < len(options):
            raise ValueError(gettext("no answer stands under it, as Answer: B"))
        return keys[0] if keys else tuple(entry.marked)

    def _say_more(self, entry: Entry, number: int, rest: str, texts: Sequence[str]) -> None:
        """Keep the words behind the letters of an answer, unless they are the option's own."""
        rest = rest.strip(" *_.:-–—")
        if rest and rest.casefold() not in (text.strip(" *_.").casefold() for text in texts):
            entry.after.insert(0, Line(number, rest))

    def _text(self, lines: Sequence[Line]) -> str:
        texts = [
            line.text
            for line in lines
            if line.is_code or not RULE.match(line.text) or not line.bare
        ]
        text = dedent("\n".join(texts)).strip()
        return re.sub(r"\n{3,}", "\n\n", text)

    def _shown(self, text: str, *, is_inline: bool = False) -> str:
        """Return a text of the file as Markdown with the pictures that come along."""
        if not self._is_markdown:
            return plain_to_markdown(text, is_inline=is_inline)
        return self._source.with_pictures(text, self._intake.carry)
