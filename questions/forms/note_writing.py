"""What the pages of study notes send: a topic's text, a term of the glossary, a new topic."""

from django import forms
from django.utils.translation import gettext_lazy

from questions.exchange.item_bounds import MOST_TEXT
from questions.form_parts import LinesField
from questions.models import Exam, Task


class NoteText(forms.Form):
    """The text of a note; a term and its meaning are added to it on demand."""

    text = LinesField(
        required=False,
        max_length=MOST_TEXT,
        label=gettext_lazy("Note"),
        widget=forms.Textarea(attrs={"rows": 22, "dir": "auto", "data-markdown": ""}),
        strip=False,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    term = forms.CharField(required=False, max_length=120, label=gettext_lazy("Term"))
    meaning = forms.CharField(required=False, max_length=1000, label=gettext_lazy("What it means"))


class NewTopic(forms.Form):
    task = forms.ModelChoiceField(Task.objects.none(), label=gettext_lazy("Task"))
    title = forms.CharField(max_length=200, label=gettext_lazy("New topic"))

    def __init__(self, exam: Exam, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        tasks = Task.objects.filter(domain__exam=exam).order_by("domain__number", "number")
        self.fields["task"].queryset = tasks  # type: ignore[attr-defined]
