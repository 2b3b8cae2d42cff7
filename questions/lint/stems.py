"""Rules S: what is asked, and that it can be answered before the options are read."""

import re

from questions.items.item import Item
from questions.lint.context import LintContext
from questions.lint.findings import FindingText
from questions.lint.words import sentences, words

_CHOOSE = re.compile(r"\(Choose ([A-Z]+)\.\)$")
_NUMBERS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
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
    parts = sentences(_CHOOSE.sub("", item.stem.strip()).strip())
    return parts[-1] if parts else ""


def is_negative(item: Item) -> bool:
    """Tell whether an item asks for the exception."""
    return _NEGATION.search(question(item)) is not None


def full_question(item: Item, ground: LintContext) -> FindingText:
    """S1: the stem ends with a full question, or with how many to choose."""
    stem = item.stem.strip().rstrip("*_")
    if item.type == "multiple_choice" and not stem.endswith("?"):
        yield "stem", "end the stem with the question it asks"
    if item.type == "multiple_response" and not _CHOOSE.search(stem):
        yield "stem", "end the stem with how many to choose, as in (Choose TWO.)"
    if item.type in {"ordering", "matching"} and not stem.endswith(("?", ".")):
        yield "stem", "end the stem with a question or with what to do"
    if len(words(question(item))) < 3:
        yield "stem", "the last sentence is no full question; ask it so that it can be answered"


def positive(item: Item, ground: LintContext) -> FindingText:
    """S2: the stem asks for what is so; the word that negates it is in bold."""
    found = _NEGATION.search(question(item))
    if found:
        word = found[0].split()[0]
        if not re.search(rf"\*\*[^*]*\b{word}\b[^*]*\*\*", question(item), re.IGNORECASE):
            yield "stem", f"{found[0]!r} negates the question; ask for what is so, or make it bold"


def concise(item: Item, ground: LintContext) -> FindingText:
    """S3: one scenario in 12 to 90 words, and a question of at most 30."""
    count = len(words(_CHOOSE.sub("", item.stem.strip())))
    least = 0 if ground.in_case else LEAST_WORDS
    if not least <= count <= MOST_WORDS:
        yield "stem", f"stem has {count} words; {LEAST_WORDS} to {MOST_WORDS} are enough"
    count = len(words(question(item)))
    if count > MOST_IN_QUESTION:
        message = f"the question has {count} words; ask it in {MOST_IN_QUESTION} or fewer"
        yield "stem", message


def no_true_or_false(item: Item, ground: LintContext) -> FindingText:
    """S5: no 'which is true'."""
    if _TRUE.search(question(item)):
        yield "stem", "asks which is true or correct; ask for the thing itself"


def number_to_choose(item: Item, ground: LintContext) -> FindingText:
    """S6: multiple response says how many to choose, and leaves two or more wrong options."""
    if item.type != "multiple_response":
        return
    count = len(set(item.right))
    said = _CHOOSE.search(item.stem.strip())
    if said and _NUMBERS.get(said[1]) != count:
        yield "stem", f"says (Choose {said[1]}.) and has {count} right options"
    if count >= len(item.options) - 1:
        yield "options", f"{count} of {len(item.options)} options are right; leave two wrong ones"
