"""Study notes of any shape: made into the outline of a new exam, or placed in one that is. Pure.

Nothing is placed by a number: headings go by their order where they make an outline, and by the
words of their titles where there is one. No line is lost, as in `study_notes`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from questions.bank_files.study_notes import (
    Left,
    NotesReader,
    Section,
    StudyDomain,
    StudyNotes,
    StudyTask,
    sections_of,
    weighted,
)

# Headings of a file about itself.
_ASIDE = re.compile(
    r"(?:table of )?contents|toc|index|references?|resources|links|further reading|license|licence|"
    r"credits|contributing|contributors|about|disclaimer|acknowledge?ments?",
    re.IGNORECASE,
)
# A number, or a word for its kind, before a title: `2.`, `Domain 1 -`, `Module 3:`.
_COUNTED = re.compile(
    r"\A(?:(?:domain|module|chapter|section|part|objective|topic)\s+)?\d{1,2}(?:\.\d{1,2})*[.):\s–—-]+"
    r"(?=\S)",
    re.IGNORECASE,
)
# Marks of Markdown, and of links to a heading.
_MARKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*_`]|<[^>]*>")
_WORD = re.compile(r"[^\W_]+")
_EMPTY_WORDS = {"a", "an", "and", "for", "in", "of", "on", "or", "the", "to", "with"}
# Share of common words from which on two titles are alike.
ALIKE = 0.6


def outlined(text: str) -> StudyNotes:
    """Return notes as an outline: the highest headings that are several become domains.

    Those below them become tasks, all others topics. A domain with text of its own has a task of
    its title for it.
    """
    sections = sections_of(text)
    top = _top_level(sections)
    arranged = list(_arranged(sections, top)) if top else sections
    reader = NotesReader()
    for section in arranged:
        reader.take(section)
    domains = reader.finished()
    kept = tuple(domain for domain in domains if domain.tasks)
    left = [*reader.left]
    left += [
        Left(domain.line, domain.line, domain.title, "has no text of its own")
        for domain in domains
        if not domain.tasks
    ]
    headings = sum(section.level > 0 for section in sections)
    return StudyNotes(kept, tuple(left), headings)


def _top_level(sections: Sequence[Section]) -> int:
    """Return the level of the headings that divide the file, 0 for a file without headings.

    It is the level of those that say a percentage, else the highest that there are several of.
    """
    levels = [section.level for section in sections if section.level]
    shared = Counter(s.level for s in sections if s.level and weighted(_plain_title(s.title))[1])
    if shared and max(shared.values()) > 1:
        return shared.most_common(1)[0][0]
    several = (level for level in sorted(set(levels)) if levels.count(level) > 1)
    return next(several, max(levels, default=0))


def _arranged(sections: Sequence[Section], top: int) -> Iterator[Section]:
    """Yield the sections as `study_notes` reads them: domains, tasks and topics, by their order."""
    domain, task, above, is_aside = 0, 0, "", False
    for section in sections:
        title = _plain_title(section.title)
        if section.level < top:
            yield section if section.level == 0 else replace(section, level=1)
        elif section.level == top:
            is_aside = bool(_ASIDE.fullmatch(title))
            if is_aside:
                yield replace(section, level=2)
                continue
            domain, task, above = domain + 1, 0, weighted(title)[0]
            yield replace(section, level=2, title=f"Domain {domain}: {title}", lines=[])
            if not section.is_empty:
                task = 1
                yield replace(section, level=3, title=f"{domain}.1: {weighted(title)[0]}")
        elif is_aside or section.level > top + 1:
            if not is_aside and not task:
                task = 1
                yield Section(3, f"{domain}.1: {above}", section.line)
            yield replace(section, level=max(4, section.level))
        else:
            task += 1
            yield replace(section, level=3, title=f"{domain}.{task}: {weighted(title)[0]}")


def _plain_title(title: str) -> str:
    """Return a title without marks and numbers of its own."""
    plain = " ".join(_MARKS.sub(r"\1", title).split())
    return _COUNTED.sub("", plain, count=1) or plain


@dataclass(frozen=True)
class Place:
    """Where a heading may belong: a task of an exam, or a topic of it, by its slug."""

    domain: int
    task: str
    title: str
    slug: str = ""


def placed(text: str, places: Sequence[Place]) -> StudyNotes:
    """Return notes placed in an exam by the words of their headings; the others are left.

    A heading that is like no task or topic belongs with the one above it.
    """
    sections = sections_of(text)
    readers: dict[tuple[int, str], NotesReader] = {}
    titles = {(place.domain, place.task): place.title for place in places if not place.slug}
    left: list[Left] = []
    above: list[tuple[int, Place]] = []
    for section in sections:
        above = [(level, place) for level, place in above if level < section.level]
        place = _nearest(section.title, places) if section.level else None
        if place:
            above.append((section.level, place))
        if section.level == 0 and section.is_empty:
            continue
        if not above:
            left.append(section.leave("is like no task and no topic of the exam"))
            continue
        task = above[-1][1]
        reader = readers.setdefault((task.domain, task.task), NotesReader())
        if section.is_empty:
            left.append(section.leave("has no text of its own; its parts are topics"))
        else:
            reader.add_topic(section, _plain_title(section.title), place.slug if place else "")
    left += [entry for reader in readers.values() for entry in reader.left]
    headings = sum(section.level > 0 for section in sections)
    return StudyNotes(tuple(_domains(readers, titles)), tuple(left), headings)


def _domains(
    readers: dict[tuple[int, str], NotesReader], titles: dict[tuple[int, str], str]
) -> Iterator[StudyDomain]:
    """Yield the domains to which something was placed, each with its tasks."""
    for number in sorted({domain for domain, _ in readers}):
        tasks = [
            StudyTask(task, titles.get((domain, task), task), topics[0].line, topics)
            for (domain, task), reader in readers.items()
            if domain == number and (topics := tuple(reader.topics))
        ]
        if tasks:
            yield StudyDomain(number, f"Domain {number}", tasks[0].line, tuple(tasks))


def _nearest(title: str, places: Sequence[Place]) -> Place | None:
    """Return the place whose title is most like a heading's, a topic before its task."""
    words = _words(title)
    best = max(places, key=lambda place: (_likeness(words, place), bool(place.slug)), default=None)
    return best if best and _likeness(words, best) >= ALIKE else None


def _likeness(words: frozenset[str], place: Place) -> float:
    others = _words(place.title)
    return len(words & others) / len(words | others) if words and others else 0.0


@lru_cache(maxsize=4096)
def _words(title: str) -> frozenset[str]:
    """Return the words of a title by which it is told from others."""
    plain, _ = weighted(_plain_title(title))
    words = {word.removesuffix("s") or word for word in _WORD.findall(plain.casefold())}
    return frozenset(words - _EMPTY_WORDS)
