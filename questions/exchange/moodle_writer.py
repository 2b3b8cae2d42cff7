"""Moodle XML: writing. Pure."""

import base64
from collections.abc import Iterable, Mapping

from lxml import etree

from questions.exchange.embedded_images import file_name
from questions.exchange.losses import (
    Dumped,
    Loss,
    carried_kinds,
    image_stays,
    in_file_order,
    losses_of,
)
from questions.exchange.tags import WITHOUT, tags_of
from questions.formulas import has_formula, with_tex
from questions.items.item import Item
from questions.markdown import PICTURE, to_html, to_inline_html
from questions.translation import gettext

# The fractions that Moodle takes, by how many share the full credit; others are an error there.
_SHARES = {1: "100", 2: "50", 3: "33.33333", 4: "25", 5: "20", 6: "16.66667", 7: "14.28571"}
_SHARES |= {8: "12.5", 9: "11.11111", 10: "10"}


def dumps(items: Iterable[Item], images: Mapping[str, bytes] | None = None) -> Dumped:
    """Write items as a quiz of Moodle, a category for each task; names what is lost.

    `images` are those to go along, by the addresses under which the items show them.
    """
    quiz = etree.Element("quiz")
    losses: list[Loss] = []
    category = None
    for written in carried_kinds(items, _KINDS, "Moodle", losses):
        item = in_file_order(written)
        if item.type == "multiple_response" and len(item.right) not in _SHARES:
            losses.append(
                Loss(item.ref, gettext("left out: Moodle has no share for so many right answers"))
            )
            continue
        if item.task != category:
            category = item.task
            _category(quiz, category)
        losses += losses_of(item, without=(*WITHOUT, *(("whys",) if item.type in _BARE else ())))
        if item.type == "ordering" and len(item.options) > len(item.right):
            losses.append(Loss(item.ref, gettext("options outside the order were left out")))
        question = _question(quiz, item)
        _attach(question, images or {})
        if any("](/images/" in (text.text or "") for text in question.iter("text")):
            losses.append(image_stays(item.ref))
    content: bytes = etree.tostring(quiz, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return Dumped(content, tuple(losses))


def _attach(question: etree._Element, images: Mapping[str, bytes]) -> None:
    """Put each image beside the text that shows it, by the name that the text then has for it."""
    for element in list(question.iter()):
        text = element.find("text")
        if text is None or not element.get("format"):
            continue
        for address in dict.fromkeys(PICTURE.findall(text.text or "")):
            if address in images:
                name = file_name(address, images[address])
                text.text = (text.text or "").replace(address, f"@@PLUGINFILE@@/{name}")
                file = etree.Element("file", name=name, path="/", encoding="base64")
                file.text = base64.b64encode(images[address]).decode()
                text.addnext(file)


def _category(quiz: etree._Element, task: str) -> None:
    question = etree.SubElement(quiz, "question", type="category")
    category = etree.SubElement(question, "category")
    path = "$course$/top" + (f"/{task.replace('/', '//')}" if task else "")
    etree.SubElement(category, "text").text = path


def _question(quiz: etree._Element, item: Item) -> etree._Element:
    name, write_body = _KINDS[item.type]
    question = etree.SubElement(quiz, "question", type=name)
    _text(question, "name", item.ref or item.stem[:60])
    _text(question, "questiontext", item.stem, form="markdown")
    for setting, value in (("defaultgrade", "1"), ("penalty", "0"), ("hidden", "0")):
        etree.SubElement(question, setting).text = value
    etree.SubElement(question, "idnumber").text = item.ref
    write_body(question, item)
    if tags := tags_of(item):
        listed = etree.SubElement(question, "tags")
        for tag in tags:
            _text(listed, "tag", tag)
    return question


def _choice(question: etree._Element, item: Item) -> None:
    is_single = item.type == "multiple_choice"
    for name, value in (
        ("single", "true" if is_single else "false"),
        ("shuffleanswers", "false" if item.fixed_order else "true"),
        ("answernumbering", "ABCD"),
        ("showstandardinstruction", "0"),
    ):
        etree.SubElement(question, name).text = value
    for index, option in enumerate(item.options):
        wrong = "0" if is_single else "-100"
        fraction = _SHARES[len(item.right)] if index in item.right else wrong
        answer = _text(question, "answer", option.text, form="markdown", fraction=fraction)
        _text(answer, "feedback", option.why, form="markdown")


def _matching(question: etree._Element, item: Item) -> None:
    etree.SubElement(question, "shuffleanswers").text = "true"
    pairs = [(prompt, index) for prompt, index in zip(item.prompts, item.right, strict=True)]
    pairs += [("", number) for number in range(len(item.options)) if number not in item.right]
    for prompt, index in pairs:
        pair = _text(question, "subquestion", prompt, form="markdown")
        _text(pair, "answer", item.options[index].text)


def _ordering(question: etree._Element, item: Item) -> None:
    for name, value in (
        ("layouttype", "VERTICAL"),
        ("selecttype", "ALL"),
        ("selectcount", str(len(item.right))),
        ("gradingtype", "ALL_OR_NOTHING"),
        ("showgrading", "SHOW"),
        ("numberingstyle", "none"),
    ):
        etree.SubElement(question, name).text = value
    for rank, index in enumerate(item.right, 1):
        text = item.options[index].text
        _text(question, "answer", text, form="markdown", fraction=f"{rank}.0000000")


# What Moodle calls each kind, and what writes its answers.
_KINDS = {
    "multiple_choice": ("multichoice", _choice),
    "multiple_response": ("multichoice", _choice),
    "matching": ("matching", _matching),
    "ordering": ("ordering", _ordering),
}
# Kinds whose answers have no place for a why.
_BARE = {"ordering", "matching"}


def _text(
    parent: etree._Element, name: str, text: str, *, form: str = "", **attributes: str
) -> etree._Element:
    """Add an element with a <text>, in which every character that XML has no place for is gone."""
    element = etree.SubElement(parent, name, attributes)
    if form == "markdown" and (written := html_with_tex(text, is_inline=name == "answer")):
        text, form = written, "html"
    if form:
        element.set("format", form)
    etree.SubElement(element, "text").text = writable(text)
    return element


def html_with_tex(text: str, *, is_inline: bool = False) -> str:
    """Return Markdown with formulas as HTML with TeX, "" for a text without any.

    Moodle's own Markdown would take the backslashes before the parentheses away.
    """
    if not has_formula(text):
        return ""
    return with_tex(to_inline_html(text) if is_inline else to_html(text))


def writable(text: str) -> str:
    """Return a text without characters that XML cannot hold."""
    return "".join(
        char
        for char in text
        if char in "\t\n"
        or (char >= " " and not "\ud800" <= char <= "\udfff" and char < "\ufffe")
        or char > "\uffff"
    )
