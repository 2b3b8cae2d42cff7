"""Forms that pages of more than one app show."""

from collections.abc import Sequence
from typing import Any

from django import forms


class ProblemForm(forms.Form):
    """What a candidate says is wrong with a question, wherever it was asked."""

    kind = forms.ChoiceField(label="What is wrong", widget=forms.RadioSelect)
    text = forms.CharField(
        label="What should be looked at",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="A source helps: where does it say so?",
    )

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
