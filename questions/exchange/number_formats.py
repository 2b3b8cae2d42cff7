"""What the author of a workbook sees in a cell: its value in the cell's number format. Pure.

The codes are those of ECMA-376, part 1, 18.8.30: up to three sections for numbers, with digits,
percent, thousands, literals, and dates. Names of months and days are English. A code that is not
known here shows the value in its usual form.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*](?P<filled>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]'
    r"|\[(?P<elapsed>[hms]+)\]|\[(?P<bracket>[^\]]*)\]|(?P<half>AM/PM|A/P)|(?P<general>General)"
    r"|(?P<power>[Ee][+-]0+)|(?P<digits>[0#?][0#?.,]*|\.[0#?]+)"
    r"|(?P<date>y+|m+|d+|h+|s+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])*')
_LONGEST_CODE = 200
# Shown for the code that stands for the short date of the reader's own country.
_SHORT_DATE = "m/d/yyyy"


def shown(value: object, code: str = "General") -> str:
    """Return a cell's value as its author sees it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime | date | time):
        return _date(value, code)
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, int | float):
        return _number(value, code)
    return str(value)


def _tokens(code: str) -> list[tuple[str, str]]:
    """Return the parts of a code, each with its kind."""
    return [(str(match.lastgroup), match[match.lastgroup or 0]) for match in _TOKEN.finditer(code)]


def _general(value: float) -> str:
    """Return a number as a cell without a format shows it: ten digits, and no zeros behind."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return f"{value:.10g}"


def _number(value: float, code: str) -> str:
    sections = _SECTION.findall(code[:_LONGEST_CODE])
    sections = [part for index, part in enumerate(sections) if part or index == 0] or ["General"]
    index = 1 if value < 0 and len(sections) > 1 else 2 if value == 0 and len(sections) > 2 else 0
    section = sections[index]
    tokens = _tokens(section)
    kinds = {kind for kind, _ in tokens}
    if kinds and kinds <= {"quoted", "escaped", "currency", "filled"}:
        return _joined(tokens, str)
    is_plain = "digits" not in kinds or kinds & {"power", "date", "elapsed"} or "/" in section
    if is_plain or re.search(r"\[[<>=]", section):
        return _general(value)
    size = abs(value) if index == 1 else value
    try:
        return _filled(Decimal(repr(size)), tokens)
    except (InvalidOperation, ValueError):
        return _general(value)


def _filled(number: Decimal, tokens: list[tuple[str, str]]) -> str:
    """Return the text of a section with the digits of a number in it."""
    percents = sum(text == "%" for kind, text in tokens if kind == "other")
    patterns = [text for kind, text in tokens if kind == "digits"]
    # Each comma behind the digits leaves out three of them.
    pattern = patterns[0].rstrip(",")
    scaled = number * 100**percents / Decimal(1000) ** (len(patterns[0]) - len(pattern))
    whole, _, places = pattern.partition(".")
    if len(patterns) > 1 and not any(mark in "".join(patterns) for mark in ".,"):
        parts = iter(_divided(scaled, patterns))
        return _joined(tokens, lambda: next(parts))
    digits = _digits(scaled, whole, places)
    parts = iter([digits, *[""] * len(patterns)])
    text = _joined(tokens, lambda: next(parts))
    return f"-{text}" if scaled < 0 and digits.strip("0.,") else text


def _digits(number: Decimal, whole: str, places: str) -> str:
    """Return a number's size with the digits, and the thousands, that a pattern asks for."""
    rounded = abs(number).quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in whole else f"{rounded:f}"
    before, _, after = text.partition(".")
    least = whole.count("0")
    before = before.lstrip("0,").rjust(least, "0") if least != 1 else before
    optional = len(places) - len(places.rstrip("#?"))
    while optional and after.endswith("0"):
        after, optional = after[:-1], optional - 1
    return f"{before}.{after}" if after else before


def _divided(number: Decimal, patterns: list[str]) -> list[str]:
    """Return a number's digits over several places, as of a telephone's."""
    widths = [len(pattern) for pattern in patterns]
    digits = f"{abs(number).quantize(Decimal(1), ROUND_HALF_UP):f}".rjust(sum(widths), "0")
    first = len(digits) - sum(widths[1:])
    parts = [digits[:first]]
    for width in widths[1:]:
        parts.append(digits[first : first + width])
        first += width
    return parts


def _joined(tokens: list[tuple[str, str]], digits: Callable[[], str]) -> str:
    text = []
    for kind, value in tokens:
        if kind == "digits":
            text.append(digits())
        elif kind in ("quoted", "escaped", "currency", "other"):
            text.append(value)
    return "".join(text).strip()


def _date(value: datetime | date | time, code: str) -> str:
    code = _SHORT_DATE if code.lower() == "mm-dd-yy" else code[:_LONGEST_CODE].split(";")[0]
    tokens = _tokens(code)
    if not any(kind in ("date", "elapsed") for kind, _ in tokens):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    is_half = any(kind == "half" for kind, _ in tokens)
    text = []
    for index, (kind, part) in enumerate(tokens):
        if kind in ("date", "elapsed"):
            text.append(_part(value, _meaning(tokens, index), is_half=is_half))
        elif kind == "half":
            text.append("PM" if getattr(value, "hour", 0) >= 12 else "AM")
        elif kind in ("quoted", "escaped", "other"):
            text.append(part)
    return "".join(text).strip()


def _meaning(tokens: list[tuple[str, str]], index: int) -> str:
    """Return the part of a date that a token stands for; m beside hours or seconds is minutes."""
    part = tokens[index][1].lower()
    if part[0] != "m" or len(part) > 2:
        return part
    parts = [
        (place, text.lower())
        for place, (kind, text) in enumerate(tokens)
        if kind in ("date", "elapsed")
    ]
    before = [text for place, text in parts if place < index][-1:]
    after = [text for place, text in parts if place > index][:1]
    is_minute = any(text[0] == "h" for text in before) or any(text[0] == "s" for text in after)
    return part.replace("m", "n") if is_minute else part


def _part(value: datetime | date | time, part: str, *, is_half: bool) -> str:
    names = {"ddd": "%a", "dddd": "%A", "mmm": "%b", "mmmm": "%B"}
    if part in names:
        return value.strftime(names[part])
    sizes = {"y": "year", "m": "month", "d": "day", "h": "hour", "n": "minute", "s": "second"}
    number = int(getattr(value, sizes[part[0]], 0))
    if part[0] == "y":
        return f"{number:04}" if len(part) > 2 else f"{number % 100:02}"
    if part[0] == "m" and len(part) > 4:
        return value.strftime("%b")[:1]
    number = (number % 12 or 12) if part[0] == "h" and is_half else number
    return f"{number:02}" if len(part) > 1 else str(number)
