"""What the launch page of an exam sends."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from examapp.exams.models import ExamForm
from examapp.exams.services.mock_exams import Mock

# A new mix of questions, drawn for the candidate.
FRESH = "fresh"


class StartForm(forms.Form):
    """Which questions are sat: a new mix, or a mock exam by slug; without a word the next one."""

    form = forms.ChoiceField(
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("Choose one of the mock exams that you can take."),
        },
    )

    def __init__(self, *args: Any, mocks: Sequence[Mock], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_slug = {mock.form.slug: mock.form for mock in mocks if mock.state != "reserved"}
        self.next = next((mock.form for mock in mocks if mock.state == "next"), None)
        choices = [(FRESH, FRESH), *((slug, str(form)) for slug, form in self.by_slug.items())]
        self.fields["form"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> ExamForm | None:
        """The mock exam that was chosen, by default the next one; None for a new mix."""
        slug = self.cleaned_data["form"]
        return self.by_slug.get(slug) if slug else self.next
