"""Study notes of a task: Markdown with a `## ` heading for each topic. Pure.

A comment `<!-- facts: F11-001 F11-002 -->` says which facts a topic carries, and
`<!-- checked: 2026-11-29 -->` the day on which they were last compared with their sources; readers
see neither. A list item `- **Term**: its meaning in a sentence.` is an entry of the glossary; an
abbreviation in brackets after the term is no part of its name.
A figure stands in a paragraph of its own: `![what it says](figures/name.svg)`.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from questions.bank_files import figures
from questions.bank_files.problems import BankProblem
from questions.bank_files.yaml_lines import day_of
from questions.markdown import to_html

# Characters of a term's key; a longer one stands in the glossary and is no term to come back to.
LONGEST_KEY = 200
_SLUG = re.compile(r"[^\w\s-]")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_FACTS = re.compile(r"\s*facts:([\s\w,-]*)")
_CHECKED = re.compile(r"\s*checked:(.*)", re.DOTALL)
_TERM = re.compile(
    r"^[-*][ \t]+\*\*([^*\n(]+?)(?:[ \t]+\([^*)\n]*\))?\*\*"
    r"(?:[ \t]+\([^)\n]*\))?:[ \t]+(\S.*(?:\n[ \t]+\S.*)*)$",
    re.MULTILINE,
)
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_INLINE = re.compile(r"</?(?:a|code|em|strong)\b[^>]*>")
_TAG = re.compile(r"<[^>]+>")
FIGURE = re.compile(r"^!\[([^\]\n]*)\]\((figures/[\w-]+\.svg)\)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Figure:
    """A figure that a topic shows: its file, the words that stand for it, and where it is named."""

    path: str
    alt: str
    line: int


@dataclass(frozen=True)
class GlossaryTerm:
    """A term that a topic defines, and what it means, as Markdown."""

    name: str
    meaning: str

    @property
    def key(self) -> str:
        """The name by which the term is the same, however it is capitalized."""
        return self.name.lower()


@dataclass(frozen=True)
class TopicText:
    """A topic as its file has it; `checked` is a day as 2026-11-29, "" for none."""

    slug: str
    title: str
    source: str
    line: int
    facts: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    checked: str = ""
    terms: tuple[GlossaryTerm, ...] = ()


def slugify(title: str) -> str:
    """Return a heading's slug: lower case, hyphens for spaces, no punctuation."""
    return re.sub(r"[-\s]+", "-", _SLUG.sub("", title.casefold())).strip("-_")


@dataclass(frozen=True)
class Page:
    """A topic as readers see it, and its words alone, which are searched."""

    html: str
    text: str


def page(source: str, drawn: Mapping[str, str]) -> Page:
    """Render a topic; `drawn` has the clean SVG of figures by their path."""
    parts: list[str] = []
    words: list[str] = []
    # Between figures stands Markdown: the pattern has two groups, the words and the path.
    pieces = FIGURE.split(source)
    for index in range(0, len(pieces), 3):
        rendered = to_html(pieces[index])
        parts.append(rendered)
        words.append(html.unescape(_TAG.sub(" ", _INLINE.sub("", rendered))))
        if index + 2 < len(pieces):
            alt, path = pieces[index + 1].strip(), pieces[index + 2]
            parts.append(figures.shown(drawn[path], alt) if drawn.get(path) else "")
            words.append(alt)
    return Page("\n".join(filter(None, parts)), " ".join(" ".join(words).split()))


def topics(text: str, file: str) -> tuple[list[TopicText], list[BankProblem]]:
    """Read a task's notes: its topics in order, and what is wrong with them."""
    read_topics: list[TopicText] = []
    problems: list[BankProblem] = []
    lines: list[str] = []
    start, title = 0, ""
    for number, line in enumerate([*text.splitlines(), "## "], 1):
        if not line.startswith("## "):
            lines.append(line)
            continue
        if title:
            reader = _TopicReader(title, "\n".join(lines), start)
            read_topics.append(reader.read())
            problems += [
                BankProblem(file, at, f"topic {title!r} {reason}") for at, reason in reader.problems
            ]
        start, title, lines = number, line[3:].strip(), []
    slugs = [topic.slug for topic in read_topics]
    problems += [
        BankProblem(file, topic.line, f"topic {topic.slug!r} stands twice")
        for topic in read_topics
        if slugs.count(topic.slug) > 1
    ]
    return read_topics, problems


class _TopicReader:
    """Reads one topic, and gathers what is wrong with it, each with its line."""

    def __init__(self, title: str, body: str, start: int) -> None:
        self.title = title
        self.body = body
        self.start = start
        self.problems: list[tuple[int, str]] = []

    def read(self) -> TopicText:
        facts, checked = self._comments()
        figures = tuple(self._figures())
        source = re.sub(r"\n{3,}", "\n\n", _COMMENT.sub("", self.body)).strip()
        if not source:
            self.problems.append((self.start, "is empty; write it or delete it"))
        return TopicText(
            slug=slugify(self.title),
            title=self.title,
            source=source,
            line=self.start,
            facts=facts,
            figures=figures,
            checked=checked,
            terms=tuple(terms(source)),
        )

    def _line(self, index: int) -> int:
        """Return the line of the file at which a character of the body stands."""
        return self.start + 1 + self.body.count("\n", 0, index)

    def _comments(self) -> tuple[tuple[str, ...], str]:
        """Return what comments say: the facts that the topic carries, and when it was checked."""
        facts: list[str] = []
        days: list[str] = []
        for comment in _COMMENT.finditer(self.body):
            ids, day = _FACTS.fullmatch(comment[1]), _CHECKED.fullmatch(comment[1])
            if ids:
                facts += re.findall(r"[\w-]+", ids[1])
            elif day:
                days.append(self._day(day[1].strip(), self._line(comment.start())))
            else:
                reason = "has a comment that is not a list of facts, nor the day of a check"
                self.problems.append((self._line(comment.start()), reason))
        for fact in sorted({fact for fact in facts if facts.count(fact) > 1}):
            self.problems.append((self.start, f"names fact {fact!r} twice"))
        if len(days) > 1:
            self.problems.append((self.start, "says twice when it was checked"))
        return tuple(facts), max(days, default="")

    def _day(self, text: str, line: int) -> str:
        try:
            return day_of(text).isoformat()
        except ValueError as error:
            self.problems.append((line, f"was checked when? {error}"))
            return ""

    def _figures(self) -> Iterator[Figure]:
        shown = set()
        for match in FIGURE.finditer(self.body):
            figure = Figure(match[2], match[1].strip(), self._line(match.start()))
            shown.add(figure.line)
            if not figure.alt:
                reason = f"shows {figure.path} without words that stand for it"
                self.problems.append((figure.line, reason))
            yield figure
        for image in _IMAGE.finditer(self.body):
            line = self._line(image.start())
            if line not in shown:
                reason = "has an image that is not figures/NAME.svg in a line of its own"
                self.problems.append((line, reason))


def terms(source: str) -> list[GlossaryTerm]:
    """Return the terms that a topic's Markdown defines, in their order."""
    return [
        GlossaryTerm(match[1].strip(), " ".join(match[2].split()))
        for match in _TERM.finditer(source)
    ]


def term_keys(source: str) -> list[str]:
    """Return the keys of the terms that a topic's Markdown defines, each once, in their order."""
    keys = dict.fromkeys(term.key for term in terms(source))
    return [key for key in keys if len(key) <= LONGEST_KEY]
