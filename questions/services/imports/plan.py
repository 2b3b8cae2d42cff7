"""What a file would do to a bank, worked out before anything is written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from questions.exchange.collector import ImportedItem, Loaded, Problem
from questions.exchange.losses import in_file_order
from questions.exchange.registry import READ
from questions.exchange.text_files import FormatError
from questions.items.diff import Likeness, shingles, what_is_asked
from questions.items.item import Item
from questions.models import Exam, Question, Topic
from questions.services.drafts import newest_item
from questions.services.images import ImportedImages, NewImage

# From how much on a question is said to be much alike another, as a share of common runs.
ALIKE = 0.5
# Runs under which texts are alike by chance.
FEWEST_RUNS = 4


@dataclass(frozen=True)
class Planned:
    """A question of a file, where it will stand, and the one of the bank that it is.

    `alike` is the bank's question most like it, with how much, where it is no other's twin.
    """

    taken: ImportedItem
    topic: Topic | None
    twin: Question | None = None
    is_same: bool = False
    alike: tuple[str, float] | None = None

    @property
    def item(self) -> Item:
        """The item with the place that it will have."""
        if self.topic is None:
            return self.taken.item
        return replace(self.taken.item, topic=self.topic.slug, task=self.topic.task.number)


@dataclass
class Plan:
    """What an import would do: its rows, and a problem for each row that it cannot take.

    `places` counts the words by which the file says where its questions belong, with the topic that
    each means, None for none. `images` are those the bank lacks, by the addresses they would have.
    """

    rows: list[Planned] = field(default_factory=list)
    images: dict[str, NewImage] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    places: dict[tuple[str, str], tuple[int, Topic | None]] = field(default_factory=dict)

    @property
    def twins(self) -> list[Planned]:
        return [row for row in self.rows if row.twin and not row.is_same]

    @property
    def same(self) -> list[Planned]:
        return [row for row in self.rows if row.is_same]

    @property
    def fresh(self) -> list[Planned]:
        return [row for row in self.rows if row.twin is None]

    @property
    def alike(self) -> list[Planned]:
        return [row for row in self.rows if row.alike]


def read(
    content: bytes,
    *,
    name: str,
    encoding: str = "",
    columns: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> Loaded:
    """Read a file in a format; raises FormatError.

    `columns` says by hand what a table's hold, `answers` what a file left open.
    """
    form = READ.get(name)
    if form is None or form.loads is None:
        raise FormatError(f"files of the format {name!r} are not read")
    if form.asks and (columns or answers):
        return form.loads(content, encoding, columns, answers)
    return form.loads(content, encoding)


def plan(
    exam: Exam,
    loaded: Loaded,
    *,
    otherwise: Topic | None = None,
    by_hand: Mapping[tuple[str, str], int] | None = None,
) -> Plan:
    """Say what an import of the items would do.

    `by_hand` gives the topic, by its key, that a word of the file means; an item that names none
    gets `otherwise`.
    """
    places = _Places(exam, otherwise, by_hand or {})
    twins = _Twins(exam)
    album = ImportedImages(exam, loaded.images)
    found = Plan(problems=[problem.__dict__ for problem in loaded.problems])
    for each in loaded.items:
        taken = album.placed(each)
        if isinstance(taken, Problem):
            found.problems.append(taken.__dict__)
            continue
        for place in taken.places:
            count, _ = found.places.get(place, (0, None))
            found.places[place] = (count + 1, places.meant_by(*place))
        topic = places.topic_of(taken)
        if topic is None:
            reason = "names no topic of this exam; choose one for such questions"
            found.problems.append({"row": taken.row, "column": "topic", "reason": reason})
            continue
        row = Planned(taken, topic)
        twin = twins.twin_of(row.item, has_foreign_ref=taken.has_foreign_ref)
        found.rows.append(
            replace(
                row,
                twin=twin,
                is_same=twins.is_same(row.item, twin),
                alike=None if twin else twins.nearest(row.item),
            )
        )
    found.images = album.new
    found.problems.sort(key=lambda problem: problem["row"])
    return found


class _Places:
    """Finds the topic that an item, its tags or its category name."""

    def __init__(
        self, exam: Exam, otherwise: Topic | None, by_hand: Mapping[tuple[str, str], int]
    ) -> None:
        self._otherwise = otherwise
        topics = Topic.objects.filter(task__domain__exam=exam).select_related("task__domain")
        self._by_name: dict[tuple[str, str], Topic] = {}
        self._by_task: dict[str, Topic] = {}
        by_key: dict[int, Topic] = {}
        for topic in topics.order_by("task__domain__number", "task__number", "position", "pk"):
            by_key[topic.pk] = topic
            for name in (topic.slug, topic.title.casefold()):
                self._by_name.setdefault((topic.task.number, name), topic)
                self._by_name.setdefault(("", name), topic)
            self._by_task.setdefault(topic.task.number, topic)
            self._by_task.setdefault(topic.task.title.casefold(), topic)
        self._by_hand = {place: by_key[key] for place, key in by_hand.items() if key in by_key}

    def topic_of(self, taken: ImportedItem) -> Topic | None:
        """Return where an item belongs: as said by hand, by a topic's name, or by a task's."""
        places = taken.places
        for place in places:
            if place in self._by_hand:
                return self._by_hand[place]
        for kind, word in places:
            if kind != "task" and (found := self._topic(kind, word, taken.item.task)):
                return found
        for kind, word in sorted(places, key=lambda place: place[0] != "task"):
            bare = _last_part(word) if kind == "category" else word
            if kind != "topic" and (found := self._by_task.get(bare.casefold())):
                return found
        return self._otherwise

    def meant_by(self, kind: str, word: str) -> Topic | None:
        """Return the topic that a word of a file means by itself, None for none."""
        if (kind, word) in self._by_hand:
            return self._by_hand[(kind, word)]
        bare = _last_part(word) if kind == "category" else word
        found = self._topic(kind, word, "") if kind != "task" else None
        return found or (self._by_task.get(bare.casefold()) if kind != "topic" else None)

    def _topic(self, kind: str, word: str, task: str) -> Topic | None:
        name = (_last_part(word) if kind == "category" else word).casefold().strip()
        return self._by_name.get((task, name)) or self._by_name.get(("", name))


def _last_part(category: str) -> str:
    """Return the last part of a path of categories; `//` is a stroke of a name."""
    return re.split(r"(?<!/)/(?!/)", category)[-1].strip()


class _Twins:
    """Finds the question of the bank that an item is: by its ref, or by its very words."""

    def __init__(self, exam: Exam) -> None:
        self._by_ref: dict[str, Question] = {}
        self._by_stem: dict[str, Question] = {}
        questions = Question.objects.filter(exam=exam).defer("words", "search")
        runs: dict[str, list[int]] = {}
        for question in questions.order_by("pk"):
            runs[question.ref] = question.shingles
            self._by_ref[question.ref] = question
            if question.stem:
                self._by_stem.setdefault(_joined(question.stem), question)
        self._exam = exam
        self._newest: dict[str, Item] | None = None
        self._likeness = Likeness(runs)

    def twin_of(self, item: Item, *, has_foreign_ref: bool = False) -> Question | None:
        """Return the bank's question that an item is; a name of another tool alone proves none."""
        named = None if has_foreign_ref else self._by_ref.get(item.ref)
        return named or self._by_stem.get(_joined(item.stem))

    def nearest(self, item: Item) -> tuple[str, float] | None:
        """Return the ref of the bank's question most like an item, and how alike it is."""
        runs = shingles(what_is_asked(item))
        return self._likeness.nearest(runs, least=ALIKE) if len(runs) >= FEWEST_RUNS else None

    def is_same(self, item: Item, twin: Question | None) -> bool:
        """Tell whether the bank's question says what the item says, word by word."""
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
