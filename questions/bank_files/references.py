"""What items may test and what they rest on: facts, sources, headings of the source notes. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from questions.bank_files.item_reader import Reader
from questions.bank_files.yaml_lines import PLACE


@dataclass(frozen=True)
class Fact:
    """One thing that items may test; `correction` says where a common account of it errs."""

    id: str
    objective: str = ""
    relevance: str = "core"
    text: str = ""
    correction: str = ""
    heading: str = ""


@dataclass(frozen=True)
class Source:
    """A page that items rest on."""

    id: str
    title: str
    url: str


@dataclass(frozen=True)
class Heading:
    """A heading of the notes that a bank was seeded from; a deeper one is part of it."""

    level: int
    title: str


def read_facts(reader: Reader, text: str) -> Iterator[Fact]:
    seen: set[str] = set()
    for row in reader.rows(text, "facts.yaml", "facts"):
        fact = Fact(**{name: str(row.get(name, getattr(Fact, name, ""))) for name in _FACT_FIELDS})
        if not fact.id or fact.id in seen:
            reader.fail("facts.yaml", row[PLACE], "a fact needs an id of its own")
        seen.add(fact.id)
        yield fact


_FACT_FIELDS = ("id", "objective", "relevance", "text", "correction", "heading")


def read_sources(reader: Reader, text: str) -> Iterator[Source]:
    seen: set[str] = set()
    for row in reader.rows(text, "sources.yaml", "sources with id, title and url"):
        source = Source(*(_word(row, name) for name in ("id", "title", "url")))
        line = row[PLACE]
        if not source.id or not source.title:
            reader.fail("sources.yaml", line, "a source needs id, title and url")
        if source.id in seen:
            reason = f"source {source.id!r} stands twice; delete one"
            reader.fail("sources.yaml", line, reason)
        if urlsplit(source.url).scheme != "https" or not urlsplit(source.url).netloc:
            reader.fail("sources.yaml", line, f"{source.id}: url must begin with https://")
        seen.add(source.id)
        yield source


def read_headings(reader: Reader, text: str) -> tuple[Heading, ...]:
    file = "source-headings.yaml"
    headings: list[Heading] = []
    for row in reader.rows(text, file, "headings with level and title"):
        level, title = row.get("level"), _word(row, "title")
        if not isinstance(level, int) or not title:
            reader.fail(file, row[PLACE], "a heading needs a level, which is a number, and a title")
        elif any(heading.title == title for heading in headings):
            reader.fail(file, row[PLACE], f"heading {title!r} stands twice; facts name it by title")
        else:
            headings.append(Heading(level, title))
    return tuple(headings)


def _word(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name) or "").strip()
