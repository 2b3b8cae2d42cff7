"""What is said of a question after a sitting: a problem, its answer, another key."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from examapp.exams.models import Policies
from examapp.exams.services.correct import WITH_KEY, CorrectionRequest
from questions.items.item import letter
from questions.items.kinds.parts import KeyField
from questions.models import QuestionVersion


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Shown at the question in the review."),
    )


def _form_field(field: KeyField) -> forms.Field:
    """Return the field of a form in which a part of a key is named."""
    if field.control == "several":
        return forms.MultipleChoiceField(
            label=field.label,
            choices=field.choices,
            initial=field.initial,
            required=field.is_required,
            widget=forms.CheckboxSelectMultiple,
        )
    return forms.ChoiceField(
        label=field.label,
        choices=field.choices,
        initial=field.initial,
        required=field.is_required,
        widget=forms.RadioSelect if field.control == "one" else forms.Select,
    )


class CorrectionForm(forms.Form):
    """A policy, a reason, and for each option of a version whether, where and why it is right."""

    policy = forms.ChoiceField(
        label=gettext_lazy("What happens to past exams"),
        choices=Policies.choices,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        max_length=300,
        help_text=gettext_lazy("Students read it at the question in their review."),
        label=gettext_lazy("Reason"),
    )
    retire = forms.BooleanField(
        required=False, label=gettext_lazy("Also retire the question, so that no new exam uses it")
    )
    mark = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, version: QuestionVersion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        key_fields = version.kind.key_fields(version.content, version.key["right"])
        self.key_names = [field.name for field in key_fields]
        self.fields.update({field.name: _form_field(field) for field in key_fields})
        for index, why in enumerate(version.key["whys"]):
            self.fields[f"why-{index}"] = forms.CharField(
                label=gettext("Explanation of %(letter)s") % {"letter": letter(index)},
                initial=why,
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def key_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.key_names]

    @property
    def why_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("why-")]

    def clean(self) -> dict[str, object]:
        """Set `wanted`, and refuse two options at one place."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            right = self.version.kind.key_of_fields(
                {name: cleaned[name] for name in self.key_names}
            )
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        policy = cleaned["policy"]
        names_key = policy in WITH_KEY
        self.wanted = CorrectionRequest(
            policy=policy,
            reason=cleaned["reason"],
            right=right if names_key else (),
            whys=tuple(cleaned[field.name] for field in self.why_fields) if names_key else (),
        )
        return cleaned

    @property
    def foreseen(self) -> str:
        """What a dry run depends on; needs to be valid."""
        return f"{self.wanted.policy} {','.join(map(str, self.wanted.right))}"
