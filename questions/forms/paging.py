"""A page of a list: which questions it holds, out of how many, at a cost that does not grow."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Value, When

from questions.models import QuestionQuerySet

PAGE = 50


class InOrderOfTopics:
    """Numbers of questions by the place of their topic, then by ref.

    The questions of each topic are counted, and only those of the topics that a page shows are
    sorted.
    """

    def __init__(self, found: QuestionQuerySet, topics: Sequence[int]) -> None:
        self._found = found
        counts = dict(found.order_by().values_list("topic").annotate(Count("pk")))
        self._topics = [topic for topic in topics if topic in counts]
        self._ends = list(accumulate(counts[topic] for topic in self._topics))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, part: slice) -> list[int]:
        start, stop, _ = part.indices(len(self))
        if start >= stop:
            return []
        first, last = bisect_right(self._ends, start), bisect_left(self._ends, stop)
        before = self._ends[first - 1] if first else 0
        shown = self._topics[first : last + 1]
        place = Case(
            *(When(topic=topic, then=Value(place)) for place, topic in enumerate(shown)),
            output_field=IntegerField(),
        )
        rows = self._found.filter(topic__in=shown).order_by(place, "ref")
        return list(rows.values_list("pk", flat=True)[start - before : stop - before])


def page_of(numbers: Any, number: str | None, *, total: int | None = None) -> Page[int]:
    """Return a page by its number as an address has it; what is no page is the first or the last.

    `total` is the count of all, where it is known already.
    """
    pages = Paginator(numbers, PAGE)
    if total is not None:
        pages.count = total
    return pages.get_page(number)
