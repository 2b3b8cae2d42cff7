"""Rules F: spelling, names of today, reading load, people. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache

from questions.bank_files.style import Style
from questions.items.item import Item
from questions.lint.context import LintContext
from questions.lint.findings import FindingText
from questions.lint.words import grade, sentences, unmarked, words
from questions.markdown import pictures_in
from questions.translation import gettext

_BRITISH = re.compile(
    r"\b(?:(?:anal|paral|catal)ys(?:e|ed|es|ing|er|ers)|"
    r"(?:\w+)(?:[^aeiou\W]is(?:e[ds]?|ing|ation|ations))(?<!"
    r"promise)(?<!promised)(?<!promises)|"
    r"(?:behavi|col|fav|hon|lab|neighb|rum|flav|harb|endeav|vap|hum)our\w*|"
    r"(?:cent|theat|met|lit|fib|calib)re[sd]?|(?:de|of)fence|licence|programmes?|catalogue\w*|"
    r"grey|judgement|fulfil|fulfils|enrol|learnt|spelt|whilst|amongst|ageing|sceptic\w*|"
    r"(?:label|model|cancel|travel|channel|tunnel|signal|fuel|level|total|counsel)l(?:ed|ing|er|ers))\b",
    re.IGNORECASE,
)
# Words in -ise that are spelled so everywhere.
_ALIKE = re.compile(
    r"^(?:(?:pre|im)?prec?is\w*|concise\w*|exercis\w*|advis\w*|revis\w*|(?:un)?supervis\w*|televis\w*|"
    r"devis\w*|surpris\w*|enterpris\w*|compris\w*|compromis\w*|promis\w*|premis\w*|expertise|"
    r"franchis\w*|merchandis\w*|disguis\w*|otherwise|likewise|clockwise|wise|rise\w*|rising|"
    r"arise\w*|arising|raise\w*|noise\w*|noisy|improvis\w*|advertis\w*|excis\w*|incis\w*|treatise|"
    r"paradise|praise\w*|appraise\w*|demise|guise|\w+wise|sunrise|uprising|disease\w*|decis\w*|"
    r"collis\w*|bruis\w*|cruis\w*|vis\w*|provis\w*|this|basis)$",
    re.IGNORECASE,
)
_GENDERED = re.compile(
    r"\b(?:he|she|him|her|his|hers|himself|herself|chairman|salesm[ae]n|businessm[ae]n|foreman|"
    r"craftsm[ae]n|policem[ae]n|firem[ae]n|mailman|housewife|stewardess|waitress|actress|manpower|"
    r"man-hours?|mankind|guys)\b",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"(?<![\w/-])([A-Z][A-Z0-9]{1,5})s?(?![\w])")
_HISTORY = re.compile(
    r"\b(?:formerly|former|earlier|renamed|rename|once|old|older|used to|classic|"
    r"was called|were called|new name|successor|until)\b",
    re.IGNORECASE,
)
MOST_GRADE, MOST_IN_SENTENCE = 13, 28


def parts(item: Item) -> Iterator[tuple[str, str]]:
    """Yield every text of an item with the field it stands in."""
    yield "stem", item.stem
    for index, option in enumerate(item.options):
        yield f"options[{index}].text", option.text
        yield f"options[{index}].why", option.why
    for prompt in item.prompts:
        yield "options", prompt


def faults(text: str, style: Style) -> Iterator[str]:
    """Say which words of a text are not American spelling or not the names of today."""
    for match in _BRITISH.finditer(text):
        if not _ALIKE.match(match[0]):
            yield gettext("%(word)s is British spelling; write American") % {
                "word": f"{match[0]!r}"
            }
    for name in style.outdated:
        found_at = (old for old in name.pattern.finditer(text) if not _is_history(text, old))
        old = next(found_at, None)
        if old:
            yield gettext("%(word)s is out of date; write %(instead)s") % {
                "word": f"{old[0].strip()!r}",
                "instead": name.instead,
            }


def _is_history(text: str, old: re.Match[str]) -> bool:
    """Tell whether words near a name say that it is an old one."""
    return bool(_HISTORY.search(text[max(0, old.start() - 80) : old.end() + 80]))


def american_and_current(item: Item, context: LintContext) -> FindingText:
    """F1: American spelling, names of products as they are now."""
    for name, text in parts(item):
        for fault in faults(text, context.style):
            yield name, fault


def easy_to_read(item: Item, context: LintContext) -> FindingText:
    """F2: a stem of short sentences, for readers of grade 13 at most; abbreviations are named."""
    long = [part for part in sentences(item.stem) if len(words(part)) > MOST_IN_SENTENCE]
    if long:
        message = gettext("a sentence has %(count)s words; %(most)s are enough") % {
            "count": len(words(long[0])),
            "most": MOST_IN_SENTENCE,
        }
        yield "stem", message
    level = grade(_without_names(item.stem, context.style))
    if level > MOST_GRADE:
        message = gettext(
            "reads like grade %(level)s, over %(most)s; use shorter sentences and words"
        ) % {"level": f"{level:.1f}", "most": MOST_GRADE}
        yield "stem", message
    if context.style.abbreviations:
        text = " ".join(part for _, part in parts(item))
        for short in dict.fromkeys(_CAPITALS.findall(unmarked(item.stem))):
            if short not in context.style.abbreviations and f"({short}" not in text:
                yield (
                    "stem",
                    gettext("%(short)s is not spelled out; name it in full at its first use")
                    % {"short": short},
                )


def _without_names(text: str, style: Style) -> str:
    """Return text in which a service's name counts as one short word, since it cannot be eased."""
    if not style.brands:
        return text
    brands = "|".join(map(re.escape, style.brands))
    return re.sub(rf"\b(?:{brands})(?: (?:[A-Z]\w*|for|of))+", "Name", text)


def inclusive(item: Item, context: LintContext) -> FindingText:
    """F3: no gendered roles, no real companies."""
    for name, text in parts(item):
        match = _GENDERED.search(text)
        if match:
            yield (
                name,
                gettext("%(word)s gives a person a gender; use a role or they")
                % {"word": f"{match[0]!r}"},
            )
        company = _any_of(context.style.companies).search(text)
        if company:
            yield (
                name,
                gettext("%(company)s is a real company; use a made-up one without a name")
                % {"company": company[0]},
            )


def described(item: Item, context: LintContext) -> FindingText:
    """F4: every picture says what it shows, for people who cannot see it."""
    for name, text in parts(item):
        if any(not alt.strip() for _, alt in pictures_in(text, is_inline=name != "stem")):
            yield (
                name,
                gettext("a picture has no description; write what it shows between its brackets"),
            )


@lru_cache
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of any of these names; of none, one that matches nothing."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b" if names else r"(?!)")
