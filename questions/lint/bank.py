"""What the linter says of a whole bank: findings of every item, and the bars it is held to."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import combinations
from statistics import median

from questions.bank_files.bank import BankText
from questions.bank_files.item_reader import PlacedItem
from questions.bank_files.notes import TopicText
from questions.bank_files.problems import BankProblem
from questions.lint import cues, language, options, stems
from questions.lint.context import LintContext, lint_context
from questions.lint.findings import Bar, Finding, Severity
from questions.lint.forms import lint_forms
from questions.lint.items import lint_item
from questions.lint.words import jaccard, tokens, trigrams, words

TOPIC_WORDS = (150, 550)
LEAST_OF_A_TOPIC, MOST_OF_A_FACT = 3, 3
_SAME_TRIGRAMS, _SAME_WORDS = 0.6, 0.8
_CHANCE = 0.30
LETTERS = "ABCD"


@dataclass(frozen=True)
class Report:
    """Everything the linter says of a bank."""

    findings: tuple[Finding, ...]
    bars: tuple[Bar, ...]

    @property
    def errors(self) -> int:
        """Errors found and bars not met."""
        failed = sum(not bar.is_met for bar in self.bars)
        return failed + sum(finding.severity == "error" for finding in self.findings)


def lint_bank(
    bank: BankText, problems: Iterable[BankProblem] = (), *, today: date | None = None
) -> Report:
    """Lint every item of a bank and measure its bars; `problems` are what reading it found."""
    ground = lint_context(bank, today=today)
    findings = [
        Finding("LOAD", "error", "", "", problem.reason, problem.file, problem.line)
        for problem in problems
    ]
    if today and ground.reviewed_on is None:
        reason = "reviewed_on is missing; name the day when the bank was last reviewed"
        findings.append(Finding("C5", "error", "", "", reason, "exam.yaml", 1))
        ground = replace(ground, reviewed_on=today)
    for placed in [*bank.items, *bank.samples]:
        findings += _placed_findings(placed, ground)
    formed, form_bars = lint_forms(bank)
    findings += [*_near_duplicates(bank.items), *_topics(bank), *_facts(bank), *formed]
    count = sum(finding.severity == "error" for finding in findings)
    first = Bar("structure and rules", "no error", f"{count} errors", count == 0)
    return Report(tuple(sorted(findings, key=_place)), (first, *_bars(bank), *form_bars))


def _place(finding: Finding) -> tuple[str, int, str]:
    return finding.file, finding.line, finding.rule


def _placed_findings(placed: PlacedItem, ground: LintContext) -> Iterator[Finding]:
    ground = replace(ground, in_case=placed.case is not None)
    for finding in lint_item(placed.item, ground):
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
    for (one, threes, own), (other, other_threes, other_own) in combinations(shown, 2):
        small, large = sorted((len(own), len(other_own)))
        is_same_task = one.item.task == other.item.task
        # Sets of very different size have little in common, which is quicker to see.
        is_near = is_same_task and jaccard(threes, other_threes) > _SAME_TRIGRAMS
        if is_near or (small >= _SAME_WORDS * large and jaccard(own, other_own) >= _SAME_WORDS):
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
    keyed = _keyed(bank)
    for fact in bank.facts.values():
        place = f"{fact.id} of objective {fact.objective}"

        def say(rule: str, message: str, ref: str = fact.id) -> Finding:
            return Finding(rule, "error", ref, "", message, "facts.yaml", 1)

        if fact.id not in carried:
            yield say("N2", f"{place}: no topic carries it; name it in a facts comment")
        items = keyed[fact.id]
        if not items and fact.relevance == "core":
            yield say("N4", f"{place}: a core fact that no item keys; write one")
        if len(items) > MOST_OF_A_FACT:
            refs = ", ".join(placed.item.ref for placed in items)
            yield say("N4", f"{place}: keyed by {len(items)} items, at most 3 may: {refs}")
        for one, other in combinations(items, 2):
            if one.item.level == other.item.level:
                likeness = jaccard(tokens(_asked(one)), tokens(_asked(other)))
                if likeness > 0.5:
                    message = f"same fact, level and angle as {one.item.ref}; vary one of them"
                    yield _at(other, "N4", message)


def _keyed(bank: BankText) -> dict[str, list[PlacedItem]]:
    keyed: dict[str, list[PlacedItem]] = defaultdict(list)
    for placed in bank.items:
        for fact in placed.item.facts:
            keyed[fact].append(placed)
    return keyed


def _bars(bank: BankText) -> Iterator[Bar]:
    four = _four(bank)
    if not four:
        yield Bar("four-option items", "some", "none", False)
        return
    yield from _guessers(four)
    yield from _lengths(four)
    yield from _positions(four)
    yield from _coverage(bank)
    yield from _shares(bank)
    yield from _plan(bank)


def guessed(bank: BankText) -> list[str]:
    """Return the refs of the items whose key the learned mix of cues always finds."""
    items = [placed.item for placed in _four(bank)]
    found = zip(items, cues.learned(items), strict=True)
    return [item.ref for item, share in found if share == 1.0]


def _four(bank: BankText) -> list[PlacedItem]:
    items = bank.items
    return [p for p in items if p.item.type == "multiple_choice" and len(p.item.options) == 4]


def _guessers(four: Sequence[PlacedItem]) -> Iterator[Bar]:
    items = [placed.item for placed in four]
    rates = {name: cues.rate(items, guess) for name, guess in cues.GUESSERS.items()}
    for name, rate in rates.items():
        yield Bar(f"guesser: {name}", "at most 30 %", f"{rate:.1%}", rate <= _CHANCE)
    shares = cues.learned(items)
    rate = sum(shares) / len(shares)
    told = f"{rate:.1%}: keys have {', '.join(cues.telling_cues(items))}"
    yield Bar("guesser: learned mix of cues", "at most 30 %", told, rate <= _CHANCE)


def _lengths(four: Sequence[PlacedItem]) -> Iterator[Bar]:
    ratios, longest = [], 0
    for placed in four:
        right, wrong = options.halves(placed.item)
        ratios.append(len(right[0]) / (sum(map(len, wrong)) / len(wrong)))
        longest += len(right[0]) > max(map(len, wrong))
    share = longest / len(four)
    yield Bar("key uniquely longest", "15 to 35 %", f"{share:.1%}", 0.15 <= share <= 0.35)
    middle = median(ratios)
    yield Bar(
        "key's length over distractors', median",
        "0.90 to 1.10",
        f"{middle:.2f}",
        0.90 <= middle <= 1.10,
    )


def _positions(four: Sequence[PlacedItem]) -> Iterator[Bar]:
    places = Counter(placed.item.right[0] for placed in four)
    shares = {letter: places[index] / len(four) for index, letter in enumerate(LETTERS)}
    figure = ", ".join(f"{letter} {share:.1%}" for letter, share in shares.items())
    is_even = all(0.20 <= share <= 0.30 for share in shares.values())
    yield Bar("position of the key as authored", "each 20 to 30 %", figure, is_even)
    run, worst, last = 0, (0, ""), None
    for placed in four:
        here = (placed.file, placed.item.right[0])
        run = run + 1 if here == last else 1
        last = here
        worst = max(worst, (run, placed.item.ref))
    yield Bar(
        "longest run of one position", "at most 4", f"{worst[0]} to {worst[1]}", worst[0] <= 4
    )


def _coverage(bank: BankText) -> Iterator[Bar]:
    tested = Counter((placed.item.task, placed.item.topic) for placed in bank.items)
    topics = [(task, topic.slug) for task, all_ in bank.topics.items() for topic in all_]
    enough = sum(tested[topic] >= LEAST_OF_A_TOPIC for topic in topics)
    figure = f"{enough} of {len(topics)}"
    yield Bar("topics tested by 3 items or more", "all", figure, enough == len(topics))
    keyed = _keyed(bank)
    core = [fact for fact in bank.facts.values() if fact.relevance == "core"]
    fit = sum(1 <= len(keyed[fact.id]) <= MOST_OF_A_FACT for fact in core)
    yield Bar("core facts keyed by 1 to 3 items", "all", f"{fit} of {len(core)}", fit == len(core))
    keys = Counter(
        bank.facts[fact].relevance
        for placed in bank.items
        for fact in placed.item.facts
        if fact in bank.facts
    )
    total = sum(keys.values()) or 1
    for relevance, asked, low, high in (
        ("core", "at least 90 %", 0.90, 1.0),
        ("background", "at most 8 %", 0.0, 0.08),
        ("legacy", "at most 2 %", 0.0, 0.02),
    ):
        share = keys[relevance] / total
        yield Bar(f"keys on {relevance} facts", asked, f"{share:.1%}", low <= share <= high)
    carried = {fact for all_ in bank.topics.values() for topic in all_ for fact in topic.facts}
    figure = f"{len(carried & set(bank.facts))} of {len(bank.facts)}"
    yield Bar("facts carried by a topic", "all", figure, set(bank.facts) <= carried)


def _shares(bank: BankText) -> Iterator[Bar]:
    items = [placed.item for placed in bank.items if placed.case is None]
    domain_of = {task.number: d.number for d in bank.plan.domains for task in d.tasks}
    counts = Counter(domain_of.get(item.task) for item in items)
    weights = {domain.number: domain.weight for domain in bank.plan.domains}
    shares = {number: 100 * counts[number] / (len(items) or 1) for number in weights}
    figure = ", ".join(f"{number}: {share:.1f}" for number, share in shares.items())
    is_met = all(abs(shares[number] - weight) <= 1 for number, weight in weights.items())
    asked = "within 1 point of " + ", ".join(f"{weight:g}" for weight in weights.values())
    yield Bar("share of each domain, per cent", asked, figure, is_met)
    negative = sum(map(stems.is_negative, items)) / (len(items) or 1)
    yield Bar("negative stems", "under 3 %", f"{negative:.1%}", negative < 0.03)
    recall = sum(item.level == "recall" for item in items) / (len(items) or 1)
    yield Bar("apply or analyse", "at least 60 %", f"{1 - recall:.1%}", recall <= 0.40)


def _plan(bank: BankText) -> Iterator[Bar]:
    """Yield how far the bank is from the numbers it plans to hold."""
    if bank.quota is None:
        return
    items = [placed.item for placed in bank.items if placed.case is None]
    have: Counter[tuple[str, str]] = Counter(
        (item.task, kind) for item in items for kind in (item.type, item.level)
    )
    short = []
    for task, quota in bank.quota.tasks.items():
        for kind, count in {**quota.types, **quota.levels}.items():
            if have[task, kind] != count:
                short.append(f"{task} {kind} {have[task, kind]} of {count}")
    wanted = sum(quota.items for quota in bank.quota.tasks.values())
    figure = f"{len(items)} of {wanted}" + (f"; {'; '.join(short)}" if short else "")
    yield Bar("items of each task by type and level", "as in quota.yaml", figure, not short)
    cases = Counter(placed.case.ref for placed in bank.items if placed.case)
    fit = sum(count == bank.quota.case_items for count in cases.values())
    yield Bar(
        f"case studies of {bank.quota.case_items} items",
        str(bank.quota.cases),
        f"{fit} of {len(cases)}",
        fit == len(cases) == bank.quota.cases,
    )
