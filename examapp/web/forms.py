"""Forms that pages of more than one app show."""

from collections.abc import Sequence
from typing import Any

from django import forms


class ProblemForm(forms.Form):
    """What a candidate says is wrong with a question, wherever it was asked."""

    kind = forms.ChoiceField(label="What is the problem?", widget=forms.RadioSelect)
    text = forms.CharField(
        label="What should we check?",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="A source helps: a link or a title.",
    )

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
