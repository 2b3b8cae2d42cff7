"""QTI 1.2 as Canvas imports it: writing a package. Pure.

Each option's explanation is its feedback; formulas are TeX between delimiters, which Canvas draws.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping

from lxml import etree

from questions.exchange.embedded_images import file_name, images_of
from questions.exchange.losses import (
    Dumped,
    Loss,
    carried_kinds,
    image_stays,
    in_file_order,
    losses_of,
)
from questions.exchange.moodle_writer import writable
from questions.exchange.qti_writer import put, xml
from questions.exchange.tags import WITHOUT, tags_of
from questions.formulas import with_tex
from questions.items.item import Item
from questions.markdown import to_html, to_inline_html

_SPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_QUIZ = "questions/questions.xml"
# What Canvas calls each kind.
_KINDS = {
    "multiple_choice": "multiple_choice_question",
    "multiple_response": "multiple_answers_question",
    "matching": "matching_question",
}
# Kinds whose answers have no place for a why.
_BARE = {"matching"}


def dumps(items: Iterable[Item], images: Mapping[str, bytes] | None = None) -> Dumped:
    """Write items as a package for Canvas; names what is lost.

    `images` are those to go along, by the addresses under which the items show them.
    """
    losses: list[Loss] = []
    carried = images or {}
    files = {address: f"images/{file_name(address, data)}" for address, data in carried.items()}
    root = etree.Element(f"{{{_SPACE}}}questestinterop", nsmap={None: _SPACE})  # type: ignore[dict-item]
    quiz = _add(root, "assessment", ident="questions", title="Questions")
    section = _add(quiz, "section", ident="root_section")
    for number, written in enumerate(carried_kinds(items, _KINDS, "QTI 1.2", losses), 1):
        item = in_file_order(written)
        losses += losses_of(item, without=(*WITHOUT, *(("whys",) if item.type in _BARE else ())))
        if not files.keys() >= {image.address for image in images_of(item)}:
            losses.append(image_stays(item.ref))
        _Writer(item, number, files).write(section)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        put(archive, _QUIZ, xml(root))
        for address, path in files.items():
            put(archive, path, carried[address])
        put(archive, "imsmanifest.xml", xml(_manifest(files)))
    return Dumped(file.getvalue(), tuple(losses))


def _add(
    parent: etree._Element, name: str, text: str | None = None, **attributes: str
) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_SPACE}}}{name}", attributes)
    element.text = text
    return element


class _Writer:
    """Writes one item; `files` are images of the package by their addresses."""

    def __init__(self, item: Item, number: int, files: Mapping[str, str]) -> None:
        self._item = item
        self._ident = item.ref or f"item-{number}"
        self._files = files

    def write(self, section: etree._Element) -> None:
        item = self._item
        title = writable(" ".join(item.stem.split())[:80])
        element = _add(section, "item", ident=self._ident, title=title)
        fields = _add(_add(element, "itemmetadata"), "qtimetadata")
        labels = {"question_type": _KINDS[item.type], "points_possible": "1"}
        if tags := tags_of(item):
            labels["tags"] = writable(",".join(tag.replace(",", " ") for tag in tags))
        for label, entry in labels.items():
            metadata = _add(fields, "qtimetadatafield")
            _add(metadata, "fieldlabel", label)
            _add(metadata, "fieldentry", entry)
        presentation = _add(element, "presentation")
        self._material(presentation, to_html(item.stem))
        processing = etree.Element(f"{{{_SPACE}}}resprocessing")
        outcomes = _add(processing, "outcomes")
        _add(
            outcomes,
            "decvar",
            **{"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"},
        )
        if item.type == "matching":
            self._match(presentation, processing)
        else:
            self._choice(presentation, processing)
        element.append(processing)
        self._feedback(element)

    def _material(self, parent: etree._Element, html: str) -> None:
        html = with_tex(html)
        for address, path in self._files.items():
            html = html.replace(f'src="{address}"', f'src="$IMS-CC-FILEBASE$/{path}"')
        _add(_add(parent, "material"), "mattext", writable(html), texttype="text/html")

    def _labels(self, response: etree._Element) -> None:
        render = _add(response, "render_choice")
        for place, option in enumerate(self._item.options, 1):
            label = _add(render, "response_label", ident=str(1000 + place))
            self._material(label, to_inline_html(option.text))

    def _choice(self, presentation: etree._Element, processing: etree._Element) -> None:
        item = self._item
        is_multiple = item.type == "multiple_response"
        cardinality = "Multiple" if is_multiple else "Single"
        response = _add(presentation, "response_lid", ident="response1", rcardinality=cardinality)
        self._labels(response)
        for place, option in enumerate(item.options, 1):
            if option.why:
                self._condition(processing, [str(1000 + place)], feedback=f"{1000 + place}_fb")
        right = [str(1001 + index) for index in item.right]
        wrong = [str(1001 + i) for i in range(len(item.options)) if i not in item.right]
        self._condition(processing, right, points="100", without=wrong if is_multiple else ())

    def _condition(
        self,
        processing: etree._Element,
        values: Iterable[str],
        *,
        respident: str = "response1",
        points: str = "",
        action: str = "Set",
        without: Iterable[str] = (),
        feedback: str = "",
    ) -> None:
        goes_on = {"continue": "Yes" if feedback or action == "Add" else "No"}
        condition = _add(processing, "respcondition", **goes_on)
        variables = _add(condition, "conditionvar")
        excluded = list(without)
        inside = _add(variables, "and") if excluded else variables
        for value in values:
            _add(inside, "varequal", value, respident=respident)
        for value in excluded:
            _add(_add(inside, "not"), "varequal", value, respident=respident)
        if points:
            _add(condition, "setvar", points, action=action, varname="SCORE")
        if feedback:
            _add(condition, "displayfeedback", feedbacktype="Response", linkrefid=feedback)

    def _match(self, presentation: etree._Element, processing: etree._Element) -> None:
        item = self._item
        share = f"{100 / len(item.right):.2f}"
        for number, (prompt, index) in enumerate(zip(item.prompts, item.right, strict=True), 1):
            name = f"response_{number}"
            response = _add(presentation, "response_lid", ident=name)
            self._material(response, to_inline_html(prompt))
            self._labels(response)
            value = [str(1001 + index)]
            self._condition(processing, value, respident=name, points=share, action="Add")

    def _feedback(self, element: etree._Element) -> None:
        if self._item.type in _BARE:
            return
        for place, option in enumerate(self._item.options, 1):
            if option.why:
                feedback = _add(element, "itemfeedback", ident=f"{1000 + place}_fb")
                self._material(_add(feedback, "flow_mat"), to_html(option.why))


def _manifest(files: Mapping[str, str]) -> etree._Element:
    root = etree.Element(
        f"{{{_PACKAGE}}}manifest",
        {"identifier": "package"},
        nsmap={None: _PACKAGE},  # type: ignore[dict-item]
    )
    metadata = etree.SubElement(root, f"{{{_PACKAGE}}}metadata")
    etree.SubElement(metadata, f"{{{_PACKAGE}}}schema").text = "IMS Content"
    etree.SubElement(metadata, f"{{{_PACKAGE}}}schemaversion").text = "1.1.3"
    etree.SubElement(root, f"{{{_PACKAGE}}}organizations")
    resources = etree.SubElement(root, f"{{{_PACKAGE}}}resources")
    attributes = {"identifier": "questions", "type": "imsqti_xmlv1p2"}
    for number, path in enumerate([_QUIZ, *files.values()]):
        if number:
            attributes = {"identifier": f"I{number}", "type": "webcontent", "href": path}
        resource = etree.SubElement(resources, f"{{{_PACKAGE}}}resource", attributes)
        etree.SubElement(resource, f"{{{_PACKAGE}}}file", {"href": path})
    return root
