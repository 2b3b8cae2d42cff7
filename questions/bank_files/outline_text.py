"""An outline of domains and tasks as people write one: lines, numbers, dashes, per cent. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Lines that are read; an outline has a few dozen.
MOST_LINES = 400
# Letters of a line that are read; a name has at most 300. What looks for a share in a line costs
# the square of the blanks in it.
_MOST_LETTERS = 1000

_SHARE = re.compile(r"[(\[,:–-]?\s*(\d{1,3}(?:[.,]\d+)?)\s*(?:%|per ?cent|percent)\s*[)\]]?", re.I)
_NUMBER = re.compile(
    r"(?:(?:content )?(?:domain|section|chapter|unit|part|module|topic|task(?: statement)?)\s*)?"
    r"(\d+(?:\.\d+)*)\s*[.:)–-]?\s+",
    re.IGNORECASE,
)
_HEADING = re.compile(r"#{1,6}\s+")
_BULLET = re.compile(r"[-*•–]\s+")


@dataclass(frozen=True)
class OutlineDomain:
    """A domain as typed: its name, its share in per cent where one was given, its tasks' names."""

    title: str
    share: float | None
    tasks: tuple[str, ...]


def read_outline(text: str) -> list[OutlineDomain]:
    """Return the domains of a pasted outline; a line that is set in, or numbered 1.1, is a task."""
    domains: list[tuple[str, float | None, list[str]]] = []
    lines = [line for line in text.expandtabs(4).splitlines() if line.strip()][:MOST_LINES]
    margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    for line in lines:
        is_inner = len(line) - len(line.lstrip()) > margin
        title, share, depth, is_bullet = _line(line.strip()[:_MOST_LETTERS])
        if not title:
            continue
        is_task = depth > 1 or (depth == 0 and (is_inner or (is_bullet and _has_plain(lines))))
        if is_task and domains:
            domains[-1][2].append(title[:300])
        else:
            domains.append((title[:200], share, []))
    return [OutlineDomain(title, share, tuple(tasks)) for title, share, tasks in domains]


def _line(line: str) -> tuple[str, float | None, int, bool]:
    """Return a line's name, its share, how deep its number is, and whether a bullet begins it."""
    line = _HEADING.sub("", line, count=1)
    is_bullet = bool(_BULLET.match(line))
    line = _BULLET.sub("", line, count=1)
    share = _SHARE.search(line)
    if share:
        line = line[: share.start()] + line[share.end() :]
    number = _NUMBER.match(line)
    depth = number[1].count(".") + 1 if number else 0
    title = " ".join((line[number.end() :] if number else line).split()).strip(" :-–")
    return title, float(share[1].replace(",", ".")) if share else None, depth, is_bullet


def _has_plain(lines: Sequence[str]) -> bool:
    """Return whether some lines have no bullet: they are the domains, and those with one tasks."""
    return any(not _BULLET.match(line.strip()) for line in lines)


def shared_out(shares: Sequence[float | None], total: float = 100) -> list[float]:
    """Return shares in which those that are missing get equal parts of what is left.

    Parts have two decimals and together what is left exactly; where nothing is left they are 0.
    """
    left = round(total - sum(share for share in shares if share is not None), 2)
    missing = sum(share is None for share in shares)
    if not missing:
        return [share for share in shares if share is not None]
    part = max(0.0, int(100 * left / missing) / 100)
    rest = round(max(0.0, left) - part * missing, 2)
    result = []
    for share in shares:
        if share is None:
            result.append(round(part + rest, 2))
            rest = 0.0
        else:
            result.append(share)
    return result
