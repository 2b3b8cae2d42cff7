"""What apps above the bank know of its questions, by which a list can be narrowed.

The bank imports none of them: an app registers its marks when it is ready.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.expressions import Combinable

Condition = Q | Combinable


@dataclass(frozen=True)
class Mark:
    """A mark that a question may bear; `condition` is asked of a queryset of questions.

    Questions that bear one which `waits` stand in the queue of those who work on the bank.
    """

    name: str
    label: str
    condition: Callable[[], Condition]
    waits: bool = False


_MARKS: dict[str, Mark] = {}


def register(
    name: str, label: str, condition: Callable[[], Condition], *, waits: bool = False
) -> None:
    """Make a mark known; the same name again replaces it."""
    _MARKS[name] = Mark(name, label, condition, waits)


def all_marks() -> list[Mark]:
    return sorted(_MARKS.values(), key=lambda mark: mark.label)


def mark_named(name: str) -> Mark | None:
    return _MARKS.get(name)
