"""QTI 2.1, 2.2 and 3.0: writing one item, with its explanations as modal feedback. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.entities import name2codepoint

from lxml import etree

from questions.exchange.moodle_writer import writable
from questions.items.item import Item, letter
from questions.items.kinds.registry import kind_of
from questions.markdown import to_html, to_inline_html

_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"
_MATHML = "http://www.w3.org/1998/Math/MathML"


@dataclass(frozen=True)
class Generation:
    """One version of QTI: its namespace, where that is described, and what manifests call it."""

    namespace: str
    schema: str
    kind: str
    is_dashed: bool = False

    def name(self, camel: str) -> str:
        """Return an element's or an attribute's name: choiceInteraction, qti-choice-interaction."""
        return re.sub(r"(?<=[a-z])([A-Z])", r"-\1", camel).lower() if self.is_dashed else camel

    def tag(self, camel: str) -> str:
        return f"{{{self.namespace}}}" + ("qti-" if self.is_dashed else "") + self.name(camel)


_SITE = "http://www.imsglobal.org/xsd"
GENERATIONS = {
    "2.1": Generation(
        f"{_SITE}/imsqti_v2p1", f"{_SITE}/qti/qtiv2p1/imsqti_v2p1.xsd", "imsqti_item_xmlv2p1"
    ),
    "2.2": Generation(
        f"{_SITE}/imsqti_v2p2", f"{_SITE}/qti/qtiv2p2/imsqti_v2p2.xsd", "imsqti_item_xmlv2p2"
    ),
    "3.0": Generation(
        f"{_SITE}/imsqtiasi_v3p0",
        "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
        "imsqti_item_xmlv3p0",
        is_dashed=True,
    ),
}


@dataclass(frozen=True)
class _Interaction:
    """How QTI asks a kind: its interaction, and the cardinality of its response."""

    interaction: str
    cardinality: str
    has_pairs: bool = False


INTERACTIONS = {
    "multiple_choice": _Interaction("choiceInteraction", "single"),
    "multiple_response": _Interaction("choiceInteraction", "multiple"),
    "ordering": _Interaction("orderInteraction", "ordered"),
    "matching": _Interaction("matchInteraction", "multiple", has_pairs=True),
}


class ItemWriter:
    """Writes one item; `files` are images of the package by their addresses."""

    def __init__(
        self, generation: Generation, item: Item, number: int, files: Mapping[str, str]
    ) -> None:
        self._of = generation
        self._item = item
        self._kind = INTERACTIONS[item.type]
        self._number = number
        self._files = files

    def root(self) -> etree._Element:
        item, of = self._item, self._of
        location = f"{{{_SCHEMA}}}schemaLocation"
        spaces: dict[str | None, str] = {None: of.namespace, "xsi": _SCHEMA}
        root = etree.Element(of.tag("assessmentItem"), nsmap=spaces)  # type: ignore[arg-type]
        root.set(location, f"{of.namespace} {of.schema}")
        identifier = item.ref if re.fullmatch(r"[A-Za-z_][\w.-]*", item.ref, re.ASCII) else ""
        values = {"identifier": identifier or f"item-{self._number}"}
        values["title"] = writable(" ".join(item.stem.split())[:80]) or f"Item {self._number}"
        if item.ref and not identifier:
            values["label"] = writable(item.ref)
        values |= {"adaptive": "false", of.name("timeDependent"): "false"}
        for name, value in values.items():
            root.set(name, value)
        self._declarations(root)
        self._body(root)
        self._processing(root)
        self._feedback(root)
        return root

    def _add(
        self, parent: etree._Element, camel: str, text: str | None = None, **given: str
    ) -> etree._Element:
        attributes = {self._of.name(name): value for name, value in given.items()}
        element = etree.SubElement(parent, self._of.tag(camel), attributes)
        element.text = text
        return element

    def _declarations(self, root: etree._Element) -> None:
        item, cardinality = self._item, self._kind.cardinality
        is_pairs = self._kind.has_pairs
        declared = self._add(
            root,
            "responseDeclaration",
            identifier="RESPONSE",
            cardinality=cardinality,
            baseType="directedPair" if is_pairs else "identifier",
        )
        correct = self._add(declared, "correctResponse")
        for place, index in enumerate(item.right, 1):
            value = f"P{place} {letter(index)}" if is_pairs else letter(index)
            self._add(correct, "value", value)
        self._add(
            root, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float"
        )
        if self._has_whys:
            self._add(
                root,
                "outcomeDeclaration",
                identifier="FEEDBACK",
                cardinality=cardinality,
                baseType="identifier",
            )

    @property
    def _has_whys(self) -> bool:
        return any(option.why for option in self._item.options)

    def _body(self, root: etree._Element) -> None:
        item = self._item
        body = self._add(root, "itemBody")
        self._html(body, to_html(item.stem))
        if self._kind.has_pairs:
            self._match(body)
        else:
            self._choices(body)

    def _choices(self, body: etree._Element) -> None:
        item, count = self._item, str(len(self._item.right))
        most = str(kind_of(item.type).choose(item))
        attributes = {"responseIdentifier": "RESPONSE", "shuffle": "true"}
        if self._kind.interaction == "choiceInteraction":
            attributes = {"maxChoices": most, **attributes}
        elif len(item.options) > len(item.right):
            attributes |= {"minChoices": count, "maxChoices": count}
        interaction = self._add(body, self._kind.interaction, **attributes)
        for place, option in enumerate(item.options):
            choice = self._add(interaction, "simpleChoice", identifier=letter(place))
            if item.fixed_order:
                choice.set("fixed", "true")
            self._html(choice, to_inline_html(option.text))

    def _match(self, body: etree._Element) -> None:
        item = self._item
        interaction = self._add(
            body,
            self._kind.interaction,
            responseIdentifier="RESPONSE",
            shuffle="true",
            maxAssociations=str(len(item.prompts)),
        )
        prompts = [(f"P{place}", text, 1) for place, text in enumerate(item.prompts, 1)]
        options = [
            (letter(place), option.text, len(item.prompts))
            for place, option in enumerate(item.options)
        ]
        for rows in (prompts, options):
            listed = self._add(interaction, "simpleMatchSet")
            for identifier, text, most in rows:
                choice = self._add(
                    listed, "simpleAssociableChoice", identifier=identifier, matchMax=str(most)
                )
                self._html(choice, to_inline_html(text))

    def _processing(self, root: etree._Element) -> None:
        processing = self._add(root, "responseProcessing")
        condition = self._add(processing, "responseCondition")
        for branch, value in (("responseIf", "1"), ("responseElse", "0")):
            part = self._add(condition, branch)
            if branch == "responseIf":
                match = self._add(part, "match")
                self._add(match, "variable", identifier="RESPONSE")
                self._add(match, "correct", identifier="RESPONSE")
            outcome = self._add(part, "setOutcomeValue", identifier="SCORE")
            self._add(outcome, "baseValue", value, baseType="float")
        if self._has_whys and not self._kind.has_pairs:
            outcome = self._add(processing, "setOutcomeValue", identifier="FEEDBACK")
            self._add(outcome, "variable", identifier="RESPONSE")

    def _feedback(self, root: etree._Element) -> None:
        for place, option in enumerate(self._item.options):
            if option.why:
                feedback = self._add(
                    root,
                    "modalFeedback",
                    outcomeIdentifier="FEEDBACK",
                    identifier=letter(place),
                    showHide="show",
                )
                inside = feedback
                if self._of.is_dashed:
                    inside = self._add(feedback, "contentBody")
                self._html(inside, to_html(option.why))

    def _html(self, parent: etree._Element, html: str) -> None:
        """Put clean HTML into an element, in the namespace of the item."""
        # What nh3 writes is well-formed but for empty elements and named characters.
        text = re.sub(r"<(br|hr|img)\b([^>]*)>", r"<\1\2/>", html)
        text = re.sub(r"&(\w+);", _numbered, text)
        fragment = etree.fromstring(f'<x xmlns="{self._of.namespace}">{writable(text)}</x>')
        for image in [*fragment.iter(f"{{{self._of.namespace}}}img")]:
            if path := self._files.get(image.get("src", "")):
                image.set("src", f"../{path}")
            if "src" not in image.attrib:
                _say_instead(image)
        for link in fragment.iter(f"{{{self._of.namespace}}}a"):
            link.attrib.pop("rel", "")
        for formula in fragment.iter(f"{{{self._of.namespace}}}math"):
            for part in formula.iter(f"{{{self._of.namespace}}}*"):
                part.tag = f"{{{_MATHML}}}{etree.QName(part).localname}"
        if fragment.text:
            parent.text = (parent.text or "") + fragment.text
        for child in list(fragment):
            parent.append(child)


def _say_instead(image: etree._Element) -> None:
    """Put the description of a picture that has no address in its place; the schemas want one."""
    span = etree.Element(f"{{{etree.QName(image).namespace}}}span")
    span.text = image.get("alt")
    span.tail = image.tail
    parent = image.getparent()
    if parent is not None:
        parent.replace(image, span)


def _numbered(found: re.Match[str]) -> str:
    name = found[1]
    if name in ("lt", "gt", "amp", "quot", "apos") or name not in name2codepoint:
        return found[0]
    return f"&#{name2codepoint[name]};"
