"""The plan of an import: what a file would do to a bank, worked out before anything is written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext

from questions.exchange.collector import ColumnsUnknown, ImportedItem, Loaded, Problem
from questions.exchange.detection import format_of, looks_like
from questions.exchange.losses import in_file_order
from questions.exchange.registry import FORMATS, READ
from questions.exchange.text_files import EncodingUnknown, FormatError, encoding_of
from questions.items.diff import FEWEST_RUNS, Likeness, shingles, what_is_asked
from questions.items.item import Item, level_named
from questions.models import Exam, Question, Topic
from questions.services.drafts import newest_item
from questions.services.images import ImportedImages, NewImage, UndescribedImage
from questions.services.imports.mapping import FileMapping

# The share of common runs of words from which on two questions count as much alike.
ALIKE = 0.5


@dataclass(frozen=True)
class PlannedRow:
    """A question of a file with the topic that it gets.

    `twin` is the same question in the bank, by its ref or its stem; `is_same` says that the texts
    are equal too. `alike` is the ref of the bank's most similar question, where there is no twin,
    with how alike it is, 0 to 1.
    """

    imported: ImportedItem
    topic: Topic | None
    twin: Question | None = None
    is_same: bool = False
    alike: tuple[str, float] | None = None

    @property
    def item(self) -> Item:
        """The item with the topic and task that it gets."""
        if self.topic is None:
            return self.imported.item
        return replace(self.imported.item, topic=self.topic.slug, task=self.topic.task.number)


@dataclass
class Plan:
    """What an import would do: its rows, and a problem for each row that cannot be imported.

    `places` has the words by which the file names topics, each a kind ("topic", "tag", "category",
    "task") and a word, with how many questions have it and the topic that it means, None for none.
    `images` are those the bank lacks, by the addresses they would have; `undescribed` those of the
    file without a word for people who cannot see them, by the addresses that they have there.
    `without_topic` questions name no topic of the exam.
    """

    rows: list[PlannedRow] = field(default_factory=list)
    images: dict[str, NewImage] = field(default_factory=dict)
    undescribed: dict[str, UndescribedImage] = field(default_factory=dict)
    without_topic: int = 0
    problems: list[Problem] = field(default_factory=list)
    places: dict[tuple[str, str], tuple[int, Topic | None]] = field(default_factory=dict)

    @property
    def twins(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.twin and not row.is_same]

    @property
    def same(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.is_same]

    @property
    def fresh(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.twin is None]

    @property
    def alike(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.alike]


def read(
    content: bytes,
    *,
    name: str,
    encoding: str = "",
    columns: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> Loaded:
    """Read a file of a format; raises FormatError.

    `columns` maps the names of a table's columns to ours, where they were set by hand, `answers`
    the names of what the file leaves open to what was answered.
    """
    form = READ.get(name)
    if form is None or form.loads is None:
        raise FormatError(f"files of the format {name!r} are not read")
    try:
        if form.asks and (columns or answers):
            loaded = form.loads(content, encoding, columns, answers)
        else:
            loaded = form.loads(content, encoding)
    except (ColumnsUnknown, EncodingUnknown):
        raise
    except FormatError as error:
        raise FormatError(_with_a_guess(error.reason, name, content), error.line) from None
    is_guessed = not encoding and encoding_of(content) == "cp1252" and not content.startswith(b"PK")
    return replace(loaded, encoding="cp1252") if is_guessed else loaded


def _with_a_guess(reason: str, name: str, content: bytes) -> str:
    """Return why a format's reader could not read a file, with what the file looks like."""
    other = format_of("", content)
    if not other:
        values = {"reason": reason, "guess": looks_like("", content)}
        return gettext("%(reason)s; %(guess)s") % values
    if FORMATS[other].loads == FORMATS[name].loads:
        return reason
    values = {"reason": reason, "format": gettext(FORMATS[other].title)}
    return gettext("%(reason)s; it looks like another format: %(format)s") % values


def plan(
    exam: Exam,
    loaded: Loaded,
    *,
    default_topic: Topic | None = None,
    mapping: FileMapping | None = None,
) -> Plan:
    """Return what an import of a file's items would do.

    `mapping` says what was set by hand; an item that names no topic gets `default_topic`.
    """
    mapping = mapping or FileMapping()
    topics = _TopicFinder(exam, default_topic, mapping.places)
    twins = _TwinFinder(exam)
    images = ImportedImages(exam, loaded.images, mapping.descriptions)
    result = Plan(problems=list(loaded.problems), undescribed=images.undescribed)
    for item in loaded.items:
        row = _plan_row(result, images.placed(item.at_level(level_named(mapping.level))), topics)
        if isinstance(row, Problem):
            result.problems.append(row)
        else:
            result.rows.append(twins.compared(row))
    result.images = images.new
    result.problems.sort(key=lambda problem: problem.row)
    return result


def _plan_row(
    result: Plan, imported: ImportedItem | Problem, topics: "_TopicFinder"
) -> PlannedRow | Problem:
    """Return an item with its topic, or what is wrong with it, and count its words for topics."""
    if isinstance(imported, Problem):
        return imported
    for place in imported.places:
        count, _ = result.places.get(place, (0, None))
        result.places[place] = (count + 1, topics.meant_by(*place))
    named = topics.topic_of(imported)
    result.without_topic += named is None
    topic = named or topics.default
    if topic is None:
        reason = gettext("names no topic of this exam; choose a topic for such questions")
        return Problem(imported.row, reason, "topic")
    return PlannedRow(imported, topic)


class _TopicFinder:
    """Finds the topic that an item, its tags or its category name."""

    def __init__(
        self,
        exam: Exam,
        default_topic: Topic | None,
        topic_ids: Mapping[tuple[str, str], int],
    ) -> None:
        self.default = default_topic
        topics = Topic.objects.filter(task__domain__exam=exam).select_related("task__domain")
        self._by_name: dict[tuple[str, str], Topic] = {}
        self._by_task: dict[str, Topic] = {}
        by_id: dict[int, Topic] = {}
        for topic in topics.order_by("task__domain__number", "task__number", "position", "pk"):
            by_id[topic.pk] = topic
            for name in (topic.slug, topic.title.casefold()):
                self._by_name.setdefault((topic.task.number, name), topic)
                self._by_name.setdefault(("", name), topic)
            self._by_task.setdefault(topic.task.number, topic)
            self._by_task.setdefault(topic.task.title.casefold(), topic)
        self._by_place = {place: by_id[pk] for place, pk in topic_ids.items() if pk in by_id}

    def topic_of(self, imported: ImportedItem) -> Topic | None:
        """Return the topic that an item names: as set by hand, by its name, or by a task's."""
        places = imported.places
        for place in places:
            if place in self._by_place:
                return self._by_place[place]
        for kind, word in places:
            if kind != "task" and (topic := self._topic(kind, word, imported.item.task)):
                return topic
        for kind, word in sorted(places, key=lambda place: place[0] != "task"):
            if kind != "topic" and (topic := self._topic_of_task(kind, word)):
                return topic
        return None

    def meant_by(self, kind: str, word: str) -> Topic | None:
        """Return the topic that a word of a file means by itself, None for none."""
        if (kind, word) in self._by_place:
            return self._by_place[(kind, word)]
        topic = self._topic(kind, word, "") if kind != "task" else None
        return topic or (self._topic_of_task(kind, word) if kind != "topic" else None)

    def _topic_of_task(self, kind: str, word: str) -> Topic | None:
        name = _last_part(word) if kind == "category" else word
        return self._by_task.get(name.casefold())

    def _topic(self, kind: str, word: str, task: str) -> Topic | None:
        name = (_last_part(word) if kind == "category" else word).casefold().strip()
        return self._by_name.get((task, name)) or self._by_name.get(("", name))


def _last_part(category: str) -> str:
    """Return the last part of a path of categories; `//` is a slash within a name."""
    return re.split(r"(?<!/)/(?!/)", category)[-1].strip()


class _TwinFinder:
    """Finds the bank's question that an item is, by its ref or its stem, or else the most alike."""

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

    def compared(self, row: PlannedRow) -> PlannedRow:
        """Return a row with the bank's question that it is, or that is most like it."""
        twin = self.twin_of(row.item, has_foreign_ref=row.imported.has_foreign_ref)
        return replace(
            row,
            twin=twin,
            is_same=self.is_same(row.item, twin),
            alike=None if twin else self.nearest(row.item),
        )

    def twin_of(self, item: Item, *, has_foreign_ref: bool = False) -> Question | None:
        """Return the bank's question that an item is; a name of another tool alone proves none."""
        named = None if has_foreign_ref else self._by_ref.get(item.ref)
        return named or self._by_stem.get(_joined(item.stem))

    def nearest(self, item: Item) -> tuple[str, float] | None:
        """Return the ref of the bank's question most like an item, and how alike, 0 to 1."""
        runs = shingles(what_is_asked(item))
        return self._likeness.nearest(runs, least=ALIKE) if len(runs) >= FEWEST_RUNS else None

    def is_same(self, item: Item, twin: Question | None) -> bool:
        """Return whether the bank's question has the same text as the item, word by word."""
        if twin is None or twin.ref != item.ref:
            return False
        if self._newest is None:
            self._newest = dict(_newest_items(self._exam))
        return self._newest.get(item.ref) == in_file_order(item)


def _newest_items(exam: Exam) -> Iterator[tuple[str, Item]]:
    """Yield each question's ref with its newest wording."""
    rows = Question.objects.filter(exam=exam)
    whole = rows.select_related("topic__task", "current_version", "draft")
    for question in whole.prefetch_related("enemies"):
        if hasattr(question, "draft") or question.current_version:
            yield question.ref, in_file_order(newest_item(question))


def _joined(text: str) -> str:
    return " ".join(text.split()).casefold()
