"""GIFT: writing. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from questions.exchange.losses import Dumped, Loss, carried_kinds, in_file_order, losses_of
from questions.exchange.tags import WITHOUT, tags_of
from questions.formulas import has_formula, with_tex
from questions.items.item import Item
from questions.markdown import to_html, to_inline_html
from questions.translation import gettext


def dumps(items: Iterable[Item]) -> Dumped:
    """Write items as GIFT, each with its ref and tags in a comment; names what is lost."""
    parts: list[str] = []
    losses: list[Loss] = []
    for written in carried_kinds(items, _BODIES, "GIFT", losses):
        item = in_file_order(written)
        if item.type == "ordering" and _unwritable(item):
            reason = gettext("left out: a response of the order begins with //, a comment in GIFT")
            losses.append(Loss(item.ref, reason))
            continue
        if item.type == "matching" and "->" in "".join(item.prompts):
            losses.append(Loss(item.ref, gettext("-> in a prompt was written as →")))
        losses += losses_of(item, without=(*WITHOUT, *(("whys",) if item.type in _BARE else ())))
        surplus = len(item.options) - len(item.right)
        if item.type == "ordering" and surplus:
            losses.append(Loss(item.ref, gettext("options outside the order were left out")))
        parts.append(_question(item))
    return Dumped(("\n\n".join(parts) + "\n").encode(), tuple(losses))


def _unwritable(item: Item) -> bool:
    return any(item.options[index].text.startswith("//") for index in item.right)


def _question(item: Item) -> str:
    marks = [f"[id:{_mark(item.ref)}]"] if item.ref else []
    marks += [f"[tag:{_mark(tag)}]" for tag in tags_of(item)]
    lines = [f"// {' '.join(marks)}"] if marks else []
    name = f"::{_escaped(item.ref)}::" if item.ref else ""
    form, item = _formatted(item)
    body = _BODIES[item.type](item)
    return "\n".join([*lines, f"{name}[{form}]{_escaped(item.stem)} {{{body}}}"])


def _formatted(item: Item) -> tuple[str, Item]:
    """Return the format that an item's texts are written in, and the item with its texts so."""
    texts = [item.stem, *item.prompts, *(text for o in item.options for text in (o.text, o.why))]
    if not any(map(has_formula, texts)):
        return "markdown", item
    return "html", replace(
        item,
        stem=with_tex(to_html(item.stem)),
        options=tuple(
            replace(option, text=_inline(option.text), why=with_tex(to_html(option.why)))
            for option in item.options
        ),
        prompts=tuple(map(_inline, item.prompts)),
    )


def _inline(text: str) -> str:
    return with_tex(to_inline_html(text))


def _choice(item: Item) -> str:
    rows = []
    for index, option in enumerate(item.options):
        sign = "=" if index in item.right else "~"
        # Text that begins like a weight needs one before it.
        if option.text.startswith("%"):
            sign += "%100%" if index in item.right else "%0%"
        rows.append(sign + _with_why(option.text, option.why))
    return "\n" + "\n".join(rows) + "\n"


def _response(item: Item) -> str:
    share = f"{100 / len(item.right):.5f}".rstrip("0").rstrip(".")
    rows = []
    for index, option in enumerate(item.options):
        weight = share if index in item.right else "-100"
        rows.append(f"~%{weight}%" + _with_why(option.text, option.why))
    return "\n" + "\n".join(rows) + "\n"


def _ordering(item: Item) -> str:
    rows = [_escaped(item.options[index].text) for index in item.right]
    head = f">{len(rows)} ALL VERTICAL ALL_OR_NOTHING SHOW none"
    return "\n".join([head, *rows]) + "\n"


def _matching(item: Item) -> str:
    rows = [
        f"={_escaped(prompt.replace('->', '→'))} -> {_escaped(item.options[index].text)}"
        for prompt, index in zip(item.prompts, item.right, strict=True)
    ]
    rows += [
        f"= -> {_escaped(option.text)}"
        for number, option in enumerate(item.options)
        if number not in item.right
    ]
    return "\n" + "\n".join(rows) + "\n"


# Kinds whose answers have no place for a why.
_BARE = {"ordering", "matching"}
_BODIES = {
    "multiple_choice": _choice,
    "multiple_response": _response,
    "ordering": _ordering,
    "matching": _matching,
}


def _with_why(text: str, why: str) -> str:
    return _escaped(text) + (f"#{_escaped(why)}" if why else "")


def _escaped(text: str) -> str:
    for char in ("\\", "~", "=", "#", "{", "}", ":"):
        text = text.replace(char, f"\\{char}")
    return text.replace("\n", "\\n")


def _mark(text: str) -> str:
    return text.replace("\\", "\\\\").replace("]", "\\]").replace("\n", " ")
