"""Open edX's OLX: reading a problem, or the problems of a course that was exported. Pure.

A problem with several responses is as many questions; what stands before a response is its stem.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from lxml import etree

from questions.exchange.archives import members, own_text, tar_members, xml_of
from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.foreign_questions import ForeignQuestion
from questions.exchange.text_files import FormatError, decoded, in_file
from questions.items.item import Option
from questions.translation import gettext, gettext_noop

_CHOICES = {"multiplechoiceresponse", "choiceresponse", "optionresponse"}
_GROUPS = {"choicegroup", "checkboxgroup", "optioninput"}
_HINTS = {"choicehint", "optionhint"}
# What belongs to a problem and has no place in a question here, and what is said of it.
_LEFT = {
    "demandhint": gettext_noop("a hint on demand was left out: %(words)r"),
    "compoundhint": gettext_noop("a hint on a combination of options was left out: %(words)r"),
    "hintgroup": gettext_noop("a group of hints was left out: %(words)r"),
}
_STATIC = re.compile(r'(<img\b[^>]*?\bsrc=)"(?:/?static/)([^"]+)"', re.IGNORECASE)


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read the XML of a problem, or a course of problems; raises FormatError.

    Rows of a problem are lines; those of a course are numbers of its problems.
    """
    intake = ImportCollector()
    if data.startswith(b"\x1f\x8b") or data.startswith(b"PK"):
        _take_course(intake, tar_members(data) if data.startswith(b"\x1f") else members(data))
        return intake.loaded()
    root = xml_of(decoded(data, encoding))
    if root.tag != "problem":
        raise FormatError(gettext("not OLX: its first element is no problem"), 1)
    _Problem(intake, root).take()
    return intake.loaded()


def _take_course(intake: ImportCollector, parts: Mapping[str, bytes]) -> None:
    names = sorted(
        name for name in parts if name.endswith(".xml") and "<problem" in _head(parts[name])
    )
    if not names:
        raise FormatError(gettext("the archive holds no problem of Open edX"))
    static = {posixpath.basename(name): name for name in parts if "static/" in name}
    for row, name in enumerate(names, 1):
        try:
            root = xml_of(decoded(parts[name]))
        except FormatError as error:
            intake.fail(row, in_file(name, str(error)))
            continue
        if root.tag == "problem":
            _Problem(intake, root, row, parts, static).take()


def _head(data: bytes) -> str:
    return data[:400].decode("utf-8", "replace")


@dataclass
class _Problem:
    """A problem under way: its element, its row, 0 where its lines are meant, and its files."""

    intake: ImportCollector
    root: etree._Element
    row: int = 0
    parts: Mapping[str, bytes] = field(default_factory=dict)
    static: Mapping[str, str] = field(default_factory=dict)

    def take(self) -> None:
        row = self.row or _line(self.root)
        if self.root.find(".//script") is not None:
            return self.intake.fail(
                row, gettext("a script computes its text; Open edX alone can show it")
            )
        responses = [entry for entry in self.root.iter(etree.Element) if _is_response(entry)]
        if not responses:
            return self.intake.fail(row, gettext("a problem of Open edX without a response"))
        before: list[str] = [self.root.text or ""]
        questions: list[ForeignQuestion] = []
        for entry in self._flat(self.root):
            name = str(entry.tag)
            if name in _LEFT and questions:
                questions[-1].lose(_left_out(entry))
            elif name == "solution" and questions:
                self._explain(questions[-1], entry)
            elif _is_response(entry):
                questions.append(self._question(entry, "".join(before)))
                before = [escape(entry.tail or "")]
            else:
                before.append(_html(entry))
        if questions and (rest := "".join(before).strip()):
            questions[-1].stem += "\n\n" + self._markdown(questions[-1], rest)
        for question in questions:
            if question.options:
                question.name = self.root.get("url_name", self.root.get("display_name", ""))
                question.add_to(self.intake)
        return None

    def _flat(self, parent: etree._Element) -> Iterator[etree._Element]:
        """Yield the parts of a problem; what only wraps a response is taken apart."""
        for child in parent.iterchildren(etree.Element):
            if not _is_response(child) and any(_is_response(entry) for entry in child.iter()):
                yield from self._flat(child)
            else:
                yield child

    def _question(self, response: etree._Element, before: str) -> ForeignQuestion:
        """Return the question of a response, without options where it was refused."""
        question = ForeignQuestion(self.row or _line(response))
        group = next((child for child in response.iter(*_GROUPS)), None)
        if response.tag not in _CHOICES or group is None:
            self.intake.fail(
                question.row,
                gettext("%(element)s of Open edX is no choice of options")
                % {"element": response.tag},
            )
            return question
        question.is_multiple = response.tag == "choiceresponse"
        if response.get("partial_credit"):
            question.lose(gettext("part credit was left out: all or nothing counts"))
        if group.get("answer-pool"):
            question.lose(gettext("a draw from a pool of its options was left out: all are shown"))
        stem = [before, escape(response.text or "")]
        for child in response.iterchildren(etree.Element):
            if child.tag == "solution":
                self._explain(question, child)
            elif child.tag in _LEFT:
                question.lose(_left_out(child))
            elif child is not group:
                stem.append(_html(child))
        stem.append("".join(_html(child) for child in group.iterchildren("label", "description")))
        question.stem = self._markdown(question, "".join(stem))
        self._read_options(question, group)
        return question

    def _read_options(self, question: ForeignQuestion, group: etree._Element) -> None:
        for child in group.iterchildren(*_LEFT):
            question.lose(_left_out(child))
        listed = group.get("options")
        if listed:
            texts = [a or b for a, b in re.findall(r"'([^']*)'|\"([^\"]*)\"", listed)]
            question.options = [
                Option(self._markdown(question, escape(text)), "") for text in texts
            ]
            question.right = [i for i, text in enumerate(texts) if text == group.get("correct")]
            return
        for index, choice in enumerate(group.iter("choice", "option")):
            hints = list(choice.iterchildren(*_HINTS))
            whys = [self._markdown(question, _inner(hint)) for hint in hints]
            for hint in hints:
                _remove(hint)
            text = self._markdown(question, _inner(choice), is_inline=True)
            question.options.append(Option(text, "\n\n".join(filter(None, whys))))
            is_right = choice.get("correct", "").casefold()
            if is_right == "true":
                question.right.append(index)
            elif is_right not in ("", "false"):
                question.lose(
                    gettext("%(credit)r credit of an option was left out")
                    % {"credit": is_right[:40]}
                )

    def _explain(self, question: ForeignQuestion, solution: etree._Element) -> None:
        text = self._markdown(question, _inner(solution))
        text = re.sub(r"^(?:#+ |\*\*)?Explanation(?:\*\*)?\s*\n+", "", text)
        question.explanation = "\n\n".join(filter(None, [question.explanation, text]))

    def _markdown(self, question: ForeignQuestion, html: str, *, is_inline: bool = False) -> str:
        def carried(match: re.Match[str]) -> str:
            name = self.static.get(posixpath.basename(match[2]))
            if name is None:
                question.lose(
                    gettext("the picture %(name)r is not in the file") % {"name": match[2][:80]}
                )
                return match[0]
            return f'{match[1]}"{self.intake.carry(name, self.parts[name])}"'

        return question.markdown(_STATIC.sub(carried, html), is_inline=is_inline)


def _line(element: etree._Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 1


def _is_response(element: etree._Element) -> bool:
    return str(element.tag).endswith("response")


def _words(element: etree._Element) -> str:
    return " ".join(own_text(element).split())


def _left_out(element: etree._Element) -> str:
    """Return what is said of an element that has no place in a question here."""
    return gettext(_LEFT[str(element.tag)]) % {"words": _words(element)[:80]}


def _html(element: etree._Element) -> str:
    """Return an element as HTML with the text after it; a label is a paragraph."""
    tail = escape(element.tail or "")
    if element.tag in ("label", "description", "legend"):
        return f"<p>{_inner(element)}</p>{tail}"
    return etree.tostring(element, encoding="unicode", method="html", with_tail=False) + tail


def _inner(element: etree._Element) -> str:
    return escape(element.text or "") + "".join(map(_html, element.iterchildren(etree.Element)))


def _remove(element: etree._Element) -> None:
    """Take an element out of its parent; the text after it stays."""
    parent, tail = element.getparent(), element.tail or ""
    if parent is None:
        return
    before = element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    parent.remove(element)
