"""Moodle XML: reading. Pure; entities, document types and the network are off."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote, unquote

from lxml import etree

from questions.exchange import html
from questions.exchange.archives import own_text, xml_of
from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.embedded_images import address_of
from questions.exchange.item_bounds import MOST_TEXT
from questions.exchange.moodle_losses import lost_of
from questions.exchange.plain_text import plain_to_markdown
from questions.exchange.tags import fields_of
from questions.exchange.text_files import FormatError, decoded
from questions.items.item import Option
from questions.items.kinds.registry import kind_of
from questions.markdown import picture as shown_picture
from questions.markdown import pictures_in
from questions.translation import gettext, ngettext

_REF = re.compile(r"\S{1,80}")
_FILE = "@@PLUGINFILE@@"
# Files beside one text, each of which is looked for in it.
_MOST_FILES = 20
# Characters of such a text, with its tags and the addresses of its images.
_MOST_SHOWING = 4 * MOST_TEXT
# What may stand behind an address: up to its end, or to where the next file is named.
_QUERY = r"""(?:\?(?:[^"'\s)>@]|@(?!@))*+)?+"""
# What stands before the address of an image that a text shows.
_IN_HTML = r"""<img\b[^<]*?\bsrc\s*=\s*["']?"""
_IN_MARKDOWN = r"\]\(\s*<?"


class _Unread(ValueError):
    """A question that is not taken; the text says why."""


@dataclass
class _Question:
    """A question under way, with what is said of it."""

    intake: ImportCollector
    element: etree._Element
    row: int
    category: str
    warnings: list[str] = field(default_factory=list)

    def text(self, path: str, *, is_inline: bool = False) -> str:
        child = self.element.find(path)
        return "" if child is None else self.text_of(child, is_inline=is_inline)

    def text_of(self, element: etree._Element, *, is_inline: bool = False) -> str:
        """Return a text element as Markdown, whichever of Moodle's formats it is in."""
        text = own_text(element.find("text"))
        form = element.get("format", "moodle_auto_format")
        is_html = form == "html" or (form != "markdown" and html.looks_like_html(text))
        lead = _IN_HTML if is_html else _IN_MARKDOWN
        files = element.findall("file")
        if len(files) > _MOST_FILES:
            raise _Unread(
                ngettext(
                    "a text of it has more than %(most)s file",
                    "a text of it has more than %(most)s files",
                    _MOST_FILES,
                )
                % {"most": _MOST_FILES}
            )
        if files and len(text) > _MOST_SHOWING:
            raise _Unread(
                ngettext(
                    "a text of it that has files is longer than %(most)s character",
                    "a text of it that has files is longer than %(most)s characters",
                    _MOST_SHOWING,
                )
                % {"most": _MOST_SHOWING}
            )
        for file in files:
            text = self._with_image(text, file, lead)
        if missing := re.search(rf"""{lead}{_FILE}/([^"'\s)>]*)""", text):
            raise _Unread(
                gettext("its image %(name)r is not in the file")
                % {"name": unquote(missing[1])[:80]}
            )
        if form == "markdown":
            return text.strip()
        if form == "plain_text" or not is_html:
            has_formulas = form != "plain_text"
            return plain_to_markdown(text, is_inline=is_inline, has_formulas=has_formulas)
        markdown, lost = html.to_markdown(text, is_inline=is_inline)
        self.warnings += lost
        return markdown

    def _with_image(self, text: str, file: etree._Element, lead: str) -> str:
        """Return the text with the address of an image wherever it shows this file."""
        folder = file.get("path", "/").strip("/")
        name = "/".join(filter(None, [folder, file.get("name", "")]))
        # Moodle writes a name as addresses do; other tools write it as it is.
        written = {quote(name), quote(name, safe="/()!'*,&+"), escape(name), name}
        names = "|".join(map(re.escape, sorted(written, key=len, reverse=True)))
        shown = re.compile(rf"""({lead}){_FILE}/(?:{names}){_QUERY}(?=["'\s)>])""")
        if shown.search(text):
            if file.get("encoding", "base64") != "base64":
                raise _Unread(gettext("its image %(name)r is not in base64") % {"name": name[:80]})
            try:
                data = base64.b64decode(own_text(file))
            except ValueError:
                raise _Unread(
                    gettext("its image %(name)r is broken: no base64") % {"name": name[:80]}
                ) from None
            address = address_of(data)
            changed = shown.sub(lambda match: match[1] + address, text)
            if lead == _IN_HTML or address in dict(pictures_in(changed)):
                self.intake.carry(name, data)
                return changed
        self.warnings.append(
            gettext("the file %(name)r was left out: no text shows it") % {"name": name[:80]}
        )
        return text

    def stem(self) -> str:
        """Return the question's text; older files have its picture beside it."""
        stem = self.text("questiontext")
        picture = "".join(own_text(self.element.find("image_base64")).split())
        name = own_text(self.element.find("image")).strip()
        if not picture:
            if name:
                self.warnings.append(
                    gettext("its picture %(name)r was left out: it is not in the file")
                    % {"name": name[:80]}
                )
            return stem
        try:
            data = base64.b64decode(picture)
        except ValueError:
            raise _Unread(
                gettext("its image %(name)r is broken: no base64") % {"name": name[:80]}
            ) from None
        return f"{stem}\n\n{shown_picture(self.intake.carry(name or 'image', data), '')}"

    def flag(self, path: str, otherwise: bool) -> bool:
        text = own_text(self.element.find(path)).strip().casefold()
        return text in ("true", "1") if text else otherwise


def _line(element: etree._Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 0


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read a file of Moodle XML; raises FormatError."""
    root = xml_of(decoded(data, encoding))
    if root.tag != "quiz":
        raise FormatError(
            gettext("the file begins with <%(element)s>, not with <quiz>")
            % {"element": str(root.tag)[:40]},
            1,
        )
    intake = ImportCollector()
    category = ""
    for element in root.iterchildren("question"):
        kind = element.get("type", "")
        if kind == "category":
            category = own_text(element.find("category/text")).strip()
            category = re.sub(r"^\$\w+\$/(top/)?", "", category)
            continue
        question = _Question(intake, element, _line(element), category)
        reader = _READERS.get(kind)
        if reader is None:
            intake.fail(question.row, _not_taken(kind))
            continue
        try:
            reader(intake, question)
        except _Unread as error:
            intake.fail(question.row, str(error))
    return intake.loaded()


def _not_taken(kind: str) -> str:
    if kind == "description":
        return gettext("it is a description, which is not taken")
    return gettext("it is of the type %(kind)r, which is not taken") % {"kind": kind[:40]}


def _add(
    intake: ImportCollector,
    question: _Question,
    item_type: str,
    *,
    options: list[Option],
    right: list[int],
    prompts: list[str] | None = None,
    stem: str = "",
) -> None:
    element = question.element
    question.warnings += lost_of(element)
    fields, others = fields_of(own_text(tag) for tag in element.iterfind("tags/tag/text"))
    if not question.flag("shuffleanswers", True) and kind_of(item_type).is_choice:
        fields["fixed_order"] = True
    ref = own_text(element.find("idnumber")).strip()
    intake.add(
        question.row,
        item_type,
        stem=stem or question.stem(),
        options=options,
        right=right,
        prompts=prompts or (),
        ref=ref if _REF.fullmatch(ref) else "",
        name=own_text(element.find("name/text")).strip(),
        explanation=question.text("generalfeedback"),
        fields=fields,
        category=question.category,
        tags=others,
        warnings=list(dict.fromkeys(question.warnings)),
    )


def _multichoice(intake: ImportCollector, question: _Question) -> None:
    answers = question.element.findall("answer")
    options = _options(question)
    weights = [_fraction(answer) for answer in answers]
    positive = [index for index, weight in enumerate(weights) if weight > 0]
    if question.flag("single", True):
        full = [index for index in positive if weights[index] >= 100]
        if len(full) != 1:
            raise _Unread(
                ngettext(
                    "one answer must have fraction 100 where one is chosen; %(count)s does",
                    "one answer must have fraction 100 where one is chosen; %(count)s do",
                    len(full),
                )
                % {"count": len(full)}
            )
        if len(positive) > 1:
            question.warnings.append(gettext("part credit for a wrong answer was left out"))
        _add(intake, question, "multiple_choice", options=options, right=full)
        return
    if len({round(weights[index], 3) for index in positive}) > 1:
        question.warnings.append(
            gettext("its right answers had unequal weights; here all count alike")
        )
    _add(intake, question, "multiple_response", options=options, right=positive)


def _oumultiresponse(intake: ImportCollector, question: _Question) -> None:
    """Read a question that is graded by the options chosen, each right one alone for 100."""
    answers = question.element.findall("answer")
    right = [index for index, answer in enumerate(answers) if _fraction(answer) > 0]
    _add(intake, question, "multiple_response", options=_options(question), right=right)


def _options(question: _Question) -> list[Option]:
    return [
        Option(question.text_of(answer, is_inline=True), _feedback(question, answer))
        for answer in question.element.iterfind("answer")
    ]


def _feedback(question: _Question, answer: etree._Element) -> str:
    feedback = answer.find("feedback")
    return "" if feedback is None else question.text_of(feedback)


def _fraction(answer: etree._Element) -> float:
    try:
        return float(answer.get("fraction", "0"))
    except ValueError:
        raise _Unread(
            gettext("fraction %(fraction)r is no number")
            % {"fraction": answer.get("fraction", "")[:20]}
        ) from None


def _gaps(intake: ImportCollector, question: _Question) -> None:
    """Read words that are put into gaps (`[[1]]`) as a matching of the gaps with the words."""
    element = question.element
    words = [
        " ".join(own_text(box.find("text")).split())
        for name in ("selectoption", "dragbox")
        for box in element.iterfind(name)
    ]
    groups = {
        (box.findtext("group") or "1").strip()
        for name in ("selectoption", "dragbox")
        for box in element.iterfind(name)
    }
    if len(groups) > 1:
        raise _Unread(gettext("its gaps take words of different groups, which no matching does"))
    stem = question.text("questiontext")
    # Brackets may stand as characters of their own where Markdown would read them.
    stem = stem.replace("&#91;", "[").replace("&#93;", "]")
    gaps = [int(number) for number in _GAP.findall(stem)]
    if not gaps:
        raise _Unread(gettext("no gap, as [[1]], stands in its text"))
    if any(not 1 <= number <= len(words) for number in gaps):
        raise _Unread(gettext("a gap names a word that there is not"))
    prompts = []
    for place in range(1, len(gaps) + 1):
        stem = _GAP.sub(f"**({place})** \\\\_\\\\_\\\\_", stem, count=1)
        prompts.append(f"Gap ({place})")
    question.warnings.append(gettext("words for gaps became a matching"))
    _add(
        intake,
        question,
        "matching",
        stem=stem,
        options=[Option(plain_to_markdown(word, is_inline=True), "") for word in words],
        right=[number - 1 for number in gaps],
        prompts=prompts,
    )


_GAP = re.compile(r"\[\[(\d{1,2})\]\]")


def _truefalse(intake: ImportCollector, question: _Question) -> None:
    options: list[Option] = []
    right: list[int] = []
    for answer in question.element.iterfind("answer"):
        text = own_text(answer.find("text")).strip().casefold()
        if text not in ("true", "false"):
            raise _Unread(gettext("an answer of true and false is neither"))
        why = _feedback(question, answer)
        if answer.get("fraction", "0").strip() in ("100", "100.0", "1"):
            right.append(len(options))
        options.append(Option(text.capitalize(), why))
    _add(intake, question, "multiple_choice", options=options, right=right)


def _matching(intake: ImportCollector, question: _Question) -> None:
    texts: list[str] = []
    prompts, right = [], []
    for pair in question.element.iterfind("subquestion"):
        prompt = question.text_of(pair, is_inline=True)
        answer = own_text(pair.find("answer/text")).strip()
        if answer and answer not in texts:
            texts.append(answer)
        if prompt and not answer:
            raise _Unread(gettext("prompt %(prompt)r has no answer") % {"prompt": prompt[:40]})
        if prompt:
            prompts.append(prompt)
            right.append(texts.index(answer))
    options = [Option(text, "") for text in texts]
    _add(intake, question, "matching", options=options, right=right, prompts=prompts)


def _ordering(intake: ImportCollector, question: _Question) -> None:
    texts = [
        question.text_of(answer, is_inline=True) for answer in question.element.iterfind("answer")
    ]
    options = [Option(text, "") for text in texts]
    _add(intake, question, "ordering", options=options, right=list(range(len(texts))))


_READERS: dict[str, Callable[[ImportCollector, _Question], None]] = {
    "multichoice": _multichoice,
    "truefalse": _truefalse,
    "matching": _matching,
    "match": _matching,
    "ordering": _ordering,
    "oumultiresponse": _oumultiresponse,
    "gapselect": _gaps,
    "ddwtos": _gaps,
}
