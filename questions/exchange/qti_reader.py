"""QTI 2.x and 3.0: reading items, alone or in a package. Pure.

Names of both generations are told apart by nothing but their dashes: `qti-choice-interaction` and
`choiceInteraction` are the same element.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from html import escape, unescape
from urllib.parse import unquote

from lxml import etree

from questions.exchange import html as html_markup
from questions.exchange.archives import members, xml_of
from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.tags import fields_of
from questions.exchange.text_files import FormatError, bounded, decoded
from questions.items.item import Option
from questions.items.kinds.registry import kind_of
from questions.markdown import PICTURE

_INTERACTIONS = ("choiceinteraction", "orderinteraction", "matchinteraction")
_REF = re.compile(r"\S{1,80}")
_VOID = {"br", "hr", "img"}
_IMAGE = re.compile(r'<img src="([^"]*)"')
# Addresses that lead elsewhere, whatever the package holds.
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


class _Unread(ValueError):
    """An item that is not taken; the text says why."""


def name_of(element: etree._Element) -> str:
    """Return an element's name as both generations of QTI know it."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1000)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2].removeprefix("qti-").replace("-", "").lower()


def _given(element: etree._Element, name: str, otherwise: str = "") -> str:
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2].replace("-", "").lower() == name:
            return str(value)
    return otherwise


def _found(element: etree._Element, *names: str) -> list[etree._Element]:
    return [each for each in element.iter() if name_of(each) in names]


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read a package, or the XML of one item; raises FormatError. Rows are numbers of items."""
    bounded(data)
    intake = ImportCollector()
    if not data.startswith(b"PK"):
        root = xml_of(decoded(data, encoding))
        if name_of(root) != "assessmentitem":
            raise FormatError("neither a package of QTI nor one of its items", 1)
        _take(intake, 1, root, [])
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
            _take(intake, row, root, tags, partial(package.address_of, path))
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
            found = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
            if found.startswith(("../", "/")):
                raise _Unread(f"its image {src[:80]!r} leads out of the package")
            if found in self.addresses:
                return self.addresses[found]
            if found in self.parts:
                self.addresses[found] = self.intake.carry(found, self.parts[found])
                return self.addresses[found]
        raise _Unread(f"its image {src[:80]!r} is not in the package")


def _resources(manifest: etree._Element) -> Iterator[tuple[str, list[str]]]:
    """Return each item's file with its tags."""
    for resource in _found(manifest, "resource"):
        kind = _given(resource, "type").lower()
        if "item" in kind and (href := _given(resource, "href")):
            tags = []
            for keyword in _found(resource, "keyword"):
                tags.append("".join(str(part) for part in keyword.itertext()).strip())
            yield href, tags


@dataclass
class _Reading:
    """An item under way."""

    root: etree._Element
    address_of: Callable[[str], str] = str
    warnings: list[str] = field(default_factory=list)
    whys: dict[str, str] = field(default_factory=dict)

    def markdown(self, html: str, *, is_inline: bool = False) -> str:
        html = _IMAGE.sub(self._placed, html)
        text, lost = html_markup.to_markdown(html, is_inline=is_inline)
        self.warnings += [each for each in lost if each not in self.warnings]
        return text

    def _placed(self, found: re.Match[str]) -> str:
        return f'<img src="{escape(self.address_of(unescape(found[1])))}"'


def _take(
    intake: ImportCollector,
    row: int,
    root: etree._Element,
    tags: list[str],
    address_of: Callable[[str], str] = str,
) -> None:
    try:
        _read(intake, row, _Reading(root, address_of), tags)
    except _Unread as error:
        intake.fail(row, str(error))


def _read(intake: ImportCollector, row: int, reading: _Reading, tags: list[str]) -> None:
    root = reading.root
    bodies = _found(root, "itembody")
    if not bodies:
        raise _Unread("the item has no body")
    body = bodies[0]
    interactions = [each for each in body.iter() if name_of(each).endswith("interaction")]
    if len(interactions) != 1:
        raise _Unread(f"an item has one interaction, this has {len(interactions)}")
    interaction = interactions[0]
    kind = name_of(interaction)
    if kind not in _INTERACTIONS:
        raise _Unread(f"{kind} is not taken; choice, order and match are")
    stem = reading.markdown(_html(body, stop=interaction))
    prompts = [each for each in interaction if name_of(each) == "prompt"]
    if prompts:
        stem = "\n\n".join(filter(None, [stem, reading.markdown(_html(prompts[0]))]))
    correct, cardinality = _key(reading, _given(interaction, "responseidentifier"))
    for feedback in _found(root, "modalfeedback"):
        # QTI 3 has a body in it, QTI 2 has not.
        why = reading.markdown(_html(next(iter(_found(feedback, "contentbody")), feedback)))
        reading.whys.setdefault(_given(feedback, "identifier"), why)
    fields, own = fields_of(tags)
    choices = [each for each in interaction.iter() if name_of(each) == "simplechoice"]
    if choices and all(_given(choice, "fixed") == "true" for choice in choices):
        fields["fixed_order"] = True
    label = _given(root, "label") or _given(root, "identifier")
    common = {
        "stem": stem,
        "ref": label if _REF.fullmatch(label) else "",
        "fields": fields,
        "tags": own,
    }
    if kind == "matchinteraction":
        options, right, texts = _match(reading, interaction, correct)
        item_type = "matching"
    else:
        options = [_option(reading, choice) for choice in choices]
        places = {_given(choice, "identifier"): place for place, choice in enumerate(choices)}
        right, texts = _places(correct, places), []
        item_type = "ordering" if kind == "orderinteraction" else _choice_type(cardinality)
        right = list(kind_of(item_type).ordered_key(right))
    intake.add(
        row,
        item_type,
        options=options,
        right=right,
        prompts=texts,
        warnings=reading.warnings,
        **common,  # type: ignore[arg-type]
    )


def _choice_type(cardinality: str) -> str:
    return "multiple_choice" if cardinality == "single" else "multiple_response"


def _key(reading: _Reading, response: str) -> tuple[list[str], str]:
    """Return the values of the right response, and its cardinality."""
    for declaration in _found(reading.root, "responsedeclaration"):
        if response and _given(declaration, "identifier") != response:
            continue
        values = [
            "".join(str(part) for part in value.itertext()).strip()
            for correct in _found(declaration, "correctresponse")
            for value in _found(correct, "value")
        ]
        entries = _found(declaration, "mapentry")
        if not values and entries:
            reading.warnings.append("part credit of its mapping was left out")
            values = [_given(each, "mapkey") for each in entries if _worth(each) > 0]
        return values, _given(declaration, "cardinality", "single")
    raise _Unread("no response is declared for the interaction")


def _worth(entry: etree._Element) -> float:
    try:
        return float(_given(entry, "mappedvalue", "0"))
    except ValueError:
        return 0.0


def _places(values: list[str], places: Mapping[str, int]) -> list[int]:
    if missing := [value for value in values if value not in places]:
        raise _Unread(f"the key names {missing[0][:40]!r}, which is no choice")
    return [places[value] for value in values]


def _option(reading: _Reading, choice: etree._Element) -> Option:
    why = reading.whys.get(_given(choice, "identifier"), "")
    for inline in _found(choice, "feedbackinline"):
        why = why or reading.markdown(_html(inline), is_inline=True)
    return Option(reading.markdown(_html(choice, skip="feedbackinline"), is_inline=True), why)


def _match(
    reading: _Reading, interaction: etree._Element, correct: list[str]
) -> tuple[list[Option], list[int], list[str]]:
    sets = [each for each in interaction if name_of(each) == "simplematchset"]
    if len(sets) != 2:
        raise _Unread("a match has two sets of choices")
    left, right = (_found(each, "simpleassociablechoice") for each in sets)
    places = {_given(each, "identifier"): place for place, each in enumerate(right)}
    pairs: dict[str, int] = {}
    for pair in correct:
        ends = pair.split()
        if len(ends) == 2 and ends[0] in places and ends[1] not in places:
            ends.reverse()
        if len(ends) != 2 or ends[1] not in places or ends[0] in pairs:
            raise _Unread(f"the key has {pair[:40]!r}, which pairs no prompt with one response")
        pairs[ends[0]] = places[ends[1]]
    prompts, key = [], []
    for each in left:
        if _given(each, "identifier") not in pairs:
            raise _Unread("a prompt has no right response")
        prompts.append(reading.markdown(_html(each), is_inline=True))
        key.append(pairs[_given(each, "identifier")])
    return [_option(reading, each) for each in right], key, prompts


def _html(element: etree._Element, *, stop: etree._Element | None = None, skip: str = "") -> str:
    """Return what lies in an element as HTML, up to one of its descendants."""
    parts: list[str] = [escape(element.text or "")]
    for child in element:
        if child is stop:
            return "".join(parts)
        name = name_of(child)
        if name == "object" and _given(child, "type").startswith("image/"):
            words = " ".join("".join(str(part) for part in child.itertext()).split())
            parts.append(f'<img src="{escape(_given(child, "data"))}" alt="{escape(words)}">')
        elif name == "img":
            src, alt = escape(_given(child, "src")), escape(_given(child, "alt"))
            parts.append(f'<img src="{src}" alt="{alt}">')
        elif name and name != skip:
            parts.append(f"<{name}>")
            parts.append(_html(child, stop=stop, skip=skip))
            if stop is not None and stop in child.iter():
                return "".join(parts)
            parts.append("" if name in _VOID else f"</{name}>")
        parts.append(escape(child.tail or ""))
    return "".join(parts)
