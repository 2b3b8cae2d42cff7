"""The forms of the question list: its selection, bulk actions, and saved views."""

from collections import Counter
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, NamedTuple

from django import forms
from django.contrib.auth import get_user_model
from django.core.paginator import Page
from django.db.models import Count, Value
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext

from questions.forms.paging import InOrderOfTopics, page_of
from questions.hooks import question_filters
from questions.items.kinds.registry import kind_choices
from questions.models import (
    Exam,
    Levels,
    Question,
    QuestionQuerySet,
    QuestionStatuses,
    Topic,
)

ANY = [("", gettext_lazy("Any"))]
FROM_FILES = "files"
SORTS = {
    "": gettext_lazy("Best match, or last changed"),
    "changed": gettext_lazy("Last changed"),
    "ref": gettext_lazy("Reference"),
    "place": gettext_lazy("Place in the exam"),
    "status": gettext_lazy("Status"),
}
_ORDERS = {
    "changed": ("-changed_at", "-id"),
    "ref": ("ref",),
    "status": ("status", "-changed_at", "-id"),
}
# Most matches of a search that are ranked: of more, the newest, and the page says so.
MOST_FOUND = 1000


class Place(NamedTuple):
    """A topic with its task and domain."""

    pk: int
    title: str
    task: str
    task_title: str
    domain: int
    domain_title: str


class SelectionForm(forms.Form):
    """Which questions of an exam are listed, and in what order, as the address has it.

    A value that is not valid is ignored: an old address still shows a list.
    """

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=200, strip=True)
    place = forms.ChoiceField(label=gettext_lazy("Domain, task or topic"), required=False)
    type = forms.ChoiceField(
        choices=lambda: [*ANY, *kind_choices()], required=False, label=gettext_lazy("Type")
    )
    level = forms.ChoiceField(
        choices=[*ANY, *Levels.choices], required=False, label=gettext_lazy("Level")
    )
    status = forms.ChoiceField(
        choices=[*ANY, *QuestionStatuses.choices], required=False, label=gettext_lazy("Status")
    )
    author = forms.ChoiceField(required=False, label=gettext_lazy("Author"))
    mark = forms.ChoiceField(label=gettext_lazy("Only those"), required=False)
    sort = forms.ChoiceField(
        choices=list(SORTS.items()), required=False, label=gettext_lazy("Sort")
    )

    # Whether a search matched more than MOST_FOUND; set by `page`.
    found_more = False

    def __init__(self, exam: Exam, data: Mapping[str, Any]) -> None:
        super().__init__(data, auto_id="f-%s")
        self.exam = exam
        topics = Topic.objects.filter(task__domain__exam=exam)
        rows = topics.order_by("task__domain__number", "task__number", "position", "pk")
        self._topics = [
            Place(*row)
            for row in rows.values_list(
                *("pk", "title", "task__number", "task__title"),
                *("task__domain__number", "task__domain__title"),
            )
        ]
        self.places = _places(self._topics)
        self.fields["place"].choices = [*ANY, *self.places]  # type: ignore[attr-defined]
        people = get_user_model()._default_manager.filter(exam_roles__exam=exam)
        self.fields["author"].choices = [  # type: ignore[attr-defined]
            *ANY,
            *((str(person.pk), str(person)) for person in people),
            (FROM_FILES, gettext("Nobody (from files)")),
        ]
        filters = [(choice.name, choice.label) for choice in question_filters]
        self.fields["mark"].choices = [*ANY, *sorted(filters, key=itemgetter(1))]  # type: ignore[attr-defined]
        self.is_valid()
        self.chosen = {
            name: value for name in self.fields if (value := self.cleaned_data.get(name))
        }

    def topics_at(self, place: str) -> list[int]:
        """Return the topics that a choice of `place` names: of a domain, of a task, or one."""
        kind, _, name = place.partition("-")
        return [
            topic.pk
            for topic in self._topics
            if name
            == {"domain": str(topic.domain), "task": topic.task, "topic": str(topic.pk)}[kind]
        ]

    def selected(self) -> QuestionQuerySet:
        """Return the questions, in no order."""
        questions = Question.objects.filter(exam=self.exam)
        chosen = self.chosen
        if text := chosen.get("q"):
            questions = questions.search(text)
        if place := chosen.get("place"):
            questions = questions.filter(topic__in=self.topics_at(place))
        for name in ("type", "level"):
            if name in chosen:
                questions = questions.filter(**{name: chosen[name]})
        if status := chosen.get("status"):
            questions = questions.in_status(status)
        if author := chosen.get("author"):
            questions = questions.filter(author=None if author == FROM_FILES else author)
        if question_filter := question_filters.get(chosen.get("mark", "")):
            questions = questions.filter(question_filter.condition())
        return questions

    def page(self, number: str | None, counts: list[tuple[str, str, int]]) -> Page[int]:
        """Return a page of the primary keys of questions in the order of the address.

        `counts` are those of the method, which have the total where only the status narrows.
        """
        questions, sort, text = self.selected(), self.chosen.get("sort", ""), self.chosen.get("q")
        if text:
            newest = questions.newest(MOST_FOUND + 1)
            if not sort:
                ranked = Question.objects.filter(pk__in=newest.values("pk")).by_rank(text)
                numbers = list(ranked.values_list("pk", flat=True))
                self.found_more = len(numbers) > MOST_FOUND
                return page_of(numbers[:MOST_FOUND], number)
            keys = list(newest.values_list("pk", flat=True))
            self.found_more = len(keys) > MOST_FOUND
            questions = Question.objects.filter(exam=self.exam, pk__in=keys[:MOST_FOUND])
        if sort == "place":
            return page_of(InOrderOfTopics(questions, [topic.pk for topic in self._topics]), number)
        is_whole = not self.chosen.keys() - {"status", "sort"}
        total = {name: count for name, _, count in counts}[self.chosen.get("status", "")]
        ordered = questions.order_by(*_ORDERS[sort or "changed"]).values_list("pk", flat=True)
        return page_of(ordered, number, total=total if is_whole else None)

    def counts(self) -> list[tuple[str, str, int]]:
        """Return each status with its label and how many questions have it; first all.

        A live question with a draft beside it counts for both.
        """
        questions = Question.objects.filter(exam=self.exam).order_by()
        rows = questions.values_list("status").annotate(count=Count("*"))
        beside = questions.published().filter(draft__isnull=False).values_list("draft__stage")
        counts: Counter[str] = Counter()
        total = 0
        both = rows.annotate(is_beside=Value(False)).union(
            beside.annotate(count=Count("*"), is_beside=Value(True)), all=True
        )
        for name, count, is_beside in both.order_by():
            counts[name] += count
            total += 0 if is_beside else count
        labels = QuestionStatuses.choices
        return [
            ("", gettext("All"), total),
            *((name, str(label), counts[name]) for name, label in labels),
        ]

    def selects(self) -> list[tuple[forms.BoundField, SafeString]]:
        """Return every field that narrows or sorts, with its options; a few hundred are topics."""
        return [
            (self[name], self._options(name)) for name in self.fields if name not in ("q", "status")
        ]

    def _options(self, name: str) -> SafeString:
        chosen = self.chosen.get(name, "")
        if name != "place":
            return _joined(self.fields[name].choices, chosen)  # type: ignore[attr-defined]
        groups = [(label, _joined(rows, chosen)) for label, rows in self.places]
        grouped = format_html_join("", '<optgroup label="{}">{}</optgroup>', groups)
        return format_html("{}{}", _joined(ANY, chosen), grouped)


def _joined(choices: Any, chosen: str) -> SafeString:
    rows = ((value, SafeString(" selected" * (value == chosen)), label) for value, label in choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


def _places(topics: list[Place]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return domains as groups of choices: the whole domain, its tasks, their topics."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for topic in topics:
        rows = groups.setdefault(
            f"{topic.domain} {topic.domain_title}",
            [(f"domain-{topic.domain}", gettext("The whole domain"))],
        )
        whole = (f"task-{topic.task}", f"{topic.task} {topic.task_title}")
        if whole not in rows:
            rows.append(whole)
        rows.append((f"topic-{topic.pk}", f"\u2003{topic.title}"))
    return list(groups.items())


class BulkForm(forms.Form):
    """One change to many questions: those that are picked, or all that the list selects."""

    ACTIONS = {
        "approve_publish": gettext_lazy("Approve and publish"),
        "approve": gettext_lazy("Approve"),
        "submit": gettext_lazy("Send for review"),
        "publish": gettext_lazy("Publish approved questions"),
        "topic": gettext_lazy("Move to another topic"),
        "level": gettext_lazy("Set the level"),
        "retire": gettext_lazy("Retire"),
        "unretire": gettext_lazy("Restore"),
        "export": gettext_lazy("Export as YAML"),
    }
    # Actions of those alone who may publish.
    PUBLISHERS = set(ACTIONS) - {"submit", "export"}
    # Those that the bar of the list shows as buttons; the others are under "More".
    FIRST = ("approve_publish", "approve", "submit", "topic", "retire")

    action = forms.ChoiceField(choices=list(ACTIONS.items()))
    scope = forms.ChoiceField(choices=[("picked", ""), ("all", "")], required=False)
    pick = forms.TypedMultipleChoiceField(coerce=int, required=False)
    query = forms.CharField(required=False, max_length=1000)
    expected = forms.IntegerField(required=False)
    topic = forms.ModelChoiceField(
        Topic.objects.none(), required=False, label=gettext_lazy("New topic")
    )
    level = forms.ChoiceField(
        choices=Levels.choices, required=False, label=gettext_lazy("New level")
    )
    reason = forms.CharField(
        required=False,
        max_length=300,
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Shown in the log."),
    )

    def __init__(self, exam: Exam, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.exam = exam
        topics = Topic.objects.filter(task__domain__exam=exam).select_related("task")
        self.fields["topic"].queryset = topics.order_by("task__number", "position")  # type: ignore[attr-defined]
        self.fields["topic"].label_from_instance = _topic_label  # type: ignore[attr-defined]
        picks = data.getlist("pick") if hasattr(data, "getlist") else []
        self.fields["pick"].choices = [(p, p) for p in picks if p.isdecimal()][:5000]  # type: ignore[attr-defined]

    def is_complete(self, count: int) -> bool:
        """Return whether a confirmed action has what it needs, and is of as many as were shown."""
        action = self.cleaned_data["action"]
        if action in ("topic", "level") and not self.cleaned_data[action]:
            self.add_error(action, gettext("Choose a value."))
        if self.cleaned_data["expected"] != count:
            sentence = ngettext(
                "The list has changed: %(count)d question matches now.",
                "The list has changed: %(count)d questions match now.",
                count,
            )
            self.add_error(None, sentence % {"count": count})
        return not self.errors


def _topic_label(topic: Topic) -> str:
    return f"{topic.task.number} {topic.title}"


class SavedViewForm(forms.Form):
    name = forms.CharField(max_length=60, label=gettext_lazy("Name of the search"))
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
