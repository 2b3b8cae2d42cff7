"""QTI 1.2: reading one item, as Canvas, Blackboard and Common Cartridge write it. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from questions.exchange import html as html_markup
from questions.exchange.archives import own_text
from questions.exchange.collector import ImportCollector
from questions.exchange.foreign_questions import ESSAY, NUMERICAL, SHORT_ANSWER
from questions.exchange.plain_text import plain_to_markdown
from questions.exchange.qti_item_reader import Unread, attribute, elements, name_of, places_of
from questions.exchange.tags import fields_of
from questions.exchange.text_files import shortened
from questions.items.item import Option
from questions.markdown import picture
from questions.translation import gettext, gettext_noop

# What is said of the kinds that are not taken, by a word of the names that tools give them.
_BLANKS = gettext_noop("it is a text with blanks to fill, which is not taken")
_LISTS = gettext_noop("it is a text with lists to choose from, which is not taken")
_CALCULATED = gettext_noop("it is a calculated question, which is not taken")
_FILE = gettext_noop("it is a file to hand in, which is not taken")
_TEXT = gettext_noop("it is a text without a question, which is not taken")
_PLACE = gettext_noop("it is a picture to click on, which is not taken")
_OPINION = gettext_noop("it is a question without a right answer, which is not taken")
_OTHERS = {
    "essay": ESSAY,
    "short_answer": SHORT_ANSWER,
    "short response": SHORT_ANSWER,
    "fill_in": _BLANKS,
    "fill in": _BLANKS,
    "cc.fib": _BLANKS,
    "cc.pattern": _BLANKS,
    "multiple_dropdowns": _LISTS,
    "jumbled": _LISTS,
    "calculated": _CALCULATED,
    "numeric": NUMERICAL,
    "file_upload": _FILE,
    "file upload": _FILE,
    "text_only": _TEXT,
    "hot spot": _PLACE,
    "opinion": _OPINION,
}
_KIND_FIELDS = {"question_type", "cc_profile", "bbmd_questiontype", "qmd_itemtype"}


@dataclass
class _Response:
    """One list to choose from: its name, what stands beside it, and its labels in their order."""

    ident: str
    is_ordered: bool
    is_multiple: bool
    prompt: str
    labels: dict[str, str]  # Markdown by identifier


@dataclass
class _Rule:
    """One condition on responses: what it asks for, what it gives, what feedback it shows."""

    wanted: list[tuple[str, str]]  # response and value
    points: float
    adds: bool
    feedback: list[str]
    is_rest: bool


@dataclass
class _Reading:
    """An item under way; its images stand at `address_of`."""

    root: etree._Element
    address_of: Callable[[str], str]
    losses: list[str] = field(default_factory=list)

    def lose(self, reason: str) -> None:
        if reason not in self.losses:
            self.losses.append(reason)

    @cached_property
    def metadata(self) -> dict[str, str]:
        """Return the item's fields of metadata by label, in lower case."""
        pairs = {}
        for entry in elements(self.root, "qtimetadatafield"):
            label = _words(next(iter(elements(entry, "fieldlabel")), None)).lower()
            pairs[label] = _words(next(iter(elements(entry, "fieldentry")), None))
        for label in _KIND_FIELDS:
            for element in elements(self.root, label.replace("_", "")):
                pairs.setdefault(label, _words(element))
        return pairs

    @property
    def kind(self) -> str:
        return next((self.metadata[name] for name in _KIND_FIELDS if name in self.metadata), "")

    def text(self, element: etree._Element | None, *, is_inline: bool = False) -> str:
        """Return the materials in an element as Markdown, one after the other."""
        if element is None:
            return ""
        texts = [self._material(part, is_inline) for part in _materials(element)]
        return ("\n" if is_inline else "\n\n").join(filter(None, texts))

    def _material(self, part: etree._Element, is_inline: bool) -> str:
        name = name_of(part)
        if name in ("matimage", "matapplication", "mataudio", "matvideo"):
            address = attribute(part, "uri") or attribute(part, "label")
            if name == "matimage" and address:
                return picture(self.address_of(address), attribute(part, "label"))
            self.lose(
                gettext("<%(name)s> %(address)r was left out")
                % {"name": name, "address": address[:100]}
            )
            return ""
        text = own_text(part)
        kind = (attribute(part, "texttype") or attribute(part, "type")).lower()
        if "html" in kind or (kind != "text/plain" and html_markup.looks_like_html(text)):
            text = html_markup.with_addresses(text, self.address_of)
            markdown, lost = html_markup.to_markdown(text, is_inline=is_inline)
            for reason in lost:
                self.lose(reason)
            return markdown
        return plain_to_markdown(text, is_inline=is_inline, has_formulas=True)


_MATERIALS = {
    *("mattext", "matemtext", "matformattedtext", "mat_formattedtext"),
    *("matimage", "matapplication", "mataudio", "matvideo"),
}


def _materials(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the materials in an element, but for those of responses in it."""
    for child in element:
        name = name_of(child)
        if name in _MATERIALS:
            yield child
        elif name not in ("responselid", "response_lid", "responsestr", "response_str"):
            yield from _materials(child)


def _words(element: etree._Element | None) -> str:
    return own_text(element).strip()


def read_item(
    intake: ImportCollector,
    row: int,
    root: etree._Element,
    category: str,
    address_of: Callable[[str], str],
) -> None:
    """Take the item of a root element in, or note why not."""
    try:
        _read(intake, row, _Reading(root, address_of), category)
    except Unread as error:
        intake.fail(row, str(error))


def _read(intake: ImportCollector, row: int, reading: _Reading, category: str) -> None:
    root, kind = reading.root, reading.kind.lower()
    for word, sentence in _OTHERS.items():
        if word in kind:
            raise Unread(gettext(sentence))
    presentation = next(iter(elements(root, "presentation")), None)
    if presentation is None:
        raise Unread(gettext("the item shows nothing: it has no <presentation>"))
    responses = list(_responses(reading, presentation))
    if elements(presentation, "response_str", "responsestr"):
        raise Unread(gettext("it has a text to write, which is not taken"))
    if not responses:
        raise Unread(gettext("it has no list to choose from"))
    rules = list(_rules(root))
    whys, explanation = _feedback(reading, rules, {name for r in responses for name in r.labels})
    own = attribute(root, "ident")
    common = {
        "stem": _stem(reading, presentation),
        "name": own if len(own.split()) == 1 else "",
        "category": category,
        "explanation": explanation,
    }
    if len(responses) > 1 or "matching" in kind:
        options, right, prompts = _match(reading, presentation, responses, rules)
        item_type = "matching"
    else:
        options, right, item_type = _choice(reading, responses[0], rules, whys)
        prompts = []
    fields, tags = fields_of(reading.metadata.get("tags", "").split(","))
    intake.add(
        row,
        item_type,
        options=options,
        right=right,
        prompts=prompts,
        fields=fields,
        tags=tags,
        warnings=reading.losses,
        **common,
    )


def _stem(reading: _Reading, presentation: etree._Element) -> str:
    """Return what a candidate reads: all material outside of the responses.

    Blackboard has blocks for the question, and for the right side of a matching.
    """
    blocks = [each for each in elements(presentation, "flow") if _is_block(each, "QUESTION_BLOCK")]
    if blocks:
        return "\n\n".join(filter(None, map(reading.text, blocks)))
    return reading.text(presentation)


def _is_block(flow: etree._Element, name: str) -> bool:
    return attribute(flow, "class").upper() == name


def _responses(reading: _Reading, presentation: etree._Element) -> Iterator[_Response]:
    for element in elements(presentation, "response_lid", "responselid"):
        labels: dict[str, str] = {}
        for label in elements(element, "response_label", "responselabel"):
            labels[attribute(label, "ident")] = reading.text(label, is_inline=True)
        cardinality = attribute(element, "rcardinality").lower()
        own = [child for child in element if name_of(child) in ("material", "flow")]
        parent = element.getparent()
        # Blackboard writes a prompt beside its list, others in it.
        beside = [parent] if not own and parent is not None and name_of(parent) == "flow" else own
        yield _Response(
            ident=attribute(element, "ident"),
            is_ordered=cardinality == "ordered",
            is_multiple=cardinality == "multiple",
            prompt="\n".join(filter(None, (reading.text(each, is_inline=True) for each in beside))),
            labels=labels,
        )


def _rules(root: etree._Element) -> Iterator[_Rule]:
    for condition in elements(root, "respcondition"):
        variables = elements(condition, "conditionvar")
        wanted: list[tuple[str, str]] = []
        for equal in elements(condition, "varequal"):
            if not any(name_of(above) == "not" for above in equal.iterancestors()):
                wanted.append((attribute(equal, "respident"), _words(equal)))
        sets = elements(condition, "setvar")
        yield _Rule(
            wanted=wanted,
            points=max((_points(each) for each in sets), default=0.0),
            adds=any(attribute(each, "action").lower() == "add" for each in sets),
            feedback=[
                attribute(each, "linkrefid")
                for each in elements(condition, "displayfeedback")
                if attribute(each, "linkrefid")
            ],
            is_rest=not wanted and any(elements(each, "other") for each in variables),
        )


def _points(element: etree._Element) -> float:
    text = _words(element)
    try:
        return float(text)
    except ValueError:
        # Blackboard names the most that can be reached.
        return 1.0 if text.lower().endswith(".max") else 0.0


def _right_values(rules: list[_Rule], response: _Response, reading: _Reading) -> list[str]:
    """Return the identifiers of the right labels, in the order in which they are asked for."""
    giving = [rule for rule in rules if rule.points > 0 and rule.wanted]
    if not giving:
        return []
    if response.is_multiple and all(rule.adds for rule in giving):
        values = [value for rule in giving for _, value in rule.wanted]
    else:
        best = max(giving, key=lambda rule: rule.points)
        values = [value for _, value in best.wanted]
        if any(rule.points < best.points for rule in giving):
            reading.lose(gettext("part credit for other answers was left out"))
        equal = [rule for rule in giving if rule.points == best.points and rule is not best]
        if equal and not response.is_multiple:
            raise Unread(gettext("several answers are each fully right where one is chosen"))
    return list(dict.fromkeys(values))


def _choice(
    reading: _Reading, response: _Response, rules: list[_Rule], whys: Mapping[str, str]
) -> tuple[list[Option], list[int], str]:
    places = {ident: place for place, ident in enumerate(response.labels)}
    values = _right_values(rules, response, reading)
    right = places_of(values, places)
    options = [Option(text, whys.get(ident, "")) for ident, text in response.labels.items()]
    if response.is_ordered:
        return options, right, "ordering"
    is_multiple = response.is_multiple or len(right) > 1
    return options, sorted(right), "multiple_response" if is_multiple else "multiple_choice"


def _match(
    reading: _Reading,
    presentation: etree._Element,
    responses: list[_Response],
    rules: list[_Rule],
) -> tuple[list[Option], list[int], list[str]]:
    """Return options, key and prompts of lists that each ask for one of the same texts."""
    beside = _right_side(reading, presentation)
    texts = beside or list(responses[0].labels.values())
    names = [list(response.labels) for response in responses]
    same = {tuple(response.labels.values()) for response in responses}
    if any(len(each) != len(texts) for each in names) or (len(same) > 1 and not beside):
        raise Unread(
            gettext("its lists do not have the same texts to choose from, which no matching has")
        )
    key = {
        respident: value for rule in rules if rule.points > 0 for respident, value in rule.wanted
    }
    right = []
    for response, idents in zip(responses, names, strict=True):
        if key.get(response.ident) not in idents:
            raise Unread(
                gettext("prompt %(prompt)r has no right answer") % {"prompt": response.prompt[:40]}
            )
        right.append(idents.index(key[response.ident]))
    return [Option(text, "") for text in texts], right, [each.prompt for each in responses]


def _right_side(reading: _Reading, presentation: etree._Element) -> list[str]:
    """Return the texts of Blackboard's block of answers to match, [] where there is none."""
    for flow in elements(presentation, "flow"):
        if _is_block(flow, "RIGHT_MATCH_BLOCK"):
            rows = [child for child in flow if name_of(child) == "flow"]
            return [reading.text(row, is_inline=True) for row in rows]
    return []


def _feedback(
    reading: _Reading, rules: list[_Rule], labels: set[str]
) -> tuple[dict[str, str], str]:
    """Return the whys of labels, and the explanation of the item as a whole."""
    texts = {
        attribute(each, "ident"): reading.text(each)
        for each in elements(reading.root, "itemfeedback")
    }
    whys: dict[str, str] = {}
    explanation: list[str] = []
    for rule in rules:
        values = {value for _, value in rule.wanted}
        for name in rule.feedback:
            text = texts.get(name, "")
            if not text:
                continue
            if len(values) == 1 and values <= labels and name.removesuffix("_fb") in values:
                whys[values.pop()] = text
            elif rule.points > 0 or rule.is_rest or not rule.wanted:
                _place(reading, name, text, explanation)
            else:
                continue
            texts.pop(name)
    for name, text in texts.items():
        if text and name.removesuffix("_fb") in labels:
            whys.setdefault(name.removesuffix("_fb"), text)
        elif text:
            _place(reading, name, text, explanation)
    return whys, "\n\n".join(dict.fromkeys(explanation))


def _place(reading: _Reading, name: str, text: str, explanation: list[str]) -> None:
    lowered = name.lower()
    if "incorrect" in lowered or "wrong" in lowered:
        reason = gettext("feedback on wrong answers was left out: %(words)s")
        reading.lose(reason % {"words": shortened(text)})
    elif text not in explanation:
        explanation.append(text)
