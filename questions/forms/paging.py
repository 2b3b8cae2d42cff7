"""Pages of the question list, at a cost that does not grow with the number of questions."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Value, When

from questions.models import QuestionQuerySet

PAGE = 50


class InOrderOfTopics:
    """Primary keys of questions in the order of their topics, then by ref.

    The questions of each topic are counted, and only those of the topics that a page shows are
    sorted.
    """

    def __init__(self, questions: QuestionQuerySet, topics: Sequence[int]) -> None:
        self._questions = questions
        counts = dict(questions.order_by().values_list("topic").annotate(Count("pk")))
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
        position = Case(
            *(When(topic=topic, then=Value(index)) for index, topic in enumerate(shown)),
            output_field=IntegerField(),
        )
        rows = self._questions.filter(topic__in=shown).order_by(position, "ref")
        return list(rows.values_list("pk", flat=True)[start - before : stop - before])


def page_of(numbers: Any, number: str | None, *, total: int | None = None) -> Page[int]:
    """Return a page by the number of an address; a number of no page gives the first or the last.

    `total` is the count of all, where it is known already.
    """
    pages = Paginator(numbers, PAGE)
    if total is not None:
        pages.count = total
    return pages.get_page(number)
