"""The columns of a table of questions, which CSV, XLSX and Anki's text files share. Pure.

The key names options by letter: `B`, `A C`, for ordering the sequence `C A B`, for matching one
letter for each prompt. Whoever's table it is, columns are found by the names people give them.
"""

import re

from questions.items.editing import MOST_OPTIONS
from questions.items.item import FIELD_NAMES, letter
from questions.translation import gettext, gettext_noop

OPTION_LETTERS = [letter(index).lower() for index in range(MOST_OPTIONS)]
PROMPTS = 7
# Columns of a table, ours and others.
MOST_COLUMNS = 200
_OLDEST = (
    *("ref", "type", "task", "topic", "level", "objective", "stem", "key"),
    *(name for each in OPTION_LETTERS for name in (f"option_{each}", f"why_{each}")),
    *(f"prompt_{number}" for number in range(1, PROMPTS + 1)),
    *("facts", "sources", "enemies", "evidence", "acknowledged", "fixed_order"),
    *("uses_correction", "numeric_ok", "guide_version", "reviewed_on"),
)
COLUMNS = (
    *_OLDEST,
    *(name for name in FIELD_NAMES if name not in _OLDEST),
    *(f"about_{each}" for each in OPTION_LETTERS),
)
# Those that every table has; of the others, those that some question needs.
ALWAYS = (*COLUMNS[:8], "option_a", "option_b", "why_a", "why_b")
ABOUT = {
    "ref": gettext_noop("Its lasting name; without one, the site gives it one."),
    "type": gettext_noop(
        "multiple_choice, multiple_response, ordering or matching; empty: told from the key."
    ),
    "task": gettext_noop("Number of the task statement, as 1.1."),
    "topic": gettext_noop("Slug or title of a topic of the exam."),
    "level": gettext_noop("recall, apply or analyse; empty: apply."),
    "stem": gettext_noop("The question, as Markdown."),
    "key": gettext_noop(
        "B. Several: A C. Ordering: the letters in order. Matching: one letter for each prompt."
    ),
    "option_a": gettext_noop("Text of option A; so on to option_l."),
    "why_a": gettext_noop("What makes option A right, or tempting and wrong; so on to why_l."),
    "prompt_1": gettext_noop("First prompt of a matching; so on to prompt_7."),
    "facts": gettext_noop("Ids with ; between them; sources and enemies too."),
    "fixed_order": gettext_noop("yes keeps the options as they stand."),
}
# What a problem calls the columns of which there are several.
_TITLES = {
    "option": gettext_noop("option %(place)s"),
    "why": gettext_noop("explanation %(place)s"),
    "prompt": gettext_noop("prompt %(place)s"),
}
_ALIASES = {
    "question": "stem",
    "question text": "stem",
    "prompt": "stem",
    "text": "stem",
    "answer": "key",
    "answers": "key",
    "answer key": "key",
    "answer index": "key",
    "correct": "key",
    "correct answer": "key",
    "correct answers": "key",
    "correct index": "key",
    "correct option": "key",
    "correct options": "key",
    "correct choice": "key",
    "right answer": "key",
    "right answers": "key",
    "solution": "key",
    "id": "ref",
    "question id": "ref",
    "explanation": "explanation",
    "answer explanation": "explanation",
    "overall explanation": "explanation",
    "rationale": "explanation",
    "feedback": "explanation",
    "why": "explanation",
    "difficulty": "level",
    "category": "topic",
    "question type": "type",
    "domain": "category",
    "tags": "tags",
}
TYPE_NAMES = {
    "": "",
    **dict.fromkeys(
        (
            *("mc", "mcq", "single", "single choice", "single answer", "single select"),
            *("multiple choice", "radio", "one answer", "true false", "true or false", "tf"),
            *("t f", "boolean", "yes no"),
        ),
        "multiple_choice",
    ),
    **dict.fromkeys(
        (
            *("mr", "ma", "multi", "multi select", "multiselect", "multiple response"),
            *("multiple answer", "multiple answers", "multiple select", "multiple correct"),
            *("checkbox", "checkboxes", "select all that apply"),
        ),
        "multiple_response",
    ),
    **dict.fromkeys(("order", "ordering", "sequence", "sequencing"), "ordering"),
    **dict.fromkeys(("match", "matching"), "matching"),
}
# Words of types whose options nobody writes down.
TRUE_FALSE = {"true false", "true or false", "tf", "t f", "boolean"}
# How far up in thought a question goes, in the words of others (Bloom 1956, revised 2001).
LEVEL_NAMES = {
    **dict.fromkeys(("recall", "remember", "knowledge", "understand"), "recall"),
    **dict.fromkeys(("apply", "application"), "apply"),
    **dict.fromkeys(("analyse", "analyze", "analysis", "evaluate", "create"), "analyse"),
}
# Words for how hard a question is, which is no level.
DIFFICULTY = re.compile(
    r"(?:very )?(?:easy|easier|simple|low|beginner|basic|foundational|medium|moderate|average|"
    r"normal|intermediate|hard|harder|difficult|high|challenging|advanced|expert)|[\d.]+%?"
)
_NUMBERED = re.compile(
    r"(option|choice|answer|answer option|answer choice|option text|why|feedback|explanation)?"
    r"[ #]*([a-l]|\d{1,2})"
)
# What a name says beside its column's, as `(0-3)` or `(optional)`.
_REMARK = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$|\s*[:*?]+$")
# What a column may hold: ours, and three that are read and have no place of their own.
MEANINGS = (*COLUMNS, "explanation", "category", "tags")

# A spreadsheet takes text that begins so for a formula.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠|%]")


def escape_formula(text: str) -> str:
    """Return a cell's text such that no spreadsheet takes it for a formula; `restored` undoes it.

    An apostrophe before it makes text of it (OWASP, CSV injection).
    """
    return f"'{text}" if _FORMULA.match(text.lstrip(" ")) else text


def unescape_formula(text: str) -> str:
    """Return a cell's text without the apostrophe that kept it from being a formula."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def title_of(kind: str, index: int) -> str:
    """Return what a reader calls a column of options, whys or prompts: "option B", "prompt 3"."""
    place = str(index + 1) if kind == "prompt" else letter(index)
    return gettext(_TITLES[kind]) % {"place": place}


def column_of(name: str) -> str:
    """Return the column that a name of a header means, "" for none of ours."""
    plain = re.sub(r"[\s_]+", " ", name.strip().casefold())
    plain = _REMARK.sub("", plain) or plain
    if plain in _ALIASES:
        return _ALIASES[plain]
    joined = plain.replace(" ", "_")
    if joined in COLUMNS:
        return joined
    numbered = _NUMBERED.fullmatch(plain)
    if numbered:
        which = numbered[2]
        index = int(which) - 1 if which.isdecimal() else ord(which) - ord("a")
        kind = "why" if numbered[1] in ("why", "feedback", "explanation") else "option"
        if 0 <= index < MOST_OPTIONS:
            return f"{kind}_{letter(index).lower()}"
    return ""
