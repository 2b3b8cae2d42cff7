"""Rules S: what is asked, and that it can be answered before the options are read."""

import re

from questions.items.item import Item
from questions.items.kinds.multiple_response import HOW_MANY
from questions.items.kinds.registry import kind_of
from questions.lint.context import LintContext
from questions.lint.findings import FindingText
from questions.lint.words import sentences, words
from questions.translation import gettext, ngettext

_NEGATION = re.compile(
    r"\b(?:not|except|incorrect|false(?! (?:positive|negative|alarm|alert))|"
    r"least(?! (?:amount of )?(?:\w+ )?(?:effort|cost|privilege|overhead|expensive|work|"
    r"development|administrative|operational|privileged))(?: \w+)?)\b",
    re.IGNORECASE,
)
_TRUE = re.compile(
    r"\bwhich\b.*\b(?:true|false|correct)\b(?! (?:positive|negative|alarm))", re.IGNORECASE
)
LEAST_WORDS, MOST_WORDS, MOST_IN_QUESTION = 12, 90, 30


def question(item: Item) -> str:
    """Return the sentence that asks: the last one, without how many to choose."""
    parts = sentences(HOW_MANY.sub("", item.stem.strip()).strip())
    return parts[-1] if parts else ""


def is_negative(item: Item) -> bool:
    """Tell whether an item asks for the exception."""
    return _NEGATION.search(question(item)) is not None


def full_question(item: Item, context: LintContext) -> FindingText:
    """S1: the stem ends with a full question, or with how many to choose."""
    yield from kind_of(item.type).lint("S1", item)
    if len(words(question(item))) < 3:
        yield (
            "stem",
            gettext("the last sentence is not a full question; ask something that can be answered"),
        )


def positive(item: Item, context: LintContext) -> FindingText:
    """S2: the stem asks for what is so; the word that negates it is in bold."""
    negation = _NEGATION.search(question(item))
    if negation:
        word = negation[0].split()[0]
        if not re.search(rf"\*\*[^*]*\b{word}\b[^*]*\*\*", question(item), re.IGNORECASE):
            yield (
                "stem",
                gettext(
                    "%(negation)s makes the question negative; ask positively, or make the "
                    "word bold"
                )
                % {"negation": f"{negation[0]!r}"},
            )


def concise(item: Item, context: LintContext) -> FindingText:
    """S3: one scenario in 12 to 90 words, and a question of at most 30."""
    count = len(words(HOW_MANY.sub("", item.stem.strip())))
    least = 0 if context.in_case else LEAST_WORDS
    if not least <= count <= MOST_WORDS:
        yield "stem", _length(count)
    count = len(words(question(item)))
    if count > MOST_IN_QUESTION:
        message = gettext("the question itself has %(count)s words; use %(most)s or fewer") % {
            "count": count,
            "most": MOST_IN_QUESTION,
        }
        yield "stem", message


def _length(count: int) -> str:
    """Return what is wrong with a question of so many words."""
    if count < LEAST_WORDS:
        sentence = ngettext(
            "Very short question (%(count)s word); %(least)s to %(most)s is usual",
            "Very short question (%(count)s words); %(least)s to %(most)s is usual",
            count,
        )
    else:
        sentence = gettext("Very long question (%(count)s words); %(least)s to %(most)s is usual")
    return sentence % {"count": count, "least": LEAST_WORDS, "most": MOST_WORDS}


def no_true_or_false(item: Item, context: LintContext) -> FindingText:
    """S5: no 'which is true'."""
    if _TRUE.search(question(item)):
        yield "stem", gettext("asks which is true or correct; ask about the subject itself")


def number_to_choose(item: Item, context: LintContext) -> FindingText:
    """S6: multiple response says how many to choose, and leaves two or more wrong options."""
    yield from kind_of(item.type).lint("S6", item)
