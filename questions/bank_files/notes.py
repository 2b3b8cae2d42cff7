"""Study notes of a task: Markdown with a `## ` heading for each topic. Pure.

A comment `<!-- facts: F11-001 F11-002 -->` says which facts a topic carries; readers never see it.
A figure stands in a paragraph of its own: `![what it says](figures/name.svg)`.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from questions.bank_files import figures
from questions.bank_files.problems import BankProblem
from questions.markdown import to_html

_SLUG = re.compile(r"[^\w\s-]")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_FACTS = re.compile(r"\s*facts:([\s\w,-]*)")
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
class TopicText:
    slug: str
    title: str
    source: str
    line: int
    facts: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()


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
    told: list[str] = []
    # Between figures stands Markdown: the pattern has two groups, the words and the path.
    pieces = FIGURE.split(source)
    for index in range(0, len(pieces), 3):
        rendered = to_html(pieces[index])
        parts.append(rendered)
        told.append(html.unescape(_TAG.sub(" ", _INLINE.sub("", rendered))))
        if index + 2 < len(pieces):
            alt, path = pieces[index + 1].strip(), pieces[index + 2]
            parts.append(figures.shown(drawn[path], alt) if drawn.get(path) else "")
            told.append(alt)
    return Page("\n".join(filter(None, parts)), " ".join(" ".join(told).split()))


def topics(text: str, file: str) -> tuple[list[TopicText], list[BankProblem]]:
    """Read a task's notes: its topics in order, and what is wrong with them."""
    found: list[TopicText] = []
    problems: list[BankProblem] = []
    lines: list[str] = []
    start, title = 0, ""
    for number, line in enumerate([*text.splitlines(), "## "], 1):
        if not line.startswith("## "):
            lines.append(line)
            continue
        if title:
            topic, wrong = _topic(title, "\n".join(lines), start)
            found.append(topic)
            problems += [BankProblem(file, at, f"topic {title!r} {what}") for at, what in wrong]
        start, title, lines = number, line[3:].strip(), []
    slugs = [topic.slug for topic in found]
    problems += [
        BankProblem(file, topic.line, f"topic {topic.slug!r} stands twice")
        for topic in found
        if slugs.count(topic.slug) > 1
    ]
    return found, problems


def _topic(title: str, body: str, start: int) -> tuple[TopicText, list[tuple[int, str]]]:
    wrong: list[tuple[int, str]] = []

    def line(place: int) -> int:
        return start + 1 + body.count("\n", 0, place)

    facts: list[str] = []
    for comment in _COMMENT.finditer(body):
        ids = _FACTS.fullmatch(comment[1])
        if ids is None:
            wrong.append((line(comment.start()), "has a comment that is not a list of facts"))
        else:
            facts += re.findall(r"[\w-]+", ids[1])
    for fact in sorted({fact for fact in facts if facts.count(fact) > 1}):
        wrong.append((start, f"names fact {fact!r} twice"))
    figures = [
        Figure(figure[2], figure[1].strip(), line(figure.start()))
        for figure in FIGURE.finditer(body)
    ]
    for figure in figures:
        if not figure.alt:
            wrong.append((figure.line, f"shows {figure.path} without words that stand for it"))
    shown = {figure.line for figure in figures}
    for image in _IMAGE.finditer(body):
        if line(image.start()) not in shown:
            reason = "has an image that is not figures/NAME.svg in a line of its own"
            wrong.append((line(image.start()), reason))
    source = re.sub(r"\n{3,}", "\n\n", _COMMENT.sub("", body)).strip()
    if not source:
        wrong.append((start, "is empty; write it or delete it"))
    return (
        TopicText(slugify(title), title, source, start, tuple(facts), tuple(figures)),
        wrong,
    )
