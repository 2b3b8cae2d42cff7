"""What the picker of a fixed form searches by."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy

from examapp.exams.services.form_picking import in_offered
from questions.forms.paging import InOrderOfTopics
from questions.forms.question_list import MOST_FOUND, SelectionForm
from questions.models import Exam, QuestionQuerySet

PAGE = 25
FIELDS = ("q", "place", "type", "level", "unused", "page")


class QuestionPicker(SelectionForm):
    """Published questions that a form does not hold yet, as the picker's fields narrow them."""

    unused = forms.BooleanField(
        required=False, label=gettext_lazy("Only questions that no other mock exam uses")
    )

    def __init__(self, exam: Exam, data: Mapping[str, Any], *, held: Sequence[str]) -> None:
        self._held = held
        super().__init__(exam, {name: data[name] for name in FIELDS if name in data})

    def selected(self) -> QuestionQuerySet:
        """Return the questions, in no order."""
        questions = super().selected().pool(self.exam).exclude(ref__in=self._held)
        if self.chosen.get("unused"):
            questions = questions.exclude(pk__in=in_offered(self.exam).values("question"))
        return questions

    def found(self, number: str) -> Page[int]:
        """Return a page of primary keys: the best match first, or in the order of the topics."""
        questions, text = self.selected(), self.chosen.get("q")
        if text:
            return Paginator(
                list(questions.by_rank(text).values_list("pk", flat=True)[:MOST_FOUND]), PAGE
            ).get_page(number)
        topics = [topic.pk for topic in self._topics]
        rows: Any = InOrderOfTopics(questions, topics)
        return Paginator(rows, PAGE).get_page(number)

    def narrowing(self) -> list[tuple[forms.BoundField, str]]:
        """Return the fields that narrow by a choice, each with its options."""
        return [(self[name], self._options(name)) for name in ("place", "type", "level")]
