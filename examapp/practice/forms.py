"""What a candidate chooses to practice, and what an answer says, read and checked."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from examapp.exams.answers.paper_form import posted_response
from examapp.practice.models import PracticeItem
from examapp.practice.services import Choice, Scope
from examapp.study.models import Sureness
from questions.items.item import Response, ResponseError
from questions.items.responses import checked_response, is_complete
from questions.models import Domain, Exam, QuestionVersion, Task, Topic

# A set of one's own choice; a note's button asks for fewer.
LENGTHS = (5, 10, 15, 20, 30, 40)
SHORTEST, LONGEST = 3, 40

_SCOPES = [
    (Scope.ALL.value, "All; what you saw longest ago comes first"),
    (Scope.NEW.value, "Only new ones"),
    (Scope.MISSED.value, "Only those you missed the last time"),
]


class _Areas(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    default_error_messages = {
        "invalid_choice": "Choose areas of this exam.",
        "invalid_pk_value": "Choose areas of this exam.",
        "invalid_list": "Choose areas of this exam.",
    }


class ChoiceForm(forms.Form):
    """Areas, length and which questions; nothing chosen leaves the choice to us."""

    domain = _Areas(Domain.objects.none(), required=False)
    task = _Areas(Task.objects.none(), required=False)
    topic = _Areas(Topic.objects.none(), required=False)
    scope = forms.ChoiceField(
        label="Which questions",
        choices=_SCOPES,
        required=False,
        initial=Scope.ALL.value,
        widget=forms.RadioSelect,
    )
    length = forms.IntegerField(
        label="How many questions",
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=10,
        error_messages={
            "required": "Choose how many questions.",
            "invalid": "Choose how many questions.",
            "min_value": "Choose at least %(limit_value)s questions.",
            "max_value": "Choose at most %(limit_value)s questions.",
        },
        widget=forms.Select(choices=[(length, length) for length in LENGTHS]),
    )
    near = forms.BooleanField(required=False)

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
            is_near=values["near"],
        )

    def is_chosen(self, name: str, pk: int) -> bool:
        """Tell whether an area was ticked, to show the form again as it was sent."""
        sent = self.data.getlist(name) if isinstance(self.data, QueryDict) else []
        return str(pk) in sent


def _keys(areas: Iterable[Any]) -> tuple[int, ...]:
    return tuple(area.pk for area in areas)


class AnswerForm(forms.Form):
    """An answer to one question, by the paper's own controls, and how sure one is of it."""

    sureness = forms.ChoiceField(
        choices=Sureness.choices,
        error_messages={
            "required": "Say how sure you are.",
            "invalid_choice": "Say how sure you are.",
        },
    )

    def __init__(self, item: PracticeItem, data: QueryDict) -> None:
        super().__init__(data)
        self.posted = data
        self.item = item

    @property
    def response(self) -> Response:
        response: Response = self.cleaned_data["response"]
        return response

    @property
    def shown_response(self) -> Response:
        """What was answered so far, to show it again; None where it cannot be."""
        try:
            return self._checked()
        except ResponseError:
            return None

    def clean(self) -> dict[str, object]:
        version: QuestionVersion = self.item.version
        asked = f"Answer first: {_lower(version.kind.instruction(version.html['choose']))}"
        try:
            response = self._checked()
        except ResponseError as error:
            raise forms.ValidationError(f"Your answer {error}.") from None
        if not is_complete(version.type, response, choose=version.html["choose"]):
            raise forms.ValidationError(asked)
        return {**self.cleaned_data, "response": response}

    def _checked(self) -> Response:
        version = self.item.version
        return checked_response(
            version.type,
            posted_response(self.posted, self.item.position, version),
            option_count=len(self.item.shuffle),
            prompt_count=len(version.html["prompts"]),
        )


def _lower(sentence: str) -> str:
    """Return a sentence as the end of another: small at its start."""
    return sentence[0].lower() + sentence[1:]
