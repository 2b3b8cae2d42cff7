"""QTI 2.x and 3.0: reading one item. Pure.

Names of both generations are told apart by nothing but their dashes: `qti-choice-interaction` and
`choiceInteraction` are the same element.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape

from lxml import etree

from questions.exchange import html as html_markup
from questions.exchange.archives import own_text
from questions.exchange.collector import ImportCollector
from questions.exchange.tags import fields_of
from questions.exchange.text_files import shortened
from questions.items.item import Option
from questions.items.kinds.registry import kind_of
from questions.translation import gettext, ngettext

_INTERACTIONS = ("choiceinteraction", "orderinteraction", "matchinteraction")
# What an item's text keeps of its elements' attributes.
_ATTRIBUTES = (
    "href",
    "display",
    "encoding",
    "style",
    "open",
    "close",
    "start",
    "colspan",
    "rowspan",
)
# Who may read a rubric for candidates.
_FOR_CANDIDATES = {"", "candidate"}
_REF = re.compile(r"\S{1,80}")
_VOID = {"br", "hr", "img"}
# Stands where the interaction is taken out; no text of an item holds it.
_MARK = "\U000f00ff"
_WRONG = re.compile(r"in-?correct|wrong|false|partial", re.IGNORECASE)


class Unread(ValueError):
    """An item that is not taken; the text says why."""


def name_of(element: etree._Element) -> str:
    """Return an element's name as both generations of QTI know it."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1000)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2].removeprefix("qti-").replace("-", "").lower()


def attribute(element: etree._Element, name: str, otherwise: str = "") -> str:
    """Return an attribute of an element by its name without dashes, in lower case."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2].replace("-", "").lower() == name:
            return str(value)
    return otherwise


def elements(element: etree._Element, *names: str) -> list[etree._Element]:
    """Return an element and those in it that have one of these names."""
    return [each for each in element.iter() if name_of(each) in names]


@dataclass
class _Reading:
    """An item under way."""

    root: etree._Element
    address_of: Callable[[str], str] = str
    passage_of: Callable[[str], str] = str
    warnings: list[str] = field(default_factory=list)
    whys: dict[str, str] = field(default_factory=dict)
    explanation: list[str] = field(default_factory=list)

    def markdown(self, html: str, *, is_inline: bool = False) -> str:
        html = html_markup.with_addresses(html, self.address_of)
        text, lost = html_markup.to_markdown(html, is_inline=is_inline)
        self.warnings += [each for each in lost if each not in self.warnings]
        return text


def read_item(
    intake: ImportCollector,
    row: int,
    root: etree._Element,
    tags: list[str],
    address_of: Callable[[str], str] = str,
    passage_of: Callable[[str], str] | None = None,
) -> None:
    """Take the item of a root element in, or note why not.

    Its images stand at `address_of`, and the HTML of the passages that it refers to is
    `passage_of`; both raise Unread.
    """
    try:
        _read(intake, row, _Reading(root, address_of, passage_of or _no_passage), tags)
    except Unread as error:
        intake.fail(row, str(error))


def _no_passage(href: str) -> str:
    raise Unread(
        gettext("its passage %(href)r is not in the file; upload the package that holds both")
        % {"href": href[:80]}
    )


def _read(intake: ImportCollector, row: int, reading: _Reading, tags: list[str]) -> None:
    root = reading.root
    if elements(root, "templatedeclaration", "templateprocessing", "printedvariable"):
        raise Unread(
            gettext("it is a template: its text has variables, which are not filled in here")
        )
    bodies = elements(root, "itembody")
    if not bodies:
        raise Unread(gettext("the item has no body"))
    body = bodies[0]
    interactions = [each for each in body.iter() if name_of(each).endswith("interaction")]
    if len(interactions) != 1:
        raise Unread(
            ngettext(
                "an item has one interaction; this has %(count)s interaction",
                "an item has one interaction; this has %(count)s interactions",
                len(interactions),
            )
            % {"count": len(interactions)}
        )
    interaction = interactions[0]
    kind = name_of(interaction)
    if kind not in _INTERACTIONS:
        raise Unread(
            gettext("%(element)s is not taken; choice, order and match are") % {"element": kind}
        )
    stem = _stem(reading, body, interaction)
    correct, cardinality = _key(reading, attribute(interaction, "responseidentifier"))
    choices = [each for each in interaction.iter() if name_of(each) in _CHOICES]
    _read_feedback(reading, {attribute(choice, "identifier") for choice in choices})
    fields, own = fields_of(tags)
    choices = [each for each in interaction.iter() if name_of(each) == "simplechoice"]
    fixed = [attribute(choice, "fixed") == "true" for choice in choices]
    if kind_of(_type_of(kind, cardinality)).is_choice and any(fixed):
        fields["fixed_order"] = True
        if not all(fixed):
            reading.warnings.append(
                gettext("some choices have a fixed place; here all of them keep theirs")
            )
    label = attribute(root, "label") or attribute(root, "identifier")
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
        places = {attribute(choice, "identifier"): place for place, choice in enumerate(choices)}
        right, texts = places_of(correct, places), []
        item_type = _type_of(kind, cardinality)
        right = list(kind_of(item_type).ordered_key(right))
    intake.add(
        row,
        item_type,
        options=options,
        right=right,
        prompts=texts,
        warnings=reading.warnings,
        explanation="\n\n".join(reading.explanation),
        **common,  # type: ignore[arg-type]
    )


_CHOICES = ("simplechoice", "simpleassociablechoice")


def _type_of(kind: str, cardinality: str) -> str:
    if kind == "matchinteraction":
        return "matching"
    if kind == "orderinteraction":
        return "ordering"
    return "multiple_choice" if cardinality == "single" else "multiple_response"


def _stem(reading: _Reading, body: etree._Element, interaction: etree._Element) -> str:
    """Return all that a candidate reads beside the choices: passages, text, prompt, and the rest.

    What stands behind the choices follows the prompt, since here choices stand last.
    """
    parts = [
        reading.markdown(reading.passage_of(attribute(each, "href")))
        for each in elements(reading.root, "assessmentstimulusref")
    ]
    for block in elements(body, "rubricblock"):
        if not _FOR_CANDIDATES & set(attribute(block, "view").split() or [""]):
            reading.warnings.append(
                gettext("a rubric for those who grade was left out, as no candidate reads it")
            )
    ahead, behind = _around(body, interaction)
    parts += [reading.markdown(ahead)]
    parts += [reading.markdown(html_of(each)) for each in interaction if name_of(each) == "prompt"]
    parts += [reading.markdown(behind)]
    return "\n\n".join(filter(None, parts))


def _around(body: etree._Element, interaction: etree._Element) -> tuple[str, str]:
    """Return the HTML of a body before and behind its interaction."""
    ahead, _, behind = html_of(body, mark=interaction).partition(_MARK)
    return ahead, behind


def _read_feedback(reading: _Reading, identifiers: set[str]) -> None:
    """Read modal feedback: on a choice its why, on a right answer or none the explanation."""
    for feedback in elements(reading.root, "modalfeedback"):
        # QTI 3 has a body in it, QTI 2 has not.
        why = reading.markdown(html_of(next(iter(elements(feedback, "contentbody")), feedback)))
        name = attribute(feedback, "identifier")
        if name in identifiers:
            reading.whys.setdefault(name, why)
        elif why and _WRONG.search(name):
            reading.warnings.append(
                gettext("feedback on wrong answers was left out: %(words)s")
                % {"words": shortened(why)}
            )
        elif why:
            reading.explanation.append(why)


def _key(reading: _Reading, response: str) -> tuple[list[str], str]:
    """Return the values of the right response, and its cardinality."""
    for declaration in elements(reading.root, "responsedeclaration"):
        if response and attribute(declaration, "identifier") != response:
            continue
        values = [
            own_text(value).strip()
            for correct in elements(declaration, "correctresponse")
            for value in elements(correct, "value")
        ]
        entries = elements(declaration, "mapentry")
        if not values and entries:
            reading.warnings.append(gettext("part credit of its mapping was left out"))
            values = [attribute(each, "mapkey") for each in entries if _worth(each) > 0]
        return values, attribute(declaration, "cardinality", "single")
    raise Unread(gettext("no response is declared for the interaction"))


def _worth(entry: etree._Element) -> float:
    try:
        return float(attribute(entry, "mappedvalue", "0"))
    except ValueError:
        return 0.0


def places_of(values: list[str], places: Mapping[str, int]) -> list[int]:
    """Return the indexes of the choices that a key names; raises Unread."""
    if missing := [value for value in values if value not in places]:
        raise Unread(
            gettext("the key names %(name)r, which is no choice") % {"name": missing[0][:40]}
        )
    return [places[value] for value in values]


def _option(reading: _Reading, choice: etree._Element) -> Option:
    why = reading.whys.get(attribute(choice, "identifier"), "")
    for inline in elements(choice, "feedbackinline"):
        why = why or reading.markdown(html_of(inline), is_inline=True)
    return Option(reading.markdown(html_of(choice, skip="feedbackinline"), is_inline=True), why)


def _match(
    reading: _Reading, interaction: etree._Element, correct: list[str]
) -> tuple[list[Option], list[int], list[str]]:
    sets = [each for each in interaction if name_of(each) == "simplematchset"]
    if len(sets) != 2:
        raise Unread(gettext("a match has two sets of choices"))
    left, right = (elements(each, "simpleassociablechoice") for each in sets)
    places = {attribute(each, "identifier"): place for place, each in enumerate(right)}
    pairs: dict[str, int] = {}
    for pair in correct:
        ends = pair.split()
        if len(ends) == 2 and ends[0] in places and ends[1] not in places:
            ends.reverse()
        if len(ends) != 2 or ends[1] not in places or ends[0] in pairs:
            raise Unread(
                gettext("the key has %(pair)r, which pairs no prompt with one response")
                % {"pair": pair[:40]}
            )
        pairs[ends[0]] = places[ends[1]]
    prompts, key = [], []
    for each in left:
        if attribute(each, "identifier") not in pairs:
            raise Unread(gettext("a prompt has no right response"))
        prompts.append(reading.markdown(html_of(each), is_inline=True))
        key.append(pairs[attribute(each, "identifier")])
    return [_option(reading, each) for each in right], key, prompts


def html_of(element: etree._Element, *, mark: etree._Element | None = None, skip: str = "") -> str:
    """Return what lies in an element as HTML, with a mark in place of one of its descendants."""
    parts: list[str] = [escape(element.text or "")]
    for child in element:
        name = name_of(child)
        if child is mark:
            parts.append(_MARK)
        elif name == "object" and attribute(child, "type").startswith("image/"):
            words = " ".join(own_text(child).split())
            parts.append(f'<img src="{escape(attribute(child, "data"))}" alt="{escape(words)}">')
        elif name == "img":
            src, alt = escape(attribute(child, "src")), escape(attribute(child, "alt"))
            parts.append(f'<img src="{src}" alt="{alt}">')
        elif name and name != skip and not _is_hidden(child):
            kept = "".join(
                f' {key}="{escape(value)}"'
                for key in _ATTRIBUTES
                if (value := attribute(child, key))
            )
            parts.append(f"<{name}{kept}>{html_of(child, mark=mark, skip=skip)}")
            parts.append("" if name in _VOID else f"</{name}>")
        parts.append(escape(child.tail or ""))
    return "".join(parts)


def _is_hidden(element: etree._Element) -> bool:
    """Tell whether an element is a rubric that candidates do not read."""
    is_rubric = name_of(element) == "rubricblock"
    return is_rubric and not _FOR_CANDIDATES & set(attribute(element, "view").split() or [""])
