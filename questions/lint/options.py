"""Rules O and M: options of one kind, none of which gives itself away."""

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import combinations, pairwise

from questions.bank_files.style import Style
from questions.items.item import Item
from questions.items.kinds.registry import kind_of
from questions.lint.context import LintContext
from questions.lint.findings import FindingText
from questions.lint.words import content, jaccard, tokens, unmarked, words
from questions.translation import gettext

_ALL_OR_NONE = re.compile(
    r"\b(?:all|none|neither|both|any) of (?:the|these|those) (?:above|options?|answers?|others?)\b"
    r"|\b(?:all|none) of (?:these|them)\b",
    re.IGNORECASE,
)
_JOINED = r"(?:\s*(?:,|&|\+|/|\band\b|\bor\b)\s*)+"
_LETTERS = rf"(?-i:[A-H])(?:{_JOINED}(?-i:[A-H]))+"
_NUMERAL = r"(?:I{1,3}|IV|VI{0,3})"
_NAMES = r"(?:options?|answers?|choices?)"
# Statements of the stem, by their numerals: "I, II and III".
_NUMERALS = re.compile(
    rf"^(?:only |both |neither )?{_NUMERAL}(?:{_JOINED}{_NUMERAL})+(?:,? (?:only|both|alone))?$"
    rf"|^{_NUMERAL} (?:only|alone)$",
    re.IGNORECASE,
)
# Other options, by their letter, their number or their place.
_POINTS = re.compile(
    rf"^(?:only |both |neither )?[A-H](?:{_JOINED}[A-H])+(?:,? (?:only|both|alone))?$"
    rf"|\b(?:both|neither|only) {_LETTERS}\b|\b{_LETTERS} (?:only|both|alone)\b"
    rf"|^[A-H] (?:only|alone)$|^(?:only |both )?\d(?:{_JOINED}\d)+,? (?:only|both|alone)$"
    rf"|\b{_NAMES} (?:(?-i:[A-H])|\d)\b(?:{_JOINED}(?:(?-i:[A-H])|\d))*"
    rf"|\bthe (?:first|second|third|last|previous|preceding|other)"
    rf"(?: two| three| four| \d)? {_NAMES}\b|\b{_NAMES} (?:above|below)\b",
    re.IGNORECASE,
)
ABSOLUTES = frozenset({"always", "never", "only", "all", "every"})
_VAGUE = frozenset({"may", "usually", "sometimes"})
_NUMERIC = re.compile(r"^\D{0,3}(\d+(?:[.,]\d+)*)(?:\s*(?:-|–|to)\s*\D?(\d+(?:[.,]\d+)*))?")
# Fewer words of difference than this are no clue, however short the options.
_NO_CLUE = 2
_LONGEST_NAME = 6


def texts(item: Item) -> list[str]:
    return [unmarked(option.text).strip() for option in item.options]


def halves(item: Item) -> tuple[list[str], list[str]]:
    """Return the texts of the keys and of the distractors."""
    shown = texts(item)
    right = set(item.right)
    return (
        [text for index, text in enumerate(shown) if index in right],
        [text for index, text in enumerate(shown) if index not in right],
    )


def count(item: Item, context: LintContext) -> FindingText:
    """O2: as many options as the type has."""
    kind = kind_of(item.type)
    size, (low, high) = kind.size(item), kind.usual_size
    if not low <= size <= high:
        wanted = (
            str(low) if low == high else gettext("%(low)s to %(high)s") % {"low": low, "high": high}
        )
        yield (
            "options",
            gettext("%(kind)s has %(wanted)s, this has %(size)s")
            % {"kind": gettext(kind.words), "wanted": wanted, "size": size},
        )


def service(text: str, style: Style) -> str:
    """Return the service an option is, '' when it is something else."""
    parts = text.split()
    if not parts:
        return ""
    is_named = len(parts) <= _LONGEST_NAME and bool(set(parts) & set(style.brands))
    if parts[0] in style.brands or is_named or any(map(text.startswith, style.services)):
        return text
    return ""


def one_class(item: Item, context: LintContext) -> FindingText:
    """O3: all options are services or none is; the key does not begin in a way of its own."""
    if not kind_of(item.type).has_classes:
        return
    shown = texts(item)
    are_services = [bool(service(text, context.style)) for text in shown]
    if any(are_services) and not all(are_services):
        odd = are_services.index(sum(are_services) * 2 < len(shown))
        message = gettext("some options name a service and some do not; make them one class")
        yield f"options[{odd}].text", message
    if kind_of(item.type).is_choice and not any(are_services):
        kinds = [_opening(text) for text in shown]
        key_openings = {kinds[index] for index in item.right}
        others = {kind for index, kind in enumerate(kinds) if index not in item.right}
        if len(key_openings) == 1 and not key_openings & others and len(others) == 1:
            yield (
                f"options[{item.right[0]}].text",
                gettext("the key alone begins with another part of speech; make the options alike"),
            )


def _opening(text: str) -> str:
    first = next(iter(tokens(text)), "")
    if first == "to":
        return "infinitive"
    if first in {"a", "an", "the", "its", "their", "one", "each"}:
        return "article"
    if first in {"by", "with", "in", "on", "for", "from", "through", "when", "because", "if"}:
        return "phrase"
    return "gerund" if first.endswith("ing") and len(first) > 5 else "word"


def no_all_or_none(item: Item, context: LintContext) -> FindingText:
    """O4: no all, none or both of the others."""
    for index, text in enumerate(texts(item)):
        if _ALL_OR_NONE.search(text) or _NUMERALS.search(text.rstrip(".!;: ")):
            yield (
                f"options[{index}].text",
                gettext("stands for other options; give it a text of its own"),
            )


def points_at_others(item: Item, context: LintContext) -> FindingText:
    """O15: no option points at others by letter, number or place, which change in every sitting."""
    if item.fixed_order:
        return
    for index, (option, text) in enumerate(zip(item.options, texts(item), strict=True)):
        match = None if option.is_fixed else _POINTS.search(text.rstrip(".!;: "))
        if match:
            yield (
                f"options[{index}].text",
                gettext(
                    "%(words)s points at other options, and their places change in every "
                    "exam; say what is meant, or keep the order"
                )
                % {"words": f"{match[0]!r}"},
            )


def _ratio(item: Item) -> tuple[float, float]:
    """Return the key's words over the distractors', means of both, and the difference."""
    right, wrong = halves(item)
    key_words = sum(len(words(text)) for text in right) / len(right)
    other = sum(len(words(text)) for text in wrong) / len(wrong)
    # Distractors without a word, such as formulas, count as one.
    return key_words / (other or 1), abs(key_words - other)


def balanced(item: Item, context: LintContext) -> FindingText:
    """O5: the key is about as long as the distractors, and no option twice as long as another."""
    if not kind_of(item.type).is_choice:
        return
    ratio, difference = _ratio(item)
    name = f"options[{item.right[0]}].text"
    if difference >= _NO_CLUE and not 0.70 <= ratio <= 1.30 and ratio <= 1.60:
        yield (
            name,
            gettext("key has %(ratio)s times the words of the distractors; bring it to .70-1.30")
            % {"ratio": f"{ratio:.2f}"},
        )
    sizes = [len(words(text)) for text in texts(item)]
    if max(sizes) > 2 * min(sizes) and max(sizes) - min(sizes) > _NO_CLUE:
        longest = sizes.index(max(sizes))
        message = gettext(
            "has %(longest)s words and the shortest %(shortest)s; at most twice as long"
        ) % {
            "longest": max(sizes),
            "shortest": min(sizes),
        }
        yield f"options[{longest}].text", message


def not_far_longer(item: Item, context: LintContext) -> FindingText:
    """O5: the key is not much longer than the distractors."""
    if not kind_of(item.type).is_choice:
        return
    ratio, difference = _ratio(item)
    if difference >= _NO_CLUE and ratio > 1.60:
        message = gettext(
            "key has %(ratio)s times the words of the distractors; shorten it below 1.30"
        ) % {"ratio": f"{ratio:.2f}"}
        yield f"options[{item.right[0]}].text", message


def no_absolutes(item: Item, context: LintContext) -> FindingText:
    """O7: no word that makes an option sure to be wrong, or too careful to be wrong."""
    if not kind_of(item.type).is_choice:
        return
    used = [(ABSOLUTES | _VAGUE) & set(tokens(text)) for text in texts(item)]
    right = set().union(*(used[index] for index in item.right))
    wrong = set().union(*(words for index, words in enumerate(used) if index not in item.right))
    for index, telling in enumerate(used):
        for word in sorted(telling - (right & wrong)):
            yield (
                f"options[{index}].text",
                gettext("says %(word)s, which tells right from wrong; drop it")
                % {"word": f"{word!r}"},
            )


def no_echo(item: Item, context: LintContext) -> FindingText:
    """O8: no word of five letters or more that stands in stem and key and in no distractor."""
    if not kind_of(item.type).is_choice:
        return
    right, wrong = halves(item)
    asked = content(item.stem, least=5)
    shared = asked & set().union(*(content(text, least=5) for text in right))
    shared -= set().union(*(content(text) for text in wrong))
    if shared:
        named = ", ".join(sorted(shared))
        message = gettext(
            "stem and key alone share %(named)s; use it in a distractor or reword one"
        ) % {"named": named}
        yield f"options[{item.right[0]}].text", message


def no_twins(item: Item, context: LintContext) -> FindingText:
    """O9: no two options nearly the same, and ranges of numbers do not overlap."""
    shown = texts(item)
    for one, other in combinations(range(len(shown)), 2):
        match = SequenceMatcher(None, tokens(shown[one]), tokens(shown[other]), autojunk=False)
        if match.real_quick_ratio() > 0.85 and match.ratio() > 0.85:
            message = gettext(
                "is nearly the same text as option %(number)s; one of them gives a hint"
            ) % {"number": one + 1}
            yield f"options[{other}].text", message
    ranges = [_numbers(text) for text in shown]
    spans = sorted(span for span in ranges if span)
    if len(spans) == len(shown):
        for (_, high), (low, _) in pairwise(spans):
            if low < high:
                yield "options", gettext("ranges of numbers overlap; make them disjoint")
                return


def _numbers(text: str) -> tuple[float, float] | None:
    match = _NUMERIC.match(text)
    if not match:
        return None
    low = float(match[1].replace(",", ""))
    return low, float(match[2].replace(",", "")) if match[2] else low


def in_order(item: Item, context: LintContext) -> FindingText:
    """O10: options that are numbers rise or fall, and stay in that order when they are sat."""
    if not kind_of(item.type).is_choice:
        return
    spans = [_numbers(text) for text in texts(item)]
    values = [span for span in spans if span]
    if len(values) == len(spans):
        if values not in (sorted(values), sorted(values, reverse=True)):
            yield "options", gettext("options are numbers; put them in order and say fixed_order")
        elif not item.fixed_order:
            yield "fixed_order", gettext("options are numbers in order; say fixed_order to keep it")


def in_scope(item: Item, context: LintContext) -> FindingText:
    """O11: no option is a service that nobody should choose today."""
    for index, text in enumerate(texts(item)):
        for name in context.style.avoid:
            if re.search(rf"\b{re.escape(name)}\b", text):
                message = gettext(
                    "%(name)s is closed to new customers or out of scope; use another"
                ) % {"name": name}
                yield f"options[{index}].text", message


def alike(item: Item, context: LintContext) -> FindingText:
    """O12: options begin and end alike, and fit what stands before them."""
    shown = [text for text in texts(item) if text]
    starts = Counter(text[0].isupper() or not text[0].isalpha() for text in shown)
    if len(starts) > 1:
        yield (
            "options",
            gettext("some options begin with a capital and some do not; make them alike"),
        )
    ends = Counter(text[-1] in ".!?;" for text in shown)
    if len(ends) > 1:
        yield "options", gettext("some options end with a stop and some do not; make them alike")
    if re.search(r"\b(?:a|an)[:?]?$", item.stem.strip(), re.IGNORECASE):
        yield "stem", gettext("ends with an article that fits only some options; move it")


def no_convergence(item: Item, context: LintContext) -> FindingText:
    """O13: the key does not share most with the other options."""
    if not kind_of(item.type).is_single:
        return
    sets = [content(text) for text in texts(item)]
    sums = [sum(jaccard(one_words, other) for other in sets) for one_words in sets]
    key = item.right[0]
    others = max(total for index, total in enumerate(sums) if index != key)
    if sums[key] - others > 0.15:
        message = gettext(
            "key shares more words with the other options than they do; vary a distractor"
        )
        yield f"options[{key}].text", message


def known_subjects(item: Item, context: LintContext) -> FindingText:
    """O14: what a distractor stands for is a topic or a term of the notes; a key needs none."""
    is_choice = kind_of(item.type).is_choice
    for index, option in enumerate(item.options):
        name = f"options[{index}].about"
        if not option.about:
            continue
        if not is_choice or index in item.right:
            yield name, gettext("only a distractor says what it stands for; delete about")
        elif context.subjects is not None and option.about.casefold() not in context.subjects:
            message = gettext("about names %(about)s, no topic's slug and no term of the notes") % {
                "about": f"{option.about!r}"
            }
            yield name, message


def enough_responses(item: Item, context: LintContext) -> FindingText:
    """M1: as many responses as prompts, or the stem says that one may serve twice."""
    yield from kind_of(item.type).lint("M1", item)


def ordered(item: Item, context: LintContext) -> FindingText:
    """M2: three to five steps in an order that a source gives."""
    yield from kind_of(item.type).lint("M2", item)
