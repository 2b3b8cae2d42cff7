"""The bars a whole bank is held to: shares, lengths, positions, coverage, its plan. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

from questions.bank_files.bank import BankText
from questions.bank_files.item_reader import PlacedItem
from questions.items.kinds.registry import kind_of
from questions.lint import cues, options, stems
from questions.lint.findings import Bar

LEAST_OF_A_TOPIC, MOST_OF_A_FACT = 3, 3
_CHANCE = 0.30
LETTERS = "ABCD"


def keyed_items(bank: BankText) -> dict[str, list[PlacedItem]]:
    """Return the items that are keyed on each fact."""
    keyed: dict[str, list[PlacedItem]] = defaultdict(list)
    for placed in bank.items:
        for fact in placed.item.facts:
            keyed[fact].append(placed)
    return keyed


def bank_bars(bank: BankText) -> Iterator[Bar]:
    """Yield every bar with its figure, for a bank that has items of four options."""
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
    shares = zip(items, cues.learned(items), strict=True)
    return [item.ref for item, share in shares if share == 1.0]


def _four(bank: BankText) -> list[PlacedItem]:
    return [
        placed
        for placed in bank.items
        if kind_of(placed.item.type).is_single and len(placed.item.options) == 4
    ]


def _guessers(four: Sequence[PlacedItem]) -> Iterator[Bar]:
    items = [placed.item for placed in four]
    rates = {name: cues.rate(items, guess) for name, guess in cues.GUESSERS.items()}
    for name, rate in rates.items():
        yield Bar(f"guesser: {name}", "at most 30 %", f"{rate:.1%}", rate <= _CHANCE)
    shares = cues.learned(items)
    rate = sum(shares) / len(shares)
    figure = f"{rate:.1%}: keys have {', '.join(cues.telling_cues(items))}"
    yield Bar("guesser: learned mix of cues", "at most 30 %", figure, rate <= _CHANCE)


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
    keyed = keyed_items(bank)
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
