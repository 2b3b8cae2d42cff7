"""A bank's files as one: blueprint, notes, items, what they may test and where it is written.

Pure: texts by their names in, data out. Every problem is a BankProblem with file, line and reason.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from questions.bank_files import figures, notes
from questions.bank_files.exam_blueprint import ExamPlan, exam_plan, plan_problems
from questions.bank_files.exam_forms import FormText, read_forms
from questions.bank_files.item_reader import PlacedItem, Reader
from questions.bank_files.notes import TopicText
from questions.bank_files.problems import BankProblem
from questions.bank_files.quota import Quota, read_quota
from questions.bank_files.references import (
    Fact,
    Heading,
    Source,
    read_facts,
    read_headings,
    read_sources,
)
from questions.bank_files.style import Style, read_style
from questions.bank_files.yaml_lines import PLACE

# What a bank may consist of, as patterns of names in its folder.
PATTERNS = (
    "exam.yaml",
    "notes/*.md",
    "items/*.yaml",
    "cases/*.yaml",
    "sample.yaml",
    "facts.yaml",
    "sources.yaml",
    "style.yaml",
    "quota.yaml",
    "forms.yaml",
    "source-headings.yaml",
    "figures/*.svg",
)


@dataclass(frozen=True)
class BankText:
    """A bank as read, before any of it is written; figures are clean SVG by their path."""

    plan: ExamPlan
    topics: Mapping[str, list[TopicText]] = field(default_factory=dict)
    items: list[PlacedItem] = field(default_factory=list)
    samples: list[PlacedItem] = field(default_factory=list)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    style: Style = field(default_factory=Style)
    quota: Quota | None = None
    headings: tuple[Heading, ...] = ()
    forms: tuple[FormText, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)


def read(texts: Mapping[str, str]) -> tuple[BankText | None, list[BankProblem]]:
    """Read a bank from the texts of its files; without a blueprint there is no bank."""
    reader = Reader()
    plan = _plan(reader, texts)
    topics: dict[str, list[TopicText]] = {}
    items: list[PlacedItem] = []
    for name, text in texts.items():
        stem = PurePosixPath(name).stem
        if name.startswith("notes/"):
            topics[stem], wrong = notes.topics(text, name)
            reader.problems += wrong
        elif name.startswith("items/"):
            items += reader.items(text, name, stem)
        elif name.startswith("cases/"):
            items += reader.case(text, name)
    samples = reader.items(texts.get("sample.yaml", ""), "sample.yaml", "")
    facts = {fact.id: fact for fact in read_facts(reader, texts.get("facts.yaml", ""))}
    sources = {source.id: source for source in read_sources(reader, texts.get("sources.yaml", ""))}
    style = read_style(reader, texts.get("style.yaml", ""), "style.yaml")
    quota = read_quota(reader, texts.get("quota.yaml", ""), "quota.yaml")
    headings = read_headings(reader, texts.get("source-headings.yaml", ""))
    refs = [placed.item.ref for placed in items]
    forms = tuple(read_forms(reader, texts.get("forms.yaml", ""), "forms.yaml", known=refs))
    drawn = dict(_figures(reader, texts))
    if plan is None:
        return None, reader.problems
    bank = BankText(
        plan=plan,
        topics=topics,
        items=items,
        samples=samples,
        facts=facts,
        sources=sources,
        style=style,
        quota=quota,
        headings=headings,
        forms=forms,
        figures=drawn,
    )
    _check_facts(reader, bank)
    _check_notes(reader, bank)
    _check_items(reader, bank, [*items, *samples])
    return bank, reader.problems


def _figures(reader: Reader, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, text in texts.items():
        if name.startswith("figures/"):
            try:
                yield name, figures.clean(text)
            except figures.FigureError as error:
                reader.fail(name, error.line, error.reason)
                yield name, ""


def _plan(reader: Reader, texts: Mapping[str, str]) -> ExamPlan | None:
    file = "exam.yaml"
    if file not in texts:
        reader.fail(file, 1, "is missing; a bank starts with its blueprint")
        return None
    data = reader.data(texts[file], file)
    if not isinstance(data, dict):
        reader.fail(file, 1, "must be a mapping with code, title, minutes, domains")
        return None
    try:
        plan = exam_plan(data)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        reason = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        reader.fail(file, data[PLACE], reason)
        return None
    for reason in plan_problems(plan):
        reader.fail(file, 1, reason)
    return plan


def _check_facts(reader: Reader, bank: BankText) -> None:
    """Name facts whose objective or heading is not there."""
    known = {o for d in bank.plan.domains for task in d.tasks for o in task.objectives}
    titles = {heading.title for heading in bank.headings}
    for fact in bank.facts.values():
        if fact.objective and fact.objective not in known:
            reason = f"{fact.id}: no objective {fact.objective!r} in exam.yaml"
            reader.fail("facts.yaml", 1, reason)
        if fact.heading and titles and fact.heading not in titles:
            reason = f"{fact.id}: no heading {fact.heading!r} in source-headings.yaml"
            reader.fail("facts.yaml", 1, reason)


def _check_notes(reader: Reader, bank: BankText) -> None:
    """Name notes of no task, facts that are not there or are carried twice, missing figures."""
    tasks = {task.number for domain in bank.plan.domains for task in domain.tasks}
    carried: dict[str, str] = {}
    for task, topics in bank.topics.items():
        file = f"notes/{task}.md"
        if task not in tasks:
            reader.fail(file, 1, f"no task {task} in exam.yaml")
        for topic in topics:
            for fact in topic.facts:
                if fact not in bank.facts:
                    reader.fail(file, topic.line, f"no fact {fact!r} in facts.yaml")
                where = f"{file}:{topic.line}"
                if carried.setdefault(fact, where) != where:
                    reason = f"fact {fact!r} is carried already at {carried[fact]}"
                    reader.fail(file, topic.line, reason)
            for figure in topic.figures:
                if figure.path not in bank.figures:
                    reader.fail(file, figure.line, f"no file {figure.path!r} in the bank's folder")


def _check_items(reader: Reader, bank: BankText, items: Iterable[PlacedItem]) -> None:
    """Name what items speak of that is not there, and refs and cases that stand twice."""
    objectives = {t.number: t.objectives for d in bank.plan.domains for t in d.tasks}
    known = {objective for task in objectives.values() for objective in task}
    seen: dict[str, PlacedItem] = {}
    case_files: dict[str, str] = {}
    for p in items:
        item = p.item
        if p.case and case_files.setdefault(p.case.ref, p.file) != p.file:
            reader.fail(p.file, p.line, f"case {p.case.ref!r} stands already in another file")

        def fail(name: str, reason: str, p: PlacedItem = p) -> None:
            reader.fail(p.file, p.line_of(name), f"{p.item.ref}: {reason}")

        if item.ref in seen:
            first = seen[item.ref]
            where = f"{first.file}:{first.line}"
            fail("ref", f"ref stands already at {where}; a ref is never used twice")
        seen[item.ref] = p
        topics = bank.topics.get(item.task, [])
        found = next((topic for topic in topics if topic.slug == item.topic), None)
        if item.task not in objectives:
            fail("task", f"no task {item.task!r} in exam.yaml")
        elif found is None:
            fail("topic", f"no topic {item.topic!r} in notes/{item.task}.md")
        elif plain(item.evidence) not in plain(found.source):
            reason = f"evidence does not stand in topic {item.topic!r}: {item.evidence!r}"
            fail("evidence", reason)
        if item.objective not in known:
            fail("objective", f"no objective {item.objective!r} in exam.yaml")
        for fact in item.facts:
            if bank.facts and fact not in bank.facts:
                fail("facts", f"no fact {fact!r} in facts.yaml")
        for source in item.sources:
            if source not in bank.sources:
                fail("sources", f"no source {source!r} in sources.yaml")
    for p in seen.values():
        for enemy in p.item.enemies:
            if enemy not in seen:
                reason = f"{p.item.ref}: no item {enemy!r} to be an enemy of"
                reader.fail(p.file, p.line_of("enemies"), reason)


def plain(text: str) -> str:
    """Return text without emphasis marks and with single spaces, to find evidence in."""
    return " ".join(text.replace("*", "").replace("`", "").replace("_", "").split())
