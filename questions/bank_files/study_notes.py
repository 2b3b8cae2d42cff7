"""Study notes that someone kept, as one Markdown file: domains, tasks, topics. Pure.

`## Domain N: title`, `### N.M: title of a task`; every other heading below a task is a topic. No
line is lost: each stands in a topic, is a heading that was placed, or is named as left.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, count

from questions.bank_files.notes import slugify

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_DOMAIN = re.compile(r"Domain (\d+)\b[\s:.-]*(.*)", re.IGNORECASE)
_TASK = re.compile(r"(?:Task(?: Statement)? )?(\d+\.\d+)\b[\s:.-]*(.*)", re.IGNORECASE)
# A percentage, or a range of them, at the end of a title; in brackets a few words may follow.
_SHARE = r"(?:~|about )?(\d{1,3}(?:\.\d)?)\s?%?(?:\s?(?:-|\u2013|to)\s?(\d{1,3}(?:\.\d)?))?\s?%"
_WEIGHT = re.compile(
    rf"\s[(\[]{_SHARE}[^()\[\]]{{0,20}}[)\]]$|(?:\s?[:,\u2013\u2014-])?\s{_SHARE}$"
)
_LONGEST_TITLE = 400
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_FENCE = re.compile(r"\s*(```|~~~)")
_SLUG_LENGTH = 110


@dataclass(frozen=True)
class Line:
    """A line of the file and its number, counted from 1."""

    number: int
    text: str


@dataclass(frozen=True)
class Left:
    """What was not placed: from which line to which, and why."""

    first: int
    last: int
    text: str
    reason: str


@dataclass(frozen=True)
class StudyTopic:
    """A heading below a task with the lines that stand under it."""

    slug: str
    title: str
    line: int
    lines: tuple[Line, ...]

    @property
    def source(self) -> str:
        """The topic's Markdown, without blank lines around it."""
        return "\n".join(line.text for line in self.lines).strip("\n")


@dataclass(frozen=True)
class StudyTask:
    number: str
    title: str
    line: int
    topics: tuple[StudyTopic, ...]


@dataclass(frozen=True)
class StudyDomain:
    """A domain; `weight` is its share of the exam in per cent, 0 where the notes give none."""

    number: int
    title: str
    line: int
    tasks: tuple[StudyTask, ...]
    weight: float = 0.0


@dataclass(frozen=True)
class StudyNotes:
    """A file of notes in its parts; `headings` counts those it has, placed or left."""

    domains: tuple[StudyDomain, ...]
    left: tuple[Left, ...]
    headings: int

    @property
    def topics(self) -> Iterator[tuple[StudyTask, StudyTopic]]:
        """Every topic with its task, in order."""
        for domain in self.domains:
            for task in domain.tasks:
                for topic in task.topics:
                    yield task, topic


@dataclass
class Section:
    """A heading and the lines up to the next one."""

    level: int
    title: str
    line: int
    lines: list[Line] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not any(line.text.strip() for line in self.lines)

    def leave(self, reason: str) -> Left:
        """Return the section as left, whole, with the reason."""
        last = self.lines[-1].number if self.lines else self.line
        return Left(self.line, last, self.title, reason)


def read(text: str) -> StudyNotes:
    """Read a file of notes whole."""
    sections = sections_of(text)
    reader = NotesReader()
    for section in sections:
        reader.take(section)
    headings = sum(section.level > 0 for section in sections)
    return StudyNotes(reader.finished(), tuple(reader.left), headings)


def sections_of(text: str) -> list[Section]:
    """Return the headings of a file with their lines; the first has level 0 and no heading."""
    sections = [Section(0, "", 0)]
    fence = ""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        fence_line = _FENCE.match(line)
        if fence_line and not fence:
            fence = fence_line[1]
        elif fence_line and fence_line[1] == fence:
            fence = ""
        heading = None if fence or fence_line else _HEADING.fullmatch(line)
        if heading:
            sections.append(Section(len(heading[1]), heading[2].strip(), number))
        else:
            sections[-1].lines.append(Line(number, line))
    return sections


def weighted(title: str) -> tuple[str, float]:
    """Return a heading without its percentage, and that, the middle of a range; 0 for none.

    `Storage (20-25%)`, `Storage: 20 %`.
    """
    match = _WEIGHT.search(title) if len(title) <= _LONGEST_TITLE else None
    if not match:
        return title, 0.0
    shares = [float(share) for share in match.groups() if share]
    weight = sum(shares) / len(shares)
    return (match.re.sub("", title).strip(), weight) if 0 < weight <= 100 else (title, 0.0)


class NotesReader:
    """Puts sections in their places as they come."""

    def __init__(self) -> None:
        self.left: list[Left] = []
        self.domains: list[StudyDomain] = []
        self.tasks: list[StudyTask] = []
        self.topics: list[StudyTopic] = []
        self.domain: Section | None = None
        self.task: Section | None = None

    def take(self, section: Section) -> None:
        domain, task = _DOMAIN.fullmatch(section.title), _TASK.fullmatch(section.title)
        if section.level == 0:
            self._leave_lines(section, "stands before the first heading")
        elif section.level == 1:
            self._end_domain()
            is_title = section.is_empty and not (self.domains or self.left)
            reason = "is the title of the file" if is_title else "stands outside the domains"
            self.left.append(section.leave(reason))
        elif section.level == 2:
            self._end_domain()
            if domain and all(int(domain[1]) != known.number for known in self.domains):
                self.domain = section
                self._leave_lines(section, "stands in a domain, before its first task")
            else:
                reason = "repeats a domain" if domain else "is no domain; write Domain N: title"
                self.left.append(section.leave(reason))
        elif self.domain is None:
            self.left.append(section.leave("stands outside the domains"))
        elif section.level == 3 and task:
            self._end_task()
            self.task = section
            if not section.is_empty:
                self.add_topic(section, task[2] or task[1])
        elif self.task is None:
            self.left.append(section.leave("stands in a domain, before its first task"))
        elif section.is_empty:
            self.left.append(section.leave("has no text of its own; its parts are topics"))
        else:
            self.add_topic(section, section.title)

    def finished(self) -> tuple[StudyDomain, ...]:
        self._end_domain()
        return tuple(self.domains)

    def add_topic(self, section: Section, title: str, slug: str = "") -> None:
        """Add a topic of a slug of its own; images, which are not in the file, are left.

        `slug` is the one it should have, where it is free.
        """
        lines = []
        for line in section.lines:
            image = _IMAGE.search(line.text)
            if image:
                reason = "is an image, which the file only names; draw it as a figure"
                self.left.append(Left(line.number, line.number, image[0], reason))
                line = replace(line, text=_IMAGE.sub("", line.text).rstrip())
            lines.append(line)
        if any(line.text.strip() for line in lines):
            slug = self._free_slug(slug or slugify(title))
            self.topics.append(StudyTopic(slug, title, section.line, tuple(lines)))
        else:
            self.left.append(Left(section.line, section.line, title, "has images and no text"))

    def _free_slug(self, slug: str) -> str:
        slug = (slug or "topic")[:_SLUG_LENGTH].strip("-")
        taken = {topic.slug for topic in self.topics}
        numbered = (f"{slug}-{number}" for number in count(2))
        return next(free for free in chain([slug], numbered) if free not in taken)

    def _leave_lines(self, section: Section, reason: str) -> None:
        written = [line for line in section.lines if line.text.strip()]
        if written:
            self.left.append(
                Left(written[0].number, written[-1].number, written[0].text.strip(), reason)
            )

    def _end_task(self) -> None:
        match = _TASK.fullmatch(self.task.title) if self.task else None
        if self.task and match:
            title = match[2] or f"Task {match[1]}"
            self.tasks.append(StudyTask(match[1], title, self.task.line, tuple(self.topics)))
        self.task, self.topics = None, []

    def _end_domain(self) -> None:
        self._end_task()
        match = _DOMAIN.fullmatch(self.domain.title) if self.domain else None
        if self.domain and match:
            number = int(match[1])
            title, weight = weighted(match[2])
            title = title or f"Domain {number}"
            self.domains.append(
                StudyDomain(number, title, self.domain.line, tuple(self.tasks), weight)
            )
        self.domain, self.tasks = None, []
