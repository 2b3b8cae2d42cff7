"""What keeps an item from being asked. Pure."""

from collections.abc import Iterator

from questions.items.item import Item
from questions.items.kinds.registry import kind_of
from questions.items.strictness import STRICT, Strictness
from questions.markdown import shows
from questions.translation import gettext


def problems(item: Item, strictness: Strictness = STRICT) -> list[str]:
    """Return what keeps an item from being sat, each as a sentence; [] when nothing does.

    Only a strict exam asks for an explanation of every option, and for so many options.
    """
    return [
        *_text_problems(item, needs_whys=strictness == STRICT),
        *_key_problems(item),
        *kind_of(item.type).problems(item, strictness),
    ]


def _text_problems(item: Item, *, needs_whys: bool) -> Iterator[str]:
    if not item.stem.strip():
        yield "stem: " + gettext("text is empty; write the question")
    elif not shows(item.stem):
        yield "stem: " + gettext("it shows no text, only Markdown marks; write the question")
    for number, option in enumerate(item.options, 1):
        if not option.text.strip():
            yield f"option {number}: " + gettext("text is empty; write it or delete the option")
        elif not shows(option.text, is_inline=True):
            yield f"option {number}: " + gettext("it shows no text, only Markdown marks; write it")
        if needs_whys and not option.why.strip():
            yield f"option {number}: " + gettext(
                "the explanation is missing; say why it is right or wrong"
            )
    texts = [" ".join(option.text.split()).casefold() for option in item.options]
    if len(set(texts)) < len(texts):
        yield "options: " + gettext("two have the same text; make them differ")


def _key_problems(item: Item) -> Iterator[str]:
    if any(not 0 <= index < len(item.options) for index in item.right):
        yield "key: " + gettext("it names an option that does not exist")
