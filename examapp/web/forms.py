"""Forms that pages of more than one app show."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class ProblemForm(forms.Form):
    """What a candidate says is wrong with a question, wherever it was asked."""

    kind = forms.ChoiceField(label=gettext_lazy("What is the problem?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("What should we check?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("A source helps: a link or a title."),
    )

    def __init__(
        self, *args: Any, kinds: Sequence[tuple[str, str | Promise]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
