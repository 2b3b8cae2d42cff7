"""QTI 2.1, 2.2 and 3.0: writing a package. Pure.

Every item has its explanations as modal feedback, shown for what was chosen; the manifest holds
refs and tags as keywords.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from questions.exchange import html as html_markup
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
from questions.exchange.qti_item_writer import GENERATIONS, INTERACTIONS, Generation, ItemWriter
from questions.exchange.tags import WITHOUT, tags_of
from questions.items.item import Item
from questions.markdown import to_html, to_inline_html
from questions.translation import gettext

_LOM = "http://ltsc.ieee.org/xsd/LOM"
_PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class _Entry:
    """An item of a package: its file, and the files of the images that it shows."""

    name: str
    item: Item
    images: tuple[str, ...]


def dumps(items: Iterable[Item], version: str, images: Mapping[str, bytes] | None = None) -> Dumped:
    """Write items as a package of a version of QTI; names what is lost.

    `images` are those to go along, by the addresses under which the items show them.
    """
    generation = GENERATIONS[version]
    losses: list[Loss] = []
    entries: list[_Entry] = []
    carried = images or {}
    files = {address: f"images/{file_name(address, data)}" for address, data in carried.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        carried_items = carried_kinds(items, INTERACTIONS, f"QTI {version}", losses)
        for number, written in enumerate(carried_items, 1):
            item = in_file_order(written)
            losses += losses_of(item, without=WITHOUT)
            losses += _changed(item)
            shown = dict.fromkeys(image.address for image in images_of(item))
            if not files.keys() >= shown.keys():
                losses.append(image_stays(item.ref))
            name = f"items/item-{number:05}.xml"
            put(archive, name, xml(ItemWriter(generation, item, number, files).root()))
            entries.append(
                _Entry(name, item, tuple(files[image] for image in shown if image in files))
            )
        for address, path in files.items():
            put(archive, path, carried[address])
        put(archive, "imsmanifest.xml", xml(_manifest(entries, generation)))
    return Dumped(file.getvalue(), tuple(losses))


def xml(root: etree._Element) -> bytes:
    """Return an element as a file of XML."""
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return content


def put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Put a file into an archive, the same bytes whenever it is written."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def _changed(item: Item) -> list[Loss]:
    """Say where formatting does not come back as it was written."""
    losses = []
    texts = [(to_html, item.stem, False)]
    texts += [(to_html, option.why, False) for option in item.options]
    texts += [(to_inline_html, option.text, True) for option in item.options]
    texts += [(to_inline_html, prompt, True) for prompt in item.prompts]
    if any(
        html_markup.to_markdown(render(text), is_inline=inline)[0] != text
        for render, text, inline in texts
    ):
        losses.append(
            Loss(item.ref, gettext("formatting was written as HTML and reads back otherwise"))
        )
    return losses


def _manifest(entries: list[_Entry], generation: Generation) -> etree._Element:
    spaces: dict[str | None, str] = {None: _PACKAGE, "imsmd": _LOM}
    attributes = {"identifier": "questions"}
    root = etree.Element(f"{{{_PACKAGE}}}manifest", attributes, nsmap=spaces)  # type: ignore[arg-type]
    metadata = etree.SubElement(root, f"{{{_PACKAGE}}}metadata")
    etree.SubElement(metadata, f"{{{_PACKAGE}}}schema").text = "IMS Content"
    etree.SubElement(metadata, f"{{{_PACKAGE}}}schemaversion").text = "1.1"
    etree.SubElement(root, f"{{{_PACKAGE}}}organizations")
    resources = etree.SubElement(root, f"{{{_PACKAGE}}}resources")
    pictures = {path: f"I{n}" for n, path in enumerate(_all_images(entries), 1)}
    for number, entry in enumerate(entries, 1):
        attributes = {"identifier": f"R{number}", "type": generation.kind, "href": entry.name}
        resource = etree.SubElement(resources, f"{{{_PACKAGE}}}resource", attributes)
        if tags := tags_of(entry.item):
            parent = resource
            for part in ("metadata", "lom", "general"):
                space = _PACKAGE if part == "metadata" else _LOM
                parent = etree.SubElement(parent, f"{{{space}}}{part}")
            for tag in tags:
                keyword = etree.SubElement(parent, f"{{{_LOM}}}keyword")
                etree.SubElement(keyword, f"{{{_LOM}}}langstring").text = writable(tag)
        etree.SubElement(resource, f"{{{_PACKAGE}}}file", {"href": entry.name})
        for path in entry.images:
            attributes = {"identifierref": pictures[path]}
            etree.SubElement(resource, f"{{{_PACKAGE}}}dependency", attributes)
    for path, identifier in pictures.items():
        attributes = {"identifier": identifier, "type": "webcontent", "href": path}
        resource = etree.SubElement(resources, f"{{{_PACKAGE}}}resource", attributes)
        etree.SubElement(resource, f"{{{_PACKAGE}}}file", {"href": path})
    return root


def _all_images(entries: Iterable[_Entry]) -> list[str]:
    return list(dict.fromkeys(path for entry in entries for path in entry.images))
