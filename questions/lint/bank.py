"""What the linter says of a whole bank: findings of every item, and the bars it is held to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import combinations

from questions.bank_files.bank import BankText
from questions.bank_files.item_reader import PlacedItem
from questions.bank_files.notes import TopicText
from questions.bank_files.problems import BankProblem
from questions.lint import language, options
from questions.lint.bars import LEAST_OF_A_TOPIC, MOST_OF_A_FACT, bank_bars, keyed_items
from questions.lint.context import LintContext, lint_context
from questions.lint.findings import Bar, Finding, Severity
from questions.lint.forms import lint_forms
from questions.lint.items import lint_item
from questions.lint.profile import profile_bars
from questions.lint.words import jaccard, tokens, trigrams, words

TOPIC_WORDS = (150, 550)
_SAME_TRIGRAMS, _SAME_WORDS = 0.6, 0.8


@dataclass(frozen=True)
class Report:
    """Everything the linter says of a bank."""

    findings: tuple[Finding, ...]
    bars: tuple[Bar, ...]

    @property
    def errors(self) -> int:
        """Errors found and bars not met, but those that the bank's plan knows of."""
        failed = sum(not bar.is_met and not bar.known for bar in self.bars)
        return failed + sum(finding.severity == "error" for finding in self.findings)


def lint_bank(
    bank: BankText, problems: Iterable[BankProblem] = (), *, today: date | None = None
) -> Report:
    """Lint every item of a bank and measure its bars; `problems` are what reading it found."""
    context = lint_context(bank, today=today)
    findings = [
        Finding("LOAD", "error", "", "", problem.reason, problem.file, problem.line)
        for problem in problems
    ]
    if today and context.reviewed_on is None:
        reason = "reviewed_on is missing; name the day when the bank was last reviewed"
        findings.append(Finding("C5", "error", "", "", reason, "exam.yaml", 1))
        context = replace(context, reviewed_on=today)
    for placed in [*bank.items, *bank.samples]:
        findings += _placed_findings(placed, context)
    formed, form_bars = lint_forms(bank)
    measured = [*bank_bars(bank), *profile_bars(bank), *form_bars]
    known = bank.quota.known_misses if bank.quota else {}
    findings += [*_near_duplicates(bank.items), *_topics(bank), *_facts(bank), *formed]
    findings += _needless(known, measured)
    count = sum(finding.severity == "error" for finding in findings)
    first = Bar("structure and rules", "no error", f"{count} errors", count == 0)
    bars = [replace(bar, known="" if bar.is_met else known.get(bar.name, "")) for bar in measured]
    return Report(tuple(sorted(findings, key=_place)), (first, *bars))


def _needless(known: Mapping[str, str], bars: Iterable[Bar]) -> Iterator[Finding]:
    """Find what the plan calls a known miss and is none."""
    missed = {bar.name for bar in bars if not bar.is_met}
    for name in known:
        if name not in missed:
            reason = f"known_misses: {name!r} is no bar that is missed; remove the line"
            yield Finding("B1", "error", "", "", reason, "quota.yaml", 1)


def _place(finding: Finding) -> tuple[str, int, str]:
    return finding.file, finding.line, finding.rule


def _placed_findings(placed: PlacedItem, context: LintContext) -> Iterator[Finding]:
    context = replace(context, in_case=placed.case is not None)
    for finding in lint_item(placed.item, context):
        yield replace(finding, file=placed.file, line=placed.line_of(finding.field))


def _at(placed: PlacedItem, rule: str, message: str, field: str = "stem") -> Finding:
    line = placed.line_of(field)
    return Finding(rule, "error", placed.item.ref, field, message, placed.file, line)


def _asked(placed: PlacedItem) -> str:
    right, _ = options.halves(placed.item)
    return f"{placed.item.stem} {' '.join(right)}"


def _near_duplicates(items: Sequence[PlacedItem]) -> Iterator[Finding]:
    """C4: no two items that are one in other clothes."""
    shown = [(placed, trigrams(_asked(placed)), set(tokens(_asked(placed)))) for placed in items]
    for (one, threes, one_words), (other, other_threes, other_words) in combinations(shown, 2):
        small, large = sorted((len(one_words), len(other_words)))
        is_same_task = one.item.task == other.item.task
        # Sets of very different size have little in common, which is quicker to see.
        is_near = is_same_task and jaccard(threes, other_threes) > _SAME_TRIGRAMS
        if is_near or (
            small >= _SAME_WORDS * large and jaccard(one_words, other_words) >= _SAME_WORDS
        ):
            message = f"asks nearly the same as {one.item.ref}; make it another item"
            yield _at(other, "C4", message)


def _topics(bank: BankText) -> Iterator[Finding]:
    """N1, F1 and N3: topics of three minutes, in today's language, each tested three times."""
    tested = Counter((placed.item.task, placed.item.topic) for placed in bank.items)
    low, high = TOPIC_WORDS
    for task, topics in bank.topics.items():
        for topic in topics:
            say = partial(_of_topic, f"notes/{task}.md", topic)
            count = len(words(topic.source))
            if not low <= count <= high:
                message = f"topic has {count} words; {low} to {high} read well"
                yield say("N1", message, severity="warning")
            for fault in language.faults(topic.source, bank.style):
                yield say("F1", fault)
            items = tested[task, topic.slug]
            if items < LEAST_OF_A_TOPIC:
                yield say("N3", f"{items} items test this topic; {LEAST_OF_A_TOPIC} are needed")


def _of_topic(
    file: str, topic: TopicText, rule: str, message: str, severity: Severity = "error"
) -> Finding:
    return Finding(rule, severity, topic.slug, "", message, file, topic.line)


def _facts(bank: BankText) -> Iterator[Finding]:
    """N2 and N4: every fact is carried by a topic; a core fact is keyed, none over three times."""
    carried = {f for topics in bank.topics.values() for topic in topics for f in topic.facts}
    keyed = keyed_items(bank)
    for fact in bank.facts.values():
        where = f"{fact.id} of objective {fact.objective}"

        def say(rule: str, message: str, ref: str = fact.id) -> Finding:
            return Finding(rule, "error", ref, "", message, "facts.yaml", 1)

        if fact.id not in carried:
            yield say("N2", f"{where}: no topic carries it; name it in a facts comment")
        items = keyed[fact.id]
        if not items and fact.relevance == "core":
            yield say("N4", f"{where}: a core fact that no item keys; write one")
        if len(items) > MOST_OF_A_FACT:
            refs = ", ".join(placed.item.ref for placed in items)
            yield say("N4", f"{where}: keyed by {len(items)} items, at most 3 may: {refs}")
        for one, other in combinations(items, 2):
            if one.item.level == other.item.level:
                likeness = jaccard(tokens(_asked(one)), tokens(_asked(other)))
                if likeness > 0.5:
                    message = f"same fact, level and angle as {one.item.ref}; vary one of them"
                    yield _at(other, "N4", message)
