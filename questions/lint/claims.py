"""Rules C and E: what an item claims, where that is written, and what it explains."""

import re
from collections.abc import Iterator
from datetime import date

from questions.items.item import Item
from questions.lint.context import FRESH_DAYS, LintContext
from questions.lint.findings import FindingText
from questions.lint.words import tokens, unmarked, words
from questions.translation import gettext

_NUMBER = re.compile(r"(?<![\w.$-])[$€]?\d+(?:[.,]\d+)*\s?%?(?![\w-])")
_PLACE = re.compile(
    r"\b(?:option|answer|choice|response|step)s? (?:[A-H]|[1-8])\b"
    r"|\b(?:first|second|third|fourth|fifth|last|next|previous|above|below) "
    r"(?:option|answer|choice)s?\b"
    r"|\b(?:option|choice)s? (?:one|two|three|four|five|above|below)\b"
    r"|\banswers? (?:above|below)\b",
    re.IGNORECASE,
)


def keys(item: Item) -> Iterator[int]:
    """Yield the options that are right; for ordering and matching all that have a place."""
    yield from sorted(set(item.right))


def one_objective(item: Item, context: LintContext) -> FindingText:
    """C1: exactly one objective and one to three facts, all of which exist."""
    if context.objectives is not None:
        objectives = context.objectives.get(item.task, frozenset())
        if item.objective not in objectives:
            yield (
                "objective",
                gettext("task %(task)s has no objective %(objective)s")
                % {"task": item.task, "objective": f"{item.objective!r}"},
            )
    if context.facts is not None:
        if not 1 <= len(item.facts) <= 3:
            yield (
                "facts",
                gettext("names %(count)s facts; name 1 to 3, the one it keys first")
                % {"count": len(item.facts)},
            )
        if len(set(item.facts)) < len(item.facts):
            yield "facts", gettext("names a fact twice")
        for fact in item.facts:
            if fact not in context.facts:
                yield "facts", gettext("no fact %(fact)s") % {"fact": f"{fact!r}"}


def no_trivia(item: Item, context: LintContext) -> FindingText:
    """C2: no number as the key, unless the item says that the number matters."""
    if not item.numeric_ok:
        for index in keys(item):
            number = _NUMBER.search(unmarked(item.options[index].text))
            if number:
                shown = number[0].strip()
                message = gettext(
                    "the right answer is the number %(number)s; test the idea, or say numeric_ok"
                ) % {"number": shown}
                yield f"options[{index}].text", message


def correction_used(item: Item, context: LintContext) -> FindingText:
    """C3: a fact that common accounts get wrong is keyed as corrected."""
    if context.facts is None:
        return
    corrected = [f for f in item.facts if f in context.facts and context.facts[f].correction]
    if corrected and not item.uses_correction:
        message = gettext(
            "%(fact)s has a correction; key it as corrected and say uses_correction"
        ) % {"fact": corrected[0]}
        yield "facts", message
    if item.uses_correction and not corrected:
        yield (
            "uses_correction",
            gettext("no fact of this item has a correction; delete uses_correction"),
        )


def reviewed(item: Item, context: LintContext) -> FindingText:
    """C5: a version of the guide, a source, and a review within a year."""
    if not (item.guide_version or context.guide_version):
        yield "guide_version", gettext("no version of the guide, neither here nor in exam.yaml")
    if not item.sources:
        yield "sources", gettext("Add a source: a link or a title")
    elif context.sources is not None:
        for source in item.sources:
            if source not in context.sources:
                yield (
                    "sources",
                    gettext("no source %(source)s in sources.yaml") % {"source": f"{source!r}"},
                )
    if context.today is None:
        return
    day = date.fromisoformat(item.reviewed_on) if item.reviewed_on else context.reviewed_on
    if day is None:
        yield "reviewed_on", gettext("never reviewed; set reviewed_on here or in exam.yaml")
    elif (context.today - day).days > FRESH_DAYS:
        yield (
            "reviewed_on",
            gettext("reviewed on %(day)s, over %(days)s days ago; review it")
            % {"day": day, "days": FRESH_DAYS},
        )
    elif day > context.today:
        yield "reviewed_on", gettext("reviewed on %(day)s, a day in the future") % {"day": day}


def checked_on_a_day(item: Item, context: LintContext) -> FindingText:
    """C6: the day on which its facts were last checked is a day that has come."""
    if not item.checked:
        return
    try:
        day = date.fromisoformat(item.checked)
    except ValueError:
        yield (
            "checked",
            gettext("%(checked)s is no day; write it like 2026-01-31")
            % {"checked": f"{item.checked!r}"},
        )
        return
    if context.today and day > context.today:
        yield "checked", gettext("checked on %(day)s, a day in the future") % {"day": day}


def one_line_clue(item: Item, context: LintContext) -> FindingText:
    """C7: what decides is named in one line."""
    if "\n" in item.clue.strip():
        yield "clue", gettext("clue has several lines; name what decides in one, with + between")


def expected_share(item: Item, context: LintContext) -> FindingText:
    """C8: the share expected to answer right is one, and a spread stands beside it."""
    for name in ("angoff", "angoff_spread", "prepared"):
        share = getattr(item, name)
        if share is not None and not 0 <= share <= 1:
            yield name, gettext("%(share)s is no share between 0 and 1") % {"share": f"{share:g}"}
    if item.angoff is None and item.angoff_spread is not None:
        yield (
            "angoff_spread",
            gettext("a spread without the share that it belongs to; give angoff too"),
        )


def explained(item: Item, context: LintContext) -> FindingText:
    """E1: every option has a why of its own, of 8 to 60 words, that names no place."""
    seen: dict[str, int] = {}
    for index, option in enumerate(item.options):
        name = f"options[{index}].why"
        count = len(words(option.why))
        if not 8 <= count <= 60:
            yield name, _length(count)
        named = _PLACE.search(option.why)
        if named:
            yield (
                name,
                gettext(
                    "the explanation says %(named)s, but options are shuffled; quote the "
                    "option instead"
                )
                % {"named": f"{named[0]!r}"},
            )
        text = " ".join(tokens(option.why))
        if text and text in seen:
            yield (
                name,
                gettext("the same explanation as another option; say what is different here"),
            )
        seen.setdefault(text, index)


def _length(count: int) -> str:
    """Return what is wrong with an explanation of so many words."""
    if count < 8:
        return gettext("Explain this option in at least 8 words")
    return gettext("long explanation (%(count)s words); shorten it to 60 or fewer") % {
        "count": count
    }


def grounded(item: Item, context: LintContext) -> FindingText:
    """E2: what explains the item names where it is from."""
    if not item.sources and not item.facts:
        yield "sources", gettext("the explanation has no source; add a source or a fact")
