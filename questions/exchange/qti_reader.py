"""QTI 2.x and 3.0: reading a package of items, or one item. Pure."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import unquote

from lxml import etree

from questions.exchange.archives import members, own_text, xml_of
from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.qti_item_reader import (
    Unread,
    attribute,
    elements,
    html_of,
    name_of,
    read_item,
)
from questions.exchange.text_files import FormatError, bounded, decoded, in_file
from questions.markdown import PICTURE
from questions.translation import gettext

# Addresses that lead elsewhere, whatever the package holds.
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read a package, or the XML of one item; raises FormatError. Rows are numbers of items."""
    bounded(data)
    intake = ImportCollector()
    if not data.startswith(b"PK"):
        root = xml_of(decoded(data, encoding))
        if name_of(root) != "assessmentitem":
            raise FormatError(_what_it_is(root), 1)
        read_item(intake, 1, root, [])
        return intake.loaded()
    parts = members(data)
    manifest = next((name for name in parts if name.rpartition("/")[2] == "imsmanifest.xml"), "")
    if not manifest:
        raise FormatError(gettext("the package has no imsmanifest.xml"))
    package = _Package(parts, intake)
    for row, (path, tags) in enumerate(package.items_of(manifest), 1):
        package.read(row, path, tags)
    return intake.loaded()


def _what_it_is(root: etree._Element) -> str:
    """Return what an XML is that is no item, and what to do with it, as one sentence."""
    if name_of(root) == "assessmenttest":
        names = [attribute(each, "href") for each in elements(root, "assessmentitemref")]
        shown = ", ".join(repr(name[:60]) for name in names[:3])
        return gettext(
            "it is a test of QTI, whose items lie in other files (%(names)s); upload the package"
        ) % {"names": shown}
    if name_of(root) == "manifest":
        return gettext(
            "it is the manifest of a package, which holds no question; upload the package"
        )
    return gettext("neither a package of QTI nor one of its items")


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
                raise Unread(
                    gettext("its image %(src)r leads out of the package") % {"src": src[:80]}
                )
            if part in self.addresses:
                return self.addresses[part]
            if part in self.parts:
                self.addresses[part] = self.intake.carry(part, self.parts[part])
                return self.addresses[part]
        raise Unread(gettext("its image %(src)r is not in the package") % {"src": src[:80]})

    def items_of(self, manifest: str) -> Iterator[tuple[str, list[str]]]:
        """Yield the path of each item with its tags: those of the manifest, then those of tests."""
        resources = list(elements(xml_of(decoded(self.parts[manifest])), "resource"))
        seen: set[str] = set()
        for resource in resources:
            if "item" in attribute(resource, "type").lower():
                path = _beside(manifest, attribute(resource, "href"))
                if path and path not in seen:
                    seen.add(path)
                    yield path, _tags(resource)
        for resource in resources:
            test = _beside(manifest, attribute(resource, "href"))
            if "test" in attribute(resource, "type").lower() and test in self.parts:
                for path in self._items_of_test(test):
                    if path not in seen:
                        seen.add(path)
                        yield path, []

    def _items_of_test(self, test: str) -> Iterator[str]:
        try:
            root = xml_of(decoded(self.parts[test]))
        except FormatError as error:
            self.intake.fail(0, in_file(test, str(error)))
            return
        if elements(root, "rubricblock"):
            self.intake.lose(gettext("instructions of the test were left out"))
        for reference in elements(root, "assessmentitemref"):
            if href := attribute(reference, "href"):
                yield _beside(test, href)

    def read(self, row: int, path: str, tags: list[str]) -> None:
        """Take the item at a path in, or note why not."""
        if path not in self.parts:
            self.intake.fail(
                row,
                gettext("the manifest names %(path)r, which the package does not hold")
                % {"path": path[:80]},
            )
            return
        try:
            root = xml_of(decoded(self.parts[path]))
        except FormatError as error:
            self.intake.fail(row, in_file(path, str(error)))
            return
        if name_of(root) != "assessmentitem":
            reason = gettext("it is no item of QTI 2 or 3, but <%(element)s>")
            self.intake.fail(row, in_file(path, reason % {"element": name_of(root)[:40]}))
            return
        address_of, passage_of = partial(self.address_of, path), partial(self.passage_of, path)
        read_item(self.intake, row, root, tags, address_of, passage_of)

    def passage_of(self, path: str, href: str) -> str:
        """Return the HTML of the passage that the item at a path refers to; raises Unread."""
        place = _beside(path, href)
        if place not in self.parts:
            raise Unread(
                gettext("its passage %(href)r is not in the package") % {"href": href[:80]}
            )
        try:
            root = xml_of(decoded(self.parts[place]))
        except FormatError as error:
            raise Unread(
                gettext("its passage %(href)r: %(error)s") % {"href": href[:80], "error": error}
            ) from None
        bodies = elements(root, "stimulusbody", "body")
        return html_of(bodies[0] if bodies else root)


def _beside(path: str, href: str) -> str:
    """Return the path of a file by its address in another."""
    return (
        posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(href))) if href else ""
    )


def _tags(resource: etree._Element) -> list[str]:
    keywords = elements(resource, "keyword")
    return [own_text(keyword).strip() for keyword in keywords]
