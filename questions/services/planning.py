"""What a file would do to a bank, worked out before anything is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from questions.formats.exchange import FormatError, Loaded, Taken, in_file_order
from questions.formats.registry import READ
from questions.itemtypes import Item
from questions.models import Exam, Question, Topic
from questions.services.drafting import newest_item


@dataclass(frozen=True)
class Planned:
    """A question of a file, where it will stand, and the one of the bank that it is like."""

    taken: Taken
    topic: Topic | None
    twin: Question | None = None
    is_same: bool = False

    @property
    def item(self) -> Item:
        """The item with the place that it will have."""
        if self.topic is None:
            return self.taken.item
        return replace(self.taken.item, topic=self.topic.slug, task=self.topic.task.number)


@dataclass
class Plan:
    """What an import would do: its rows, and a problem for each row that it cannot take."""

    rows: list[Planned] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)

    @property
    def twins(self) -> list[Planned]:
        return [row for row in self.rows if row.twin and not row.is_same]

    @property
    def same(self) -> list[Planned]:
        return [row for row in self.rows if row.is_same]

    @property
    def fresh(self) -> list[Planned]:
        return [row for row in self.rows if row.twin is None]


def read(content: bytes, *, name: str, encoding: str = "") -> Loaded:
    """Read a file in a format; raises FormatError."""
    reader = READ[name].loads if name in READ else None
    if reader is None:
        raise FormatError(f"files of the format {name!r} are not read")
    return reader(content, encoding)


def plan(exam: Exam, loaded: Loaded, *, otherwise: Topic | None = None) -> Plan:
    """Say what an import of the items would do. Every item without a topic gets `otherwise`."""
    places = _Places(exam, otherwise)
    twins = _Twins(exam)
    found = Plan(problems=[problem.__dict__ for problem in loaded.problems])
    for taken in loaded.items:
        topic = places.topic_of(taken)
        if topic is None:
            reason = "names no topic of this exam; choose one for such questions"
            found.problems.append({"row": taken.row, "column": "topic", "reason": reason})
            continue
        row = Planned(taken, topic)
        twin = twins.twin_of(row.item)
        found.rows.append(replace(row, twin=twin, is_same=bool(twin and twins.is_same(row.item))))
    found.problems.sort(key=lambda problem: problem["row"])
    return found


class _Places:
    """Finds the topic that an item, its tags or its category name."""

    def __init__(self, exam: Exam, otherwise: Topic | None) -> None:
        self._otherwise = otherwise
        topics = Topic.objects.filter(task__domain__exam=exam).select_related("task__domain")
        self._by_name: dict[tuple[str, str], Topic] = {}
        self._by_task: dict[str, Topic] = {}
        for topic in topics.order_by("task__domain__number", "task__number", "position", "pk"):
            for name in (topic.slug, topic.title.casefold()):
                self._by_name.setdefault((topic.task.number, name), topic)
                self._by_name.setdefault(("", name), topic)
            self._by_task.setdefault(topic.task.number, topic)
            self._by_task.setdefault(topic.task.title.casefold(), topic)

    def topic_of(self, taken: Taken) -> Topic | None:
        item = taken.item
        name = item.topic.strip().casefold()
        if name:
            found = self._by_name.get((item.task, name)) or self._by_name.get(("", name))
            if found:
                return found
        category = re.split(r"(?<!/)/(?!/)", taken.category)[-1].strip()
        for word in (*taken.tags, category):
            bare = word.casefold().strip()
            found = self._by_name.get((item.task, bare)) or self._by_name.get(("", bare))
            if found:
                return found
        for word in (item.task, *taken.tags, category):
            if word and (found := self._by_task.get(word.casefold())):
                return found
        return self._otherwise


class _Twins:
    """Finds the question of the bank that an item is: by its ref, or by its very words."""

    def __init__(self, exam: Exam) -> None:
        self._by_ref: dict[str, Question] = {}
        self._by_stem: dict[str, Question] = {}
        questions = Question.objects.filter(exam=exam).defer("words", "shingles", "search")
        for question in questions.order_by("pk"):
            self._by_ref[question.ref] = question
            if question.stem:
                self._by_stem.setdefault(_joined(question.stem), question)
        self._exam = exam
        self._newest: dict[str, Item] | None = None

    def twin_of(self, item: Item) -> Question | None:
        return self._by_ref.get(item.ref) or self._by_stem.get(_joined(item.stem))

    def is_same(self, item: Item) -> bool:
        """Tell whether the bank's question says what the item says, word by word."""
        twin = self.twin_of(item)
        if twin is None or twin.ref != item.ref:
            return False
        if self._newest is None:
            self._newest = dict(_newest_items(self._exam))
        return self._newest.get(item.ref) == in_file_order(item)


def _newest_items(exam: Exam) -> Iterator[tuple[str, Item]]:
    """Return each question's newest wording by its ref."""
    rows = Question.objects.filter(exam=exam)
    whole = rows.select_related("topic__task", "current_version", "draft")
    for question in whole.prefetch_related("enemies"):
        if hasattr(question, "draft") or question.current_version:
            yield question.ref, in_file_order(newest_item(question))


def _joined(text: str) -> str:
    return " ".join(text.split()).casefold()
