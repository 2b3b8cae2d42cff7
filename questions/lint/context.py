"""What an item is judged against: the exam's objectives, facts, sources, and its house style."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from questions.bank_files.bank import BankText
from questions.bank_files.references import Fact
from questions.bank_files.style import Style
from questions.items.strictness import STRICT, Strictness

FRESH_DAYS = 365


@dataclass(frozen=True)
class LintContext:
    """What is known when an item is linted. What is None is not judged.

    `objectives` are those of each task. `subjects` are what an option may stand for: slugs of
    topics and terms of the glossary, in lower case. `today` judges whether a review is stale. An
    item `in_case` has its scenario elsewhere, so that its stem may be short. By `strictness` a
    finding is an error, a suggestion, or nothing at all.
    """

    objectives: Mapping[str, frozenset[str]] | None = None
    facts: Mapping[str, Fact] | None = None
    sources: frozenset[str] | None = None
    subjects: frozenset[str] | None = None
    style: Style = field(default_factory=Style)
    guide_version: str = ""
    reviewed_on: date | None = None
    today: date | None = None
    in_case: bool = False
    strictness: Strictness = STRICT


def lint_context(bank: BankText, *, today: date | None) -> LintContext:
    """Return what the items of a bank are judged against."""
    return LintContext(
        objectives={
            task.number: frozenset(task.objectives)
            for domain in bank.plan.domains
            for task in domain.tasks
        },
        facts=bank.facts,
        sources=frozenset(bank.sources),
        subjects=frozenset(_subjects(bank)) or None,
        style=bank.style,
        guide_version=bank.plan.guide_version,
        reviewed_on=bank.plan.reviewed_on,
        today=today,
    )


def _subjects(bank: BankText) -> Iterator[str]:
    for topics in bank.topics.values():
        for topic in topics:
            yield topic.slug
            yield from (term.name.casefold() for term in topic.terms)
