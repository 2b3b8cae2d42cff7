"""Marks the sentences of pure modules for translation. Pure.

They import no Django, so the bank's app says by `use` what translates them; until it has, sentences
stay in English. `makemessages` finds these functions by their names.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


def _same(message: str) -> str:
    return message


def _either(singular: str, plural: str, number: int) -> str:
    return singular if number == 1 else plural


@dataclass
class _Translator:
    of_one: Callable[[str], str] = _same
    of_many: Callable[[str, str, int], str] = _either


_translator = _Translator()


def use(of_one: Callable[[str], str], of_many: Callable[[str, str, int], str]) -> None:
    """Translate by two functions from now on: of a sentence, and of one that holds a number."""
    _translator.of_one, _translator.of_many = of_one, of_many


def gettext(message: str) -> str:
    """Return a sentence in the language of who reads it."""
    return _translator.of_one(message)


def gettext_noop(message: str) -> str:
    """Return a sentence as it is: marked here, and translated where it is shown."""
    return message


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the form of a sentence that fits a number, in the language of who reads it."""
    return _translator.of_many(singular, plural, number)


def and_list(words: Sequence[str]) -> str:
    """Return words, one at least, as a list in a sentence: "A", "A and B", "A, B and C"."""
    *others, last = words
    if not others:
        return last
    return gettext("%(others)s and %(last)s") % {"others": ", ".join(others), "last": last}


def or_list(words: Sequence[str]) -> str:
    """Return words, one at least, of which one holds, as a list: "A", "A or B", "A, B or C"."""
    *others, last = words
    if not others:
        return last
    return gettext("%(others)s or %(last)s") % {"others": ", ".join(others), "last": last}
