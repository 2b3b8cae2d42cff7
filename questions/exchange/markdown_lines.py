"""The lines of a Markdown file that somebody else wrote, with code told from text. Pure.

Tags that stand in the text, as collections on the web have them, become Markdown where it has the
same: breaks, pictures, links, bold, code. What lies in code stays as it is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from textwrap import dedent

from questions.exchange.markdown_references import with_addresses
from questions.exchange.sections import asks

# A box, ticked or not, behind the mark of an item: `- [x]`, `-[x]`, `• [ ]`, `1. [✗]`.
BOX = (
    r"[ \t\u00a0]{0,5}(?:[-*+•–—]\s*|\d{1,4}[.)]\s+)"
    r"\\?\[\s{0,5}(?P<tick>[xX✓✔✅☑]?)(?:\ufe0f|[✗✘❌☐])?\s{0,5}\\?\](?!\()"
)
_UNDERLINE = re.compile(r"\s{0,3}(=+|-+)\s*$")
_NO_TITLE = re.compile(r"\s*(?:[-*+>|#]|\d+[.)]\s|$)|\s{4}")
_FENCE = re.compile(r"(\s*)(>\s*)?(`{3,}|~{3,})\s*([^`]*)$")
_CODE_SPAN = re.compile(r"(`+)(?:(?!\1).)+\1")
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b([^<>]*)>", re.IGNORECASE)
_LINK = re.compile(r"<a\b([^<>]*)>([^<>]*)</a>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(src|alt|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.I)
_STRONG = re.compile(r"</?(?:b|strong)\s*>", re.IGNORECASE)
_EMPHASIS = re.compile(r"</?(?:i|em)\s*>", re.IGNORECASE)
_CODE = re.compile(r"</?(?:code|tt|kbd)\s*>", re.IGNORECASE)
_FRAME = re.compile(r"</?(?:p|div|center|span|font|details)\b[^<>]*>", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary\b[^<>]*>(.*?)(?:</summary>|$)|</summary>", re.IGNORECASE)
# Of a file that has no end of tags: what is never closed is text.
_MOST_LINE = 20_000


@dataclass(frozen=True)
class Line:
    """One line: its number from 1, its text, and whether it lies in a block of code.

    `is_summary` marks the words on which a reader presses to see what is folded away.
    """

    number: int
    text: str
    is_code: bool = False
    is_summary: bool = False

    @property
    def bare(self) -> str:
        return self.text.strip()

    @property
    def indent(self) -> int:
        return len(self.text.expandtabs(4)) - len(self.text.expandtabs(4).lstrip())


def lines_of(text: str) -> Iterator[Line]:
    """Return the lines of a file; a line with breaks in it becomes several of one number."""
    lines = text.split("\n")
    code = code_lines(lines)
    lines = _with_headings(with_addresses(lines, code), code)
    for number, line in enumerate(lines, 1):
        if number - 1 in code:
            yield Line(number, line, is_code=True)
        else:
            yield from _parts(number, line)


def _with_headings(lines: Sequence[str], code: Set[int]) -> list[str]:
    """Return the lines with `#` before titles that are underlined, one line with `=` or `-`.

    A rule below a text that asks nothing is a rule, whatever Markdown makes of it.
    """
    marked = list(lines)
    for index in range(len(lines) - 1):
        under = None if {index, index + 1} & code else _UNDERLINE.match(lines[index + 1])
        title = lines[index]
        is_apart = index == 0 or not lines[index - 1].strip()
        if under and is_apart and not _NO_TITLE.match(title):
            is_deep = under[1].startswith("-")
            if asks(title.strip()) or (not is_deep and len(under[1]) >= 3):
                marked[index], marked[index + 1] = f"{'##' if is_deep else '#'} {title}", ""
    return marked


def code_lines(lines: Sequence[str]) -> set[int]:
    """Return the indexes of the lines that lie in a closed block of code, with its fences.

    A block in a quote or under an item of a list ends with it.
    """
    code: set[int] = set()
    # Up to which line no fence of a kind is closed by one of so many marks.
    open_until: dict[tuple[bool, bool, str], tuple[int, int]] = {}
    index = 0
    while index < len(lines):
        opened = _FENCE.match(lines[index])
        if opened:
            is_quoted, is_nested, fence = bool(opened[2]), len(opened[1]) >= 2, opened[3]
            kind = (is_quoted, is_nested, fence[0])
            until, least = open_until.get(kind, (0, 0))
            if index >= until or len(fence) < least:
                close, end = _close_of(lines, index, is_quoted, is_nested, fence)
                if close:
                    code.update(range(index, close + 1))
                    index = close
                else:
                    open_until[kind] = (end, len(fence))
        index += 1
    return code


def _close_of(
    lines: Sequence[str], start: int, is_quoted: bool, is_nested: bool, fence: str
) -> tuple[int, int]:
    """Return the line that closes a fence, 0 for none, and the one where its container ends."""
    for index in range(start + 1, len(lines)):
        line = lines[index]
        bare = line.strip()
        is_out = is_quoted and not bare.startswith(">")
        if is_out or (is_nested and bare and not line.startswith("  ")):
            return 0, index
        bare = bare.lstrip(">").strip() if is_quoted else bare
        if len(bare) >= len(fence) and not bare.strip(fence[0]):
            return index, index
    return 0, len(lines)


def _parts(number: int, line: str) -> Iterator[Line]:
    if "<" not in line or len(line) > _MOST_LINE:
        yield Line(number, line)
        return
    summary = _SUMMARY.search(line)
    if summary:
        before, label, after = line[: summary.start()], summary[1] or "", line[summary.end() :]
        yield from _parts(number, before) if _FRAME.sub("", before).strip() else ()
        yield Line(number, _as_markdown(label), is_summary=True)
        yield from _parts(number, after) if after.strip() else ()
        return
    converted = _as_markdown(line)
    if converted.strip() or not line.strip():
        for part in converted.split("\n"):
            yield Line(number, part)


def _as_markdown(line: str) -> str:
    pieces = []
    start = 0
    for span in _CODE_SPAN.finditer(line):
        pieces += [_converted(line[start : span.start()], line), span[0]]
        start = span.end()
    return "".join([*pieces, _converted(line[start:], line)])


def _converted(piece: str, line: str) -> str:
    if "<" not in piece:
        return piece
    piece = _BREAK.sub(" " if line.lstrip().startswith("|") else "\n", piece)
    piece = _IMAGE.sub(_image, piece)
    piece = _LINK.sub(_link, piece)
    piece = _EMPHASIS.sub("*", _STRONG.sub("**", piece))
    return _FRAME.sub("", _CODE.sub("`", piece))


def _attributes(text: str) -> dict[str, str]:
    return {
        match[1].lower(): match[2] or match[3] or match[4] or ""
        for match in _ATTRIBUTE.finditer(text)
    }


def _image(match: re.Match[str]) -> str:
    attributes = _attributes(match[1])
    words = re.sub(r"[\[\]\\]", " ", attributes.get("alt", ""))
    return f"![{' '.join(words.split())}](<{attributes.get('src', '').strip()}>)"


def _link(match: re.Match[str]) -> str:
    address = _attributes(match[1]).get("href", "")
    return f"[{match[2].strip()}](<{address}>)" if address else match[2]


_COMMENT = re.compile(r"<!--\s*+(.*?)-->$")


def comment_of(line: Line) -> str | None:
    """Return what a line that is a comment says; None for another, and inside of code."""
    found = None if line.is_code else _COMMENT.match(line.bare)
    return found[1].rstrip() if found else None


# --- What follows a question's options

LINK_ALONE = re.compile(
    r"""[-*+]?\s*(?:\**[\w ]{1,30}\**\s*:\**\s*)?(?:\[[^\[\]]*\]\(\s*<?(https?://[^\s<>]+?)>?\s*\)"""
    r"""|<?(https?://[^\s<>]+)>?)[.,;]?$""",
    re.IGNORECASE,
)
NAVIGATION = re.compile(
    r"\**\[[^\]]*\]\(#[^)]*\)\**$|-{3,}$|\*{3,}$|_{3,}$|</?(?:details|summary)\b[^<>]*>$"
)
# A line that leads to another place of the file.
_WAY = re.compile(r"[^\[\]]*\[[^\[\]]*\]\(#")
EXPLAINED = re.compile(
    r"[*_>\s]*(?:explanations?|rationale|why|reason(?:ing)?|justification|explicaci[oó]n|"
    r"explica[cç][aã]o|justificaci[oó]n|justificativa|erkl[aä]rung|begr[uü]ndung|explication)"
    r"[*_\s]*[:：][*_]*\s*(.*)$",
    re.IGNORECASE,
)
_REFERENCE_ALONE = re.compile(
    r"[*_>\s]*(?:references?|sources?|links?|referencias?|refer[eê]ncias?|quellen?)[*_\s]*[:：]?[*_]*$",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"\s*>\s?")
_LONGEST_SOURCE = 500


def explained(lines: Iterable[Line]) -> tuple[str, tuple[str, ...]]:
    """Return the explanation that lines after a question make, and its sources: links alone."""
    texts: list[str] = []
    sources: list[str] = []
    for line in lines:
        text = line.text if line.is_code else _QUOTE.sub("", line.text, count=1)
        bare = text.strip()
        link = None if line.is_code else LINK_ALONE.match(bare)
        if link and len(link[1] or link[2]) <= _LONGEST_SOURCE:
            sources.append(link[1] or link[2])
        elif line.is_code or not (NAVIGATION.match(bare) or _REFERENCE_ALONE.match(bare)):
            label = EXPLAINED.match(bare)
            texts.append(text if line.is_code else label[1] if label else bare_of(text))
    return dedent("\n".join(texts)).strip(), tuple(dict.fromkeys(sources))


def bare_of(text: str) -> str:
    """Return a line of text without the blanks around it, but for those that nest a list."""
    return text.rstrip() if re.match(r"\s*(?:[-*+]|\d+[.)])\s", text) else text.strip()


def first_words(lines: Sequence[Line]) -> Line | None:
    """Return the first line that says something, None where only ways about the file stand."""
    has_ways = any(_WAY.match(line.text) for line in lines)
    for line in lines:
        is_way = NAVIGATION.match(line.bare) or _WAY.match(line.text)
        is_table_of_ways = has_ways and line.bare.startswith("|")
        is_said = comment_of(line) is None and not line.is_summary
        if line.bare and is_said and not (is_way or is_table_of_ways):
            return line
    return None
