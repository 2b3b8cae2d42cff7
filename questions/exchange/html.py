"""HTML of other tools as Markdown. Pure; what is left behind is named."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser

from questions.exchange import html_blocks as blocks
from questions.exchange.html_losses import MEDIA, lost_of, lost_picture
from questions.formulas import delimited, parts_of, tex_of_mathml
from questions.markdown import PICTURE, picture, to_html, to_inline_html
from questions.translation import gettext

_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "u": "*", "ins": "*"}
_MARKS |= {"sub": "~", "sup": "^", "cite": "*", "dfn": "*", "var": "*"}
_CODE = {"code", "tt", "kbd", "samp"}
_BLOCKS = {"p", "div", "section", "article", "header", "footer", "main", "prompt", "itembody"}
_BLOCKS |= {"details", "summary", "figure", "figcaption", "center", "address", "dd"}
_HEADINGS = {f"h{number}" for number in range(1, 7)}
_SILENT = {"script", "style", "head", "title"}
_VOID = {"br", "hr", "img", "input", "source", "track", "wbr", "col", "embed", "meta", "link"}
_PLAIN = {"span", "small", "font", "html", "body", "big", "abbr", "q", "time", "bdi", "label"}
_TABLE = {"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup", "col"}
_KNOWN = {*_MARKS, *_CODE, *_BLOCKS, *_HEADINGS, *_SILENT, *_PLAIN, *_TABLE, *MEDIA}
_KNOWN |= {"a", "br", "hr", "img", "pre", "ul", "ol", "li", "dl", "dt", "blockquote", "math"}
_KNOWN |= {"source", "track", "wbr", "meta", "link"}
_INLINE = {*_MARKS, *_PLAIN, "a"}
# Tags in each other of which each is heeded; those below are read for their words.
_MOST_DEPTH = 60
_SPECIAL = re.compile(r"[\\`*_<>#~|^&\[\]]")
_AT_START = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|=|$)", re.MULTILINE)
# Most texts: one paragraph of words, none of which either language reads anything into.
# Nothing is given back once it is taken: blanks tried again take the square of their length.
_ONLY_WORDS = re.compile(r"\s*+(?:<p>\s*+)?([^\W\d_][^<>&\\`*_\[\]#~|^$]*+)(?:</p>\s*+)?")
_LOOKS = re.compile(
    r"</?(p|br|b|i|u|strong|em|code|pre|ul|ol|li|sub|sup|span|div|table|math|img|a)\b[^>]*>", re.I
)
_STYLES = {"bold": re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)"), "italic": re.compile("ital")}


def looks_like_html(text: str) -> bool:
    """Tell whether a text holds tags that people format with."""
    return bool(_LOOKS.search(text))


def to_markdown(html: str, *, is_inline: bool = False) -> tuple[str, list[str]]:
    """Return HTML as Markdown that renders alike, and what was left behind, each as a sentence."""
    if words := _ONLY_WORDS.fullmatch(html):
        return " ".join(words[1].split()), []
    reader = _read(html, escapes=False, is_inline=is_inline)
    render = to_inline_html if is_inline else to_html
    if _squeezed(render(reader.text())) == _squeezed(html):
        return reader.text(), sorted(reader.lost)
    wanted = _words(html, is_inline)
    if _words(render(reader.text()), is_inline) != wanted:
        # Marks of Markdown that stood there as characters stay characters.
        reader = _read(html, escapes=True, is_inline=is_inline)
    if _words(render(reader.text()), is_inline) != wanted:
        lost = reader.lost
        reader = _read(html, escapes=True, is_inline=is_inline, emphasizes=False)
        reason = gettext("bold and italics were left out: Markdown cannot write them here")
        reader.lost |= {*lost, reason}
    return reader.text(), sorted(reader.lost)


# Canvas draws a formula as a picture, and keeps its TeX beside that.
_EQUATION = re.compile(
    r"""<img\b[^<>]*?\bdata-equation-content\s*=\s*(?:"([^"]*)"|'([^']*)')[^<>]*>""", re.IGNORECASE
)
_IMAGE = re.compile(r"""(<img\b[^<>]*?\bsrc\s*=\s*)(?:"([^"<>]*)"|'([^'<>]*)')""", re.IGNORECASE)


def with_addresses(html: str, address_of: Callable[[str], str]) -> str:
    """Return HTML in which each image stands at the address of its own, and formulas are TeX."""

    def formula(match: re.Match[str]) -> str:
        return escape(delimited(unescape(match[1] or match[2] or "")))

    def placed(match: re.Match[str]) -> str:
        return f'{match[1]}"{escape(address_of(unescape(match[2] or match[3] or "")))}"'

    return _IMAGE.sub(placed, _EQUATION.sub(formula, html))


def _read(html: str, **ways: bool) -> "_Reader":
    reader = _Reader(**ways)
    reader.read(html)
    return reader


def _squeezed(html: str) -> str:
    return re.sub(r"\s+", "", html)


def _words(html: str, is_inline: bool) -> str:
    return _squeezed(_read(html, escapes=False, marks=False, is_inline=is_inline).text())


@dataclass
class _Frame:
    """A tag that is open, and what was written in it so far."""

    tag: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    items: int = 0
    rows: list[list[str]] = field(default_factory=list)
    has_head: bool = False


class _Reader(HTMLParser):
    """Writes Markdown as it reads tags; unknown tags leave their words."""

    def __init__(
        self,
        *,
        escapes: bool,
        marks: bool = True,
        is_inline: bool = False,
        emphasizes: bool = True,
    ) -> None:
        super().__init__(convert_charrefs=True)
        self._escapes = escapes
        self._marks = marks
        self._is_inline = is_inline
        self._emphasizes = emphasizes
        self._frames = [_Frame()]
        self._silent = 0
        self._skipped = 0
        self._math: list[str] = []
        self._math_depth = 0
        self.lost: set[str] = set()

    def read(self, html: str) -> None:
        """Take in a whole text."""
        # What begins after the last end of a tag is never closed: it is text, and a parser that
        # looks for its end from every beginning takes the square of its length.
        closed, end, rest = html.rpartition(">")
        self.feed(closed + end + rest.replace("<", "&lt;"))
        self.close()
        while len(self._frames) > 1:
            self._close()

    def text(self) -> str:
        joined = "".join(self._frames[0].parts)
        lines = [line.rstrip() for line in joined.split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = tag.rpartition(":")[2]
        attributes = {name: value or "" for name, value in attrs}
        if self._math_depth or (tag == "math" and not self._silent):
            self._math_depth += tag == "math"
            self._math.append(self.get_starttag_text() or "")
        elif tag in _SILENT:
            self._silent += 1
        elif tag in _VOID:
            self._void(tag, attributes)
        else:
            self._name_losses(tag, attributes)
            self._open(tag, attributes)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag.rpartition(":")[2] not in _VOID and not self._math_depth:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if self._math_depth:
            self._math.append(f"</{tag}>")
            self._math_depth -= tag == "math"
            if not self._math_depth:
                self._formula("".join(self._math))
                self._math.clear()
        elif tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif self._skipped and tag not in _VOID:
            self._skipped -= 1
        elif any(frame.tag == tag for frame in self._frames[1:]):
            while self._close() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._math_depth:
            self._math.append(data.replace("&", "&amp;").replace("<", "&lt;"))
        elif not self._silent:
            self._write_text(data)

    # --- What tags open and close

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._frames) > _MOST_DEPTH:
            self._skipped += 1
            return
        # What an author left open ends where the next of its kind begins.
        if tag in ("p", "li", "td", "th", "tr", "dt", "dd") and self._frames[-1].tag == tag:
            self._close()
        self._frames.append(_Frame(tag, attributes))

    def _close(self) -> str:
        frame = self._frames.pop()
        text = self._written(frame, "".join(frame.parts))
        parts = self._frames[-1].parts
        is_spaced = frame.tag in _INLINE and bool(parts) and parts[-1].endswith(" ")
        parts.append(text.removeprefix(" ") if is_spaced else text)
        return frame.tag

    def _written(self, frame: _Frame, text: str) -> str:
        """Return what a closed tag writes around the text in it."""
        tag = frame.tag
        if tag in ("td", "th", "tr", "table"):
            return self._table_part(frame, text)
        if self._is_inline and tag in ("li", "ul", "ol"):
            return self._item(text) if tag == "li" else self._list(frame, text)
        if not self._marks:
            return f"\n{text}\n" if tag in _BLOCKS or tag in ("li", "pre", "dt") else text
        if tag in _CODE:
            return text if self._is_in("pre") else blocks.code(text)
        if tag in ("a", "span") or tag in _MARKS:
            return self._inline(frame, text)
        if tag == "pre":
            return blocks.fenced(text)
        if tag == "li":
            return self._item(text)
        if tag in ("ul", "ol"):
            return self._list(frame, text)
        if tag == "blockquote" and not self._is_inline:
            return blocks.quoted(text)
        if tag == "dt" or (tag in _HEADINGS and (self._is_inline or self._is_in("table"))):
            return f"\n\n{blocks.around(text, '**')}\n\n"
        if tag in _HEADINGS:
            return f"\n\n{'###' if tag < 'h4' else '####'} {' '.join(text.split())}\n\n"
        return f"\n\n{text}\n\n" if tag in _BLOCKS or tag == "blockquote" else text

    def _inline(self, frame: _Frame, text: str) -> str:
        if self._is_in("pre") or not self._emphasizes:
            return text
        if frame.tag == "a":
            return blocks.link(text, frame.attributes.get("href", ""))
        if frame.tag == "span":
            style = frame.attributes.get("style", "")
            for name, mark in (("bold", "**"), ("italic", "*")):
                text = blocks.around(text, mark) if _STYLES[name].search(style) else text
            return text
        mark = _MARKS[frame.tag]
        return blocks.around(text, mark, is_tight=mark in "~^")

    def _item(self, text: str) -> str:
        owner = next((f for f in reversed(self._frames) if f.tag in ("ul", "ol")), None)
        number = ""
        if owner:
            owner.items += 1
            first = owner.attributes.get("start", "")
            begins = int(first) if first.isdecimal() and len(first) < 9 else 1
            number = f"{begins + owner.items - 1}." if owner.tag == "ol" else ""
        if self._is_inline:
            return f"{' '.join(text.split())}; "
        return blocks.item(text, number or "-")

    def _list(self, frame: _Frame, text: str) -> str:
        if self._is_inline:
            if frame.items > 1:
                self.lost.add(gettext("a list within an option became one line"))
            line = text.strip().rstrip(";")
            return f": {line}" if self._is_in("li") else f" {line} "
        return f"{text}\n" if self._is_in("li") else f"\n\n{text.strip(chr(10))}\n\n"

    def _table_part(self, frame: _Frame, text: str) -> str:
        table = next((f for f in reversed(self._frames) if f.tag == "table"), None)
        if table is None and frame.tag != "table":
            return f" {text} "
        if frame.tag == "tr" and table and text.strip():
            table.rows.append([text])
        if frame.tag in ("td", "th") and table:
            row = next((f for f in reversed(self._frames) if f.tag == "tr"), table)
            if not row.rows:
                row.rows.append([])
                table.rows.append(row.rows[0])
                table.has_head |= frame.tag == "th" and len(table.rows) == 1
            row.rows[0].append(text)
        if frame.tag != "table":
            return ""
        if self._is_inline or self._is_in("table"):
            self.lost.add(gettext("a table within an option or a table became one line"))
            rows = (", ".join(" ".join(cell.split()) for cell in row) for row in frame.rows)
            return f"{text} {'; '.join(rows)} "
        if not self._marks:
            return text + "\n".join(" ".join(row) for row in frame.rows)
        return f"{text}{blocks.table(frame.rows, has_head=frame.has_head)}"

    # --- What stands alone

    def _void(self, tag: str, attributes: dict[str, str]) -> None:
        if self._silent:
            return
        if tag == "br":
            in_cell = self._is_in("td") or self._is_in("th")
            self._write("\n" if self._is_in("pre") or not self._marks or in_cell else "  \n")
        elif tag == "hr":
            self._write("\n\n---\n\n" if self._marks and not self._is_inline else "\n")
        elif tag == "img":
            self._image(attributes)
        elif tag == "input":
            self.lost.add(gettext("a field to fill in was left out"))
        elif tag == "embed":
            self._name_losses(tag, attributes)

    def _image(self, attributes: dict[str, str]) -> None:
        address, alt = attributes.get("src", ""), attributes.get("alt", "")
        if PICTURE.fullmatch(address):
            self._write(picture(address, alt) if self._marks else "")
        elif address.startswith("data:image/"):
            # Rendered, it is gone: nothing foreign is shown until it is taken along.
            self._write(f"![{' '.join(alt.split())}]({address})" if self._marks else "")
        else:
            self.lost.add(lost_picture(address))
            self._write(alt)

    def _formula(self, markup: str) -> None:
        tex, is_block, is_whole = tex_of_mathml(markup)
        if not is_whole:
            self.lost.add(gettext("a formula was only read in part: %(tex)s") % {"tex": tex[:80]})
        self._write(delimited(tex, is_block=is_block) if self._marks else tex)

    def _name_losses(self, tag: str, attributes: dict[str, str]) -> None:
        self.lost.update(lost_of(tag, attributes, is_known=tag in _KNOWN))

    # --- Text

    def _write_text(self, data: str) -> None:
        if self._is_in("pre"):
            self._write(data)
            return
        if any(frame.tag in _CODE for frame in self._frames):
            self._write(re.sub(r"\s+", " ", data))
            return
        for piece, is_formula in parts_of(data):
            if is_formula:
                self._write(" ".join(piece.split()) if self._marks else piece[2:-2].strip())
            elif piece:
                self._write_words(piece)

    def _write_words(self, data: str) -> None:
        data = re.sub(r"\s+", " ", data)
        parts = self._frames[-1].parts
        at_start = "".join(parts[-2:]).endswith("\n") if parts else self._begins_a_line()
        data = data.lstrip() if at_start else data
        if self._escapes:
            data = _SPECIAL.sub(_escaped, data)
            data = _AT_START.sub(_guarded, data) if at_start else data
        elif self._marks and (self._is_in("td") or self._is_in("th")):
            data = data.replace("|", "\\|")
        self._write(data)

    def _begins_a_line(self) -> bool:
        frame = self._frames[-1]
        return len(self._frames) == 1 or frame.tag in {*_BLOCKS, "li", "td", "th", "blockquote"}

    def _is_in(self, tag: str) -> bool:
        return any(frame.tag == tag for frame in self._frames)

    def _write(self, text: str) -> None:
        if text and not self._silent:
            self._frames[-1].parts.append(text)


def _escaped(match: re.Match[str]) -> str:
    # Brackets behind a backslash would begin a formula.
    return {"[": "&#91;", "]": "&#93;"}.get(match[0], f"\\{match[0]}")


def _guarded(match: re.Match[str]) -> str:
    """Keep a dash or a number at the start of a line from beginning a list."""
    space, mark = match.groups()
    return f"{space}{mark[:-1]}\\{mark[-1]}"
