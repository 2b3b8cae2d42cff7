"""QTI 2.x and 3.0: reading a package of items, or one item. Pure."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import unquote

from lxml import etree

from questions.exchange.archives import members, xml_of
from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.qti_item_reader import Unread, attribute, elements, name_of, read_item
from questions.exchange.text_files import FormatError, bounded, decoded
from questions.markdown import PICTURE

# Addresses that lead elsewhere, whatever the package holds.
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read a package, or the XML of one item; raises FormatError. Rows are numbers of items."""
    bounded(data)
    intake = ImportCollector()
    if not data.startswith(b"PK"):
        root = xml_of(decoded(data, encoding))
        if name_of(root) != "assessmentitem":
            raise FormatError("neither a package of QTI nor one of its items", 1)
        read_item(intake, 1, root, [])
        return intake.loaded()
    parts = members(data)
    manifest = next((name for name in parts if name.rpartition("/")[2] == "imsmanifest.xml"), "")
    if not manifest:
        raise FormatError("the package has no imsmanifest.xml")
    package = _Package(parts, intake)
    base = manifest.rpartition("/")[0]
    for row, (href, tags) in enumerate(_resources(xml_of(decoded(parts[manifest]))), 1):
        path = f"{base}/{href}".lstrip("/")
        if path not in parts:
            intake.fail(row, f"the manifest names {href[:80]!r}, which the package does not hold")
            continue
        try:
            root = xml_of(decoded(parts[path]))
        except FormatError as error:
            intake.fail(row, f"{href[:80]}: {error}")
            continue
        if name_of(root) == "assessmentitem":
            read_item(intake, row, root, tags, partial(package.address_of, path))
        else:
            intake.fail(row, f"{href[:80]}: is no item of QTI 2 or 3, but <{name_of(root)[:40]}>")
    return intake.loaded()


@dataclass
class _Package:
    """The files of a package; its images are taken along as items show them, each once."""

    parts: Mapping[str, bytes]
    intake: ImportCollector
    addresses: dict[str, str] = field(default_factory=dict)

    def address_of(self, path: str, src: str) -> str:
        """Return the address of the image that the item at a path calls by a name."""
        if not src or PICTURE.fullmatch(src) or _ELSEWHERE.match(src):
            return src
        for name in (unquote(src), src):
            part = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
            if part.startswith(("../", "/")):
                raise Unread(f"its image {src[:80]!r} leads out of the package")
            if part in self.addresses:
                return self.addresses[part]
            if part in self.parts:
                self.addresses[part] = self.intake.carry(part, self.parts[part])
                return self.addresses[part]
        raise Unread(f"its image {src[:80]!r} is not in the package")


def _resources(manifest: etree._Element) -> Iterator[tuple[str, list[str]]]:
    """Return each item's file with its tags."""
    for resource in elements(manifest, "resource"):
        kind = attribute(resource, "type").lower()
        if "item" in kind and (href := attribute(resource, "href")):
            tags = []
            for keyword in elements(resource, "keyword"):
                tags.append("".join(str(part) for part in keyword.itertext()).strip())
            yield href, tags
