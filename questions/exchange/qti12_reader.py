"""QTI 1.2: reading a quiz, or a package of Canvas, Blackboard or Common Cartridge. Pure."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote

from lxml import etree

from questions.exchange import qti12_items
from questions.exchange.archives import members, own_text, xml_of
from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.qti_item_reader import Unread, attribute, elements, name_of
from questions.exchange.text_files import FormatError, bounded, decoded
from questions.markdown import PICTURE
from questions.translation import gettext

_SUFFIXES = (".xml", ".qti", ".dat")
# Stands before the path of a file of a cartridge; tools differ in the folder that it means.
_BASE = re.compile(r"^(?:\$|%24)IMS[-_]CC[-_]FILEBASE(?:\$|%24)/?", re.IGNORECASE)
_FOLDERS = ("web_resources", "")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read a package, or the XML of a quiz; raises FormatError. Rows are numbers of items."""
    bounded(data)
    intake = ImportCollector()
    if data.startswith(b"PK"):
        parts = members(data)
        quizzes = list(_quizzes(parts))
        if not quizzes:
            raise FormatError(gettext("the package holds no quiz of QTI 1.2"))
    else:
        root = xml_of(decoded(data, encoding))
        if name_of(root) not in ("questestinterop", "item"):
            raise FormatError(
                gettext("the file begins with <%(element)s>, no quiz of QTI 1.2")
                % {"element": name_of(root)[:40]},
                1,
            )
        parts, quizzes = {}, [("", root)]
    row = 0
    for path, root in quizzes:
        files = _Files(parts, path, intake)
        for item in elements(root, "item"):
            row += 1
            qti12_items.read_item(intake, row, item, _category(item, root), files.address_of)
    return intake.loaded()


def _quizzes(parts: Mapping[str, bytes]) -> Iterator[tuple[str, etree._Element]]:
    """Yield each quiz of a package once: a cartridge of Canvas holds it twice, once in full."""
    seen: dict[str, tuple[str, etree._Element]] = {}
    for path in sorted(parts, key=lambda name: ("non_cc_assessments" not in name, name)):
        if not path.lower().endswith(_SUFFIXES) or b"questestinterop" not in parts[path][:4000]:
            continue
        root = xml_of(decoded(parts[path]))
        if name_of(root) != "questestinterop":
            continue
        quiz = next(iter(elements(root, "assessment", "objectbank")), None)
        name = attribute(quiz, "ident") if quiz is not None else ""
        seen.setdefault(name or path, (path, root))
    yield from seen.values()


def _category(item: etree._Element, root: etree._Element) -> str:
    """Return the title of the nearest section or quiz around an item that has one of its own."""
    for above in item.iterancestors("{*}section", "{*}assessment", "{*}objectbank"):
        title = attribute(above, "title").strip()
        if title and title.lower() not in ("root section", "root_section"):
            return title
    for label, entry in (
        (_text_of(each, "fieldlabel"), _text_of(each, "fieldentry"))
        for each in elements(root, "qtimetadatafield")
    ):
        if label == "bank_title":
            return entry
    return ""


def _text_of(element: etree._Element, name: str) -> str:
    return own_text(next(iter(elements(element, name)), None)).strip()


@dataclass
class _Files:
    """The files of a package, as a quiz at a path calls them."""

    parts: Mapping[str, bytes]
    path: str
    intake: ImportCollector

    def address_of(self, src: str) -> str:
        """Return the address of an image; raises Unread where the package does not hold it."""
        if not src or PICTURE.fullmatch(src) or _ELSEWHERE.match(src):
            return src
        bare = unquote(src.partition("?")[0])
        named = _BASE.sub("", bare)
        beside = partial(posixpath.join, posixpath.dirname(self.path))
        places = [posixpath.join(folder, named) for folder in _FOLDERS]
        places += [beside(bare), posixpath.join("csfiles", bare)]
        for place in map(posixpath.normpath, places):
            if place in self.parts:
                return self.intake.carry(place, self.parts[place])
        raise Unread(
            gettext("its image %(name)r is not in the file; upload the package that holds it")
            % {"name": named[:80]}
        )
