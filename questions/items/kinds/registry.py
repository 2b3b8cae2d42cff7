"""The kinds of item that there are, by their names. Pure."""

from collections.abc import Iterator
from contextlib import contextmanager

from questions.items.kinds.kind import Kind
from questions.items.kinds.matching import Matching
from questions.items.kinds.multiple_choice import MultipleChoice
from questions.items.kinds.multiple_response import MultipleResponse
from questions.items.kinds.ordering import Ordering
from questions.translation import gettext

_ALL: tuple[Kind, ...] = (MultipleChoice(), MultipleResponse(), Ordering(), Matching())
_BY_NAME: dict[str, Kind] = {each.name: each for each in _ALL}


def kind_of(name: str) -> Kind:
    """Return the kind of a name; raises KeyError for one that is not known."""
    return _BY_NAME[name]


def kinds() -> tuple[Kind, ...]:
    """Return every kind, in the order in which people are shown them."""
    return tuple(_BY_NAME.values())


def kind_names() -> tuple[str, ...]:
    """Return the names of the kinds, as they are stored."""
    return tuple(_BY_NAME)


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds as choices of a form: name and label."""
    return [(kind.name, gettext(kind.label)) for kind in kinds()]


def words_of(name: str) -> str:
    """Return what people call a kind in a sentence, also one that is not known here."""
    return gettext(_BY_NAME[name].words) if name in _BY_NAME else name.replace("_", " ")


@contextmanager
def registered(kind: Kind) -> Iterator[None]:
    """Know one more kind while the context lasts; for tests of what a new kind needs."""
    if kind.name in _BY_NAME:
        raise ValueError(f"there is a kind {kind.name!r} already")
    _BY_NAME[kind.name] = kind
    try:
        yield
    finally:
        del _BY_NAME[kind.name]
