"""Links and pictures of Markdown whose addresses stand elsewhere in the file. Pure.

`![dog][1]` with `[1]: dog.png` below becomes `![dog](dog.png)`, so that each question holds its own
(CommonMark 0.31, sections 4.7 and 6.3).
"""

import re
from collections.abc import Collection, Mapping, Sequence

_DEFINITION = re.compile(
    r"""\s{0,3}\[([^\[\]]{1,200})\]:\s*(?:<([^<>]{1,2000})>|([^\s<>]{1,2000}))"""
    r"""(\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*$"""
)
# What stands in code is none.
_USE = re.compile(
    r"(?P<code>(`{1,9})(?:(?!\2).){1,2000}\2)|(?<!\\)(?P<sign>!?)\[(?P<text>(?:[^\[\]\\]|\\.){1,300})\]"
    r"(?:\[(?P<label>[^\[\]]{0,200})\]|(?![(\[:]))"
)
# Of a file that has no end of lines: what is longer has no labels.
_MOST_LINE = 20_000
# A box that is ticked, and a note at the foot of a page, are no labels.
_NO_LABEL = re.compile(r"\s*[xX]?\s*|\^.*")


def with_addresses(lines: Sequence[str], code: Collection[int]) -> list[str]:
    """Return the lines with each address where it is used; `code` are the indexes of code.

    A line that defines an address is empty then; one that nothing uses stays as it is.
    """
    defined: dict[str, tuple[int, str]] = {}
    for index, line in enumerate(lines):
        found = _DEFINITION.match(line) if "]:" in line and index not in code else None
        if found and not _NO_LABEL.fullmatch(found[1]):
            address = f"<{found[2]}>" if found[2] else found[3]
            defined.setdefault(_folded(found[1]), (index, f"{address}{found[4] or ''}"))
    if not defined:
        return list(lines)
    used: set[int] = set()
    definitions = {index for index, _ in defined.values()}
    placed = [
        line if index in code or index in definitions else _placed(line, defined, used)
        for index, line in enumerate(lines)
    ]
    return ["" if index in used else line for index, line in enumerate(placed)]


def _placed(line: str, defined: Mapping[str, tuple[int, str]], used: set[int]) -> str:
    def inlined(match: re.Match[str]) -> str:
        label = _folded(match["label"] or match["text"] or "")
        if match["code"] or label not in defined:
            return match[0]
        index, address = defined[label]
        used.add(index)
        return f"{match['sign']}[{match['text']}]({address})"

    return _USE.sub(inlined, line) if "[" in line and len(line) <= _MOST_LINE else line


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()
