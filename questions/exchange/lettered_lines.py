"""What a line of a lettered list is: a question's beginning, an option, an answer. Pure.

The list of words holds those seen in public collections of questions in six languages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from questions.exchange.markdown_lines import EXPLAINED, Line
from questions.exchange.sections import BARE_NUMBER

HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*$")
_OPTION = re.compile(
    r"(?P<lead>[-*+]\s++)?(?P<open>[*_]{0,3})\s*[(\[]?(?P<letter>[A-La-l])"
    r"(?P<mark>\\?[.)\]:]|(?=[*_]{1,3}[.):]))[)\]]?(?P<close>[*_]{0,3}[.):]?)(?:\s+(?P<text>.*)|)$",
    re.DOTALL,
)
_NUMBERED = re.compile(
    r"\s{0,3}(?P<bold>\**)(?:(?:(?:Q(?:uestion)?|Pregunta|Quest[aã]o|Pergunta|Frage)"
    r"\s*(?:(?:no|nr)\s*[.:]?|#|:)?|no\s*\.)\s*(?P<named>\d{1,4})(?:\s+(?:of|de|von)\s+\d{1,4})?"
    r"\s*[.):\]-]*|(?P<plain>\d{1,4})\s*\\?[.)])(?P<close>\**)(?:\s+(?P<text>.*)|)$",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"[*_>#\s✅✔-]*(?:(?:show|see|view|reveal|check|click\s+for)\s+)?(?:the\s+)?(?:(?:correct|right|suggested|official|model)\s+)?"
    r"(?:answers?|ans|answer\s+key|key|respuestas?(?:\s+correctas?)?|respostas?(?:\s+(?:corret|cert)as?)?|"
    r"(?:richtige\s+)?antwort(?:en)?|l[oö]sung|(?:bonnes?\s+)?r[eé]ponses?(?:\s+correctes?)?|solution)"
    r"(?:\(s\))?(?:\s+(?:is|are|es|est|ist))?[*_\s]*(?P<colon>[:：=]?)[*_\s]*(?P<value>.*)$",
    re.IGNORECASE,
)
_LETTER_LIST = re.compile(
    r"[*_`(\[\s]*(?P<letters>[A-L](?:(?:\s*[,;&/+|]\s*(?:and\s+)?|\s+(?:and|y|e|und|et|or)\s+|\s+|)[A-L])*)"
    r"(?![\w'’])[*_`)\].:\s]*(?P<rest>.*)$",
    re.DOTALL,
)
# Options that are named by small letters, and nothing behind them.
_SMALL_LETTERS = re.compile(
    r"[*_`(\[\s]*([a-l](?:(?:\s*[,;&/+]\s*|\s+(?:and|y|e|und|et)\s+)[a-l])*)[*_`)\].\s]*$"
)
_RIGHT_MARK = re.compile(
    r"\s*(?:✅|✔️?|✓|☑️?|\((?:correct|right)(?: answer)?\)|<-+\s*correct)\s*$", re.IGNORECASE
)


@dataclass(frozen=True)
class OptionLine:
    """A line that begins an option: its index, its text, and whether a mark says it is right."""

    index: int
    text: str
    is_marked: bool


def option_of(line: Line) -> OptionLine | None:
    """Return the option that a line begins, None for any other line."""
    match = None if line.is_code else _OPTION.match(line.bare)
    if match is None:
        return None
    text = (match["text"] or "").strip()
    if match["open"] and not match["close"]:
        # The marks that open around the letter close behind the text; one star alone says right.
        if text.endswith(match["open"]):
            text = text.removesuffix(match["open"]).rstrip()
        elif match["open"] != "*":
            return None
    marked = _RIGHT_MARK.search(text)
    text = text[: marked.start()].rstrip() if marked else text
    is_bold = bool(match["open"] and not match["close"])
    is_marked = bool(marked or is_bold)
    return OptionLine(ord(match["letter"].upper()) - ord("A"), text, is_marked)


def number_of(line: Line) -> tuple[int, str] | None:
    """Return the number and the text of a line that may begin a numbered question."""
    match = None if line.is_code else _NUMBERED.match(line.text)
    if match is None:
        return None
    text = (match["text"] or "").strip()
    if match["bold"] and not match["close"]:
        text = text.removesuffix(match["bold"])
    return int(match["named"] or match["plain"]), text.strip()


def answer_of(line: Line) -> str | None:
    """Return what a line says after the word for an answer, "" for the word alone."""
    match = None if line.is_code else _ANSWER.match(line.text)
    if match is None:
        return None
    value = match["value"].strip().strip("*_ ")
    is_said = match["colon"] or (letters_of(value) is not None and not value.islower())
    if value and not is_said:
        return None
    return value


def letters_of(value: str) -> tuple[tuple[int, ...], str] | None:
    """Return the options that an answer names by letter, and the words that follow them."""
    match = _LETTER_LIST.match(value)
    if match is None:
        small = _SMALL_LETTERS.match(value)
        return letters_of(small[1].upper()) if small else None
    letters = re.findall("[A-L]", re.sub(r"\b(?:and|or|und|et)\b", " ", match["letters"]))
    rest = match["rest"].strip()
    # "A queue" is a text that begins with an article.
    if (
        rest
        and len(letters) == 1
        and not re.match(r"\S\s*[.):,;(\[*_–—-]", match[0].lstrip("*_`([ "))
    ):
        return None
    return tuple(dict.fromkeys(ord(letter) - ord("A") for letter in letters)), rest


def named_by_text(value: str, options: Sequence[str]) -> tuple[int, ...]:
    """Return the one option whose text an answer is, nothing for none or several."""
    folded = " ".join(value.split()).casefold().strip("*_. ")
    named = [
        index
        for index, text in enumerate(options)
        if " ".join(text.split()).casefold().strip("*_. ") == folded
    ]
    return tuple(named) if len(named) == 1 else ()


def is_label(title: str) -> bool:
    """Tell whether a heading is a label inside a question, as `#### Explanation`."""
    line = Line(0, title)
    return answer_of(line) is not None or bool(EXPLAINED.match(f"{title}:"))


def is_bare_number(title: str) -> bool:
    """Tell whether a heading is the number of the question below it."""
    return bool(BARE_NUMBER.fullmatch(title))
