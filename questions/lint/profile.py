"""What a bank is like as an exam: how concrete, how hard, how its scenarios decide. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from statistics import mean

from questions.bank_files.bank import BankText
from questions.bank_files.quota import BarQuota, Span
from questions.bank_files.style import Style
from questions.items.item import Item
from questions.items.kinds.registry import kind_of
from questions.lint.findings import Bar
from questions.lint.words import words

_QUALIFIER = re.compile(r"\b(?:MOST|LEAST|BEST|FIRST)\b")
_HARD, _EASY = 0.55, 0.90


def _names(style: Style) -> re.Pattern[str]:
    return _any_of((*style.brands, *style.services), style.features)


@lru_cache
def _any_of(names: tuple[str, ...], patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of any of these names; a feature is a pattern, so that it may be plural"""
    either = [*map(re.escape, names), *patterns]
    return re.compile(rf"\b(?:{'|'.join(either)})\b" if either else r"(?!)")


def _texts(item: Item) -> list[str]:
    return [option.text for option in item.options]


def names_service(item: Item, style: Style) -> bool:
    """Tell whether an item names a service or feature in its stem, prompts or options."""
    return any(map(_names(style).search, [item.stem, *item.prompts, *_texts(item)]))


def offers_services(item: Item, style: Style) -> bool:
    """Tell whether two options or more of an item name a service or feature."""
    return sum(bool(_names(style).search(text)) for text in _texts(item)) >= 2


def expected_share(items: Sequence[Item]) -> float | None:
    """Return the mean share of who only just passes; None when judges rated none of them."""
    shares = [item.angoff for item in items if item.angoff is not None]
    return mean(shares) if shares else None


def free_of_topics(bank: BankText) -> dict[tuple[str, str], int]:
    """Return how many items of each topic, as task and slug, stand in no fixed form."""
    formed = {ref for form in bank.forms for ref in form.items}
    free = Counter(
        (placed.item.task, placed.item.topic)
        for placed in bank.items
        if placed.item.ref not in formed and placed.case is None
    )
    return {
        (task, topic.slug): free[task, topic.slug]
        for task, topics in bank.topics.items()
        for topic in topics
    }


def profile_bars(bank: BankText) -> Iterator[Bar]:
    """Yield the bars that the bank's plan sets for its items as a whole."""
    if bank.quota is None:
        return
    quota = bank.quota.bars
    items = [placed.item for placed in bank.items if placed.case is None]
    yield from _concrete(items, bank.style, quota)
    yield from _deciding(items, quota)
    yield from _objectives(bank, items, quota)
    if quota.is_dated:
        yield from _dated(bank)
    if quota.expected:
        yield from _expected(items, quota.expected, quota)


def _concrete(items: Sequence[Item], style: Style, quota: BarQuota) -> Iterator[Bar]:
    for name, test, span in (
        ("items that name a service", names_service, quota.naming),
        ("items with services as options", offers_services, quota.naming_options),
    ):
        if span:
            yield _share_bar(name, [test(item, style) for item in items], span)


def _deciding(items: Sequence[Item], quota: BarQuota) -> Iterator[Bar]:
    if quota.two_constraints is not None:
        low, high = quota.two_constraint_words
        count = sum(" + " in i.clue and low <= len(words(i.stem)) <= high for i in items)
        least = quota.two_constraints
        yield Bar("two-constraint scenarios", f"at least {least}", str(count), count >= least)
    if quota.capitals:
        single = [item for item in items if kind_of(item.type).is_single]
        found = [bool(_QUALIFIER.search(item.stem)) for item in single]
        yield _share_bar("qualifiers in capitals, of multiple choice", found, quota.capitals)


def _objectives(bank: BankText, items: Sequence[Item], quota: BarQuota) -> Iterator[Bar]:
    if not quota.of_objective:
        return
    low, high = quota.of_objective
    tested = Counter(item.objective for item in items)
    known = [o for domain in bank.plan.domains for task in domain.tasks for o in task.objectives]
    unfit = [o for o in known if not low <= tested[o] <= high]
    figure = f"{len(known) - len(unfit)} of {len(known)}"
    if unfit:
        figure += f"; {', '.join(f'{o} has {tested[o]}' for o in unfit)}"
    yield Bar(f"objectives tested by {low:g} to {high:g} items", "all", figure, not unfit)


def _dated(bank: BankText) -> Iterator[Bar]:
    items = [placed.item for placed in bank.items]
    lacking = {
        "items with a clue": [item.ref for item in items if not item.clue],
        "distractors that say what they stand for": [i.ref for i in items if _is_unsaid(i)],
        "items on services that were checked": [
            item.ref for item in items if names_service(item, bank.style) and not item.checked
        ],
        "topics that were checked": [
            topic.slug for topics in bank.topics.values() for topic in topics if not topic.checked
        ],
    }
    for name, refs in lacking.items():
        figure = "all" if not refs else f"{len(refs)} lack it: {', '.join(refs[:5])}"
        yield Bar(name, "all", figure, not refs)


def _is_unsaid(item: Item) -> bool:
    wrong = [option for index, option in enumerate(item.options) if index not in item.right]
    return kind_of(item.type).is_choice and not all(option.about for option in wrong)


def _expected(items: Sequence[Item], span: Span, quota: BarQuota) -> Iterator[Bar]:
    """Yield what raters expect of who is prepared; nothing before they rated any item."""
    shares = [item.prepared for item in items if item.prepared is not None]
    if not shares:
        return
    low, high = span
    middle = mean(shares)
    asked = f"{low:g} to {high:g}"
    yield Bar("expected share right, mean", asked, f"{middle:.3f}", low <= middle <= high)
    rated = sum(item.angoff is not None and item.prepared is not None for item in items)
    yield Bar("items whose share right was rated", "all", f"{rated}", rated == len(items))
    hard, easy = [share <= _HARD for share in shares], [share > _EASY for share in shares]
    yield _share_bar(f"items expected at {_HARD:.2f} or less", hard, quota.hard)
    yield _share_bar(f"items expected over {_EASY:.2f}", easy, quota.easy)


def _share_bar(name: str, found: Sequence[bool], span: Span) -> Bar:
    share = sum(found) / (len(found) or 1)
    low, high = span
    if high >= 1:
        asked = f"at least {low:.0%}"
    elif low <= 0:
        asked = f"at most {high:.0%}"
    else:
        asked = f"{low:.0%} to {high:.0%}"
    return Bar(name, asked.replace("%", " %"), f"{share:.1%}", low <= share <= high)
