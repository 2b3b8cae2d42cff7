"""Pieces of Markdown as texts: marks around words, code, links, lists, tables. Pure."""

import re
from collections.abc import Sequence

_WEB = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
_TICKS = re.compile(r"`+")


def around(text: str, mark: str, *, is_tight: bool = False) -> str:
    """Return a text with a mark around its words; blanks at its ends stay outside of it.

    In `is_tight` marks (sub- and superscript) no blank may stand, so that those are escaped.
    """
    core = text.strip()
    if not core:
        return text
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if is_tight:
        core = re.sub(r"\s+", r"\\ ", core)
    elif "\n\n" in core:
        # A mark ends with its paragraph.
        core = re.sub(r"\s*\n\n+\s*", f"{mark}\n\n{mark}", core)
    return f"{lead}{mark}{core}{mark}{tail}"


def code(text: str) -> str:
    """Return a text as code within a line."""
    words = " ".join(text.split())
    if not words:
        return text
    ticks = "`" * (max(map(len, _TICKS.findall(words)), default=0) + 1)
    pad = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{ticks}{pad}{words}{pad}{ticks}"


def fenced(text: str) -> str:
    """Return a text as a block of code."""
    longest = max(map(len, re.findall(r"^\s*(`{3,})", text, re.MULTILINE)), default=2)
    fence = "`" * max(3, longest + 1)
    return f"\n\n{fence}\n{text.strip(chr(10))}\n{fence}\n\n"


def link(text: str, address: str) -> str:
    """Return words as a link where their address leads into the web, else the words alone."""
    if not _WEB.fullmatch(address) or not text.strip():
        return text
    core = " ".join(text.split())
    lead, tail = " " * text[:1].isspace(), " " * text[-1:].isspace()
    target = f"<{address}>" if re.search(r"[()]", address) else address
    return f"{lead}[{core}]({target}){tail}"


def quoted(text: str) -> str:
    """Return a text as a quotation."""
    lines = re.sub(r"\n{3,}", "\n\n", text.strip()).split("\n")
    return "\n\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def item(text: str, mark: str) -> str:
    """Return a text as an item of a list, its further lines below its first."""
    body = re.sub(r"\n{3,}", "\n\n", text.strip()).replace("\n", "\n" + " " * (len(mark) + 1))
    return f"\n{mark} {body}"


def table(rows: Sequence[Sequence[str]], *, has_head: bool) -> str:
    """Return rows of cells as a table; without a head the head is empty."""
    width = max(map(len, rows), default=0)
    if not width:
        return ""
    cells = [[" ".join(cell.split()) for cell in row] + [""] * (width - len(row)) for row in rows]
    head, body = (cells[0], cells[1:]) if has_head else ([""] * width, cells)
    lines = [head, ["---"] * width, *body]
    return "\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n\n"
