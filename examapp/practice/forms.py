"""What a candidate chooses to practice, and what an answer says, read and checked."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from examapp.practice.services import Choice, Scope
from questions.models import Domain, Exam, Task, Topic

# A set of one's own choice; a topic's button asks for fewer.
LENGTHS = (5, 10, 20, 40)
SHORTEST, LONGEST = 1, 40

_SCOPES = [
    (Scope.ALL.value, gettext_lazy("All")),
    (Scope.NEW.value, gettext_lazy("New")),
    (Scope.MISSED.value, gettext_lazy("Missed")),
    (Scope.SAVED.value, gettext_lazy("Saved")),
]
AFTER_EACH, AT_END = "each", "end"
_EXPLAINED = [
    (AFTER_EACH, gettext_lazy("After each one")),
    (AT_END, gettext_lazy("At the end, on time")),
]


class _Areas(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    default_error_messages = {
        "invalid_choice": gettext_lazy("Choose areas of this exam."),
        "invalid_pk_value": gettext_lazy("Choose areas of this exam."),
        "invalid_list": gettext_lazy("Choose areas of this exam."),
    }


class ChoiceForm(forms.Form):
    """Areas, length and which questions; nothing chosen leaves the choice to us."""

    domain = _Areas(Domain.objects.none(), required=False)
    task = _Areas(Task.objects.none(), required=False)
    topic = _Areas(Topic.objects.none(), required=False)
    scope = forms.ChoiceField(
        label=gettext_lazy("Which questions"),
        choices=_SCOPES,
        required=False,
        initial=Scope.ALL.value,
        widget=forms.RadioSelect,
    )
    length = forms.IntegerField(
        label=gettext_lazy("How many"),
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=10,
        error_messages={
            "required": gettext_lazy("Choose how many questions."),
            "invalid": gettext_lazy("Choose how many questions."),
            "min_value": gettext_lazy("Choose at least %(limit_value)s questions."),
            "max_value": gettext_lazy("Choose at most %(limit_value)s questions."),
        },
        widget=forms.RadioSelect(choices=[(length, length) for length in LENGTHS]),
    )
    explained = forms.ChoiceField(
        label=gettext_lazy("Answers"),
        choices=_EXPLAINED,
        required=False,
        initial=AFTER_EACH,
        widget=forms.RadioSelect,
    )
    # Said beside the button where fewer fit than were asked for.
    accept_fewer = forms.BooleanField(required=False)

    def __init__(self, exam: Exam, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas: dict[str, object] = {
            "domain": Domain.objects.filter(exam=exam),
            "task": Task.objects.filter(domain__exam=exam),
            "topic": Topic.objects.filter(task__domain__exam=exam),
        }
        for name, rows in areas.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    @property
    def choice(self) -> Choice:
        values = self.cleaned_data
        return Choice(
            length=values["length"],
            scope=Scope(values["scope"] or Scope.ALL),
            domains=_keys(values["domain"]),
            tasks=_keys(values["task"]),
            topics=_keys(values["topic"]),
            explains_at_end=values["explained"] == AT_END,
        )

    def is_chosen(self, name: str, pk: int) -> bool:
        """Tell whether an area was ticked, to show the form again as it was sent."""
        sent = self.data.getlist(name) if isinstance(self.data, QueryDict) else []
        return str(pk) in sent


def _keys(areas: Iterable[Any]) -> tuple[int, ...]:
    return tuple(area.pk for area in areas)
