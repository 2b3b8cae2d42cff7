"""What people send to take a file in or to get one."""

from typing import Any

from django import forms

from questions.formats.exchange import ENCODINGS
from questions.formats.registry import READ, WRITTEN
from questions.models import Duplicates, Exam, QuestionStatuses, Topic


class UploadForm(forms.Form):
    # First, so that they are kept where the file is cut off.
    format = forms.ChoiceField(
        label="Format",
        choices=[("", "Found out"), *((name, each.title) for name, each in READ.items())],
        required=False,
    )
    encoding = forms.ChoiceField(
        label="Characters",
        choices=list(ENCODINGS.items()),
        required=False,
        help_text="Unicode is told apart by itself; say so where a file is Latin-1.",
    )
    file = forms.FileField(
        label="File",
        help_text="At most 8 MB and 10,000 questions.",
        error_messages={"required": "Choose a file of at most 8 MB.", "empty": "It is empty."},
    )


class CommitForm(forms.Form):
    """How a file is taken in."""

    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        required=False,
        label="Topic of questions that name none",
        empty_label="None: they are a problem",
    )
    duplicates = forms.ChoiceField(
        label="Where the bank has the question already",
        choices=Duplicates.choices,
        initial=Duplicates.SKIP,
        widget=forms.RadioSelect,
    )
    leaves_out = forms.BooleanField(label="Leave out the rows with a problem", required=False)

    def __init__(self, exam: Exam, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = Topic.objects.filter(task__domain__exam=exam).select_related("task")
        field = self.fields["topic"]
        field.queryset = topics.order_by("task__number", "position")  # type: ignore[attr-defined]
        field.label_from_instance = _topic_label  # type: ignore[attr-defined]


def _topic_label(topic: Topic) -> str:
    return f"{topic.task.number} {topic.title}"


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label="Format", choices=[(name, each.title) for name, each in WRITTEN.items()]
    )
    status = forms.ChoiceField(
        label="Questions", choices=[("", "All"), *QuestionStatuses.choices], required=False
    )
