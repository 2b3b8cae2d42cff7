"""What is said of a question after a sitting: a problem, its answer, another key."""

from typing import Any

from django import forms

from examapp.exams.models import Policies
from examapp.exams.services.correct import WITH_KEY, CorrectionRequest
from questions.models import QuestionVersion


class AnswerForm(forms.Form):
    text = forms.CharField(
        label="Answer to the candidate",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Shown at the question in the candidate's review.",
    )


class CorrectionForm(forms.Form):
    """A policy, a reason, and for each option of a version whether, where and why it is right."""

    policy = forms.ChoiceField(
        label="What becomes of the sittings", choices=Policies.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        max_length=300, help_text="Candidates read it at the question in their review."
    )
    retire = forms.BooleanField(
        required=False, label="Also retire the question: no new exam draws it"
    )
    mark = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, version: QuestionVersion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        right, texts = version.key["right"], version.content["options"]
        letters = [chr(ord("A") + index) for index in range(len(texts))]
        options = [(str(index), f"{letters[index]}. {text}") for index, text in enumerate(texts)]
        self.key_names = self._add_key(right, options)
        for index, why in enumerate(version.key["whys"]):
            self.fields[f"why-{index}"] = forms.CharField(
                label=f"Why {letters[index]} is right or wrong",
                initial=why,
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def _add_key(self, right: list[int], options: list[tuple[str, str]]) -> list[str]:
        """Add the fields of the key, as its type has them; return their names."""
        made: dict[str, forms.Field] = {}
        if self.version.type == "multiple_choice":
            made["right"] = forms.ChoiceField(
                label="Right answer",
                choices=options,
                initial=str(right[0]),
                widget=forms.RadioSelect,
            )
        elif self.version.type == "multiple_response":
            made["right"] = forms.MultipleChoiceField(
                label="Right answers",
                choices=options,
                initial=[str(index) for index in right],
                widget=forms.CheckboxSelectMultiple,
            )
        elif self.version.type == "ordering":
            places = [("", "Not used"), *((str(n), str(n)) for n in range(1, len(options) + 1))]
            for index, (_, text) in enumerate(options):
                place = str(right.index(index) + 1) if index in right else ""
                made[f"place-{index}"] = forms.ChoiceField(
                    label=f"Place of {text}", choices=places, initial=place, required=False
                )
        else:
            for index, prompt in enumerate(self.version.content["prompts"]):
                made[f"match-{index}"] = forms.ChoiceField(
                    label=f"Response to: {prompt}", choices=options, initial=str(right[index])
                )
        self.fields.update(made)
        return list(made)

    @property
    def key_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.key_names]

    @property
    def why_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("why-")]

    def clean(self) -> dict[str, Any]:
        """Set `wanted`, and refuse two options at one place."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        places = sorted(
            (int(cleaned[name]), int(name.removeprefix("place-")))
            for name in self.key_names
            if name.startswith("place-") and cleaned[name]
        )
        if [place for place, _ in places] != list(range(1, len(places) + 1)):
            raise forms.ValidationError("Give each place once, from 1 without a gap.")
        policy = cleaned["policy"]
        names_key = policy in WITH_KEY
        self.wanted = CorrectionRequest(
            policy=policy,
            reason=cleaned["reason"],
            right=self._right(cleaned, places) if names_key else (),
            whys=tuple(cleaned[field.name] for field in self.why_fields) if names_key else (),
        )
        return cleaned

    def _right(self, cleaned: dict[str, Any], places: list[tuple[int, int]]) -> tuple[int, ...]:
        if self.version.type == "ordering":
            return tuple(index for _, index in places)
        if self.version.type == "matching":
            return tuple(int(cleaned[name]) for name in self.key_names)
        chosen = cleaned["right"]
        return tuple(sorted(map(int, chosen if isinstance(chosen, list) else [chosen])))

    @property
    def foreseen(self) -> str:
        """What a dry run depends on; needs to be valid."""
        return f"{self.wanted.policy} {','.join(map(str, self.wanted.right))}"
