"""What people send to take a file in or to get one."""

import json
from hashlib import sha256
from typing import Any

from django import forms

from questions.exchange.columns import MEANINGS
from questions.exchange.registry import READ, WRITTEN
from questions.exchange.text_files import ENCODINGS
from questions.forms.editor import topics_of
from questions.models import Duplicates, Import, QuestionStatuses, Topic
from questions.services.imports.preview import ByHand


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
    """How a file is taken in; its columns and the words that say where its questions belong.

    What is chosen for a column or a word says how it is read, where that is not its own meaning.
    """

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
    leaves_out_alike = forms.BooleanField(
        label="Leave out the questions that are much alike one of the bank", required=False
    )
    leaves_out = forms.BooleanField(label="Leave out the rows with a problem", required=False)

    def __init__(self, run: Import, preview: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = topics_of(run.exam)
        field = self.fields["topic"]
        field.queryset = topics  # type: ignore[attr-defined]
        field.label_from_instance = _topic_label  # type: ignore[attr-defined]
        field.initial = run.topic_id
        self._before = ByHand.of(run)
        # Two columns of one name are told as one, as they are kept.
        self._columns = {
            _field_of("column", name): (str(name), str(known)) for name, known in preview["columns"]
        }
        for field_name, (name, known) in self._columns.items():
            self.fields[field_name] = forms.ChoiceField(
                label=name, choices=_MEANINGS, required=False, initial=known
            )
        self._questions = {
            _field_of("question", each["name"]): each for each in preview.get("questions", [])
        }
        for field_name, each in self._questions.items():
            unanswered = [] if each["answer"] else [("", "Choose how")]
            self.fields[field_name] = forms.ChoiceField(
                label=each["title"],
                choices=[*unanswered, *map(tuple, each["answers"])],
                required=False,
                initial=each["answer"],
            )
        self._places = {
            _field_of("place", each["kind"], each["word"]): each for each in preview["places"]
        }
        choices = [
            ("", "No topic of its own"),
            *((str(topic.pk), _topic_label(topic)) for topic in topics),
        ]
        for field_name, each in self._places.items():
            self.fields[field_name] = forms.ChoiceField(
                label=f"{each['kind'].capitalize()} “{each['word']}”",
                choices=choices,
                required=False,
                initial=str(each["topic"] or ""),
                help_text=f"{each['count']} question{'s' if each['count'] > 1 else ''}",
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        return [self[name] for name in self._columns]

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in self._questions]

    @property
    def places(self) -> list[forms.BoundField]:
        return [self[name] for name in self._places]

    def choices_kept(self) -> dict[str, Any]:
        """Return what was chosen in the fields that every preview has.

        What a column or a word means is said by the next preview, which has them in its own order.
        """
        return {name: self.cleaned_data[name] for name in self.base_fields}

    def by_hand(self) -> ByHand:
        """Return what was said otherwise than the file says it, with what was said before."""
        columns = {
            name: self.cleaned_data[field_name]
            for field_name, (name, known) in self._columns.items()
            if self._is_told(field_name, known)
        }
        places = dict(self._before.places)
        for field_name, each in self._places.items():
            if not self._is_told(field_name, str(each["topic"] or "")):
                continue
            if chosen := self.cleaned_data[field_name]:
                places[(each["kind"], each["word"])] = int(chosen)
            else:
                places.pop((each["kind"], each["word"]), None)
        answers = {
            each["name"]: self.cleaned_data[field_name]
            for field_name, each in self._questions.items()
            if self._is_told(field_name, each["answer"])
        }
        return ByHand(
            columns={**self._before.columns, **columns},
            places=places,
            answers={**self._before.answers, **answers},
        )

    def _is_told(self, name: str, known: str) -> bool:
        """Tell whether a field was sent with something else than what the file means by itself."""
        return name in self.data and self.cleaned_data[name] != known


def _field_of(kind: str, *words: str) -> str:
    """Return the name of the field for a column or a word, whatever its place in a preview."""
    return f"{kind}_{sha256(json.dumps(words).encode()).hexdigest()[:16]}"


def _topic_label(topic: Topic) -> str:
    return f"{topic.task.number} {topic.title}"


_MEANINGS = [
    ("", "Left out"),
    *((name, name.replace("_", " ").capitalize()) for name in MEANINGS),
]


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label="Format", choices=[(name, each.title) for name, each in WRITTEN.items()]
    )
    status = forms.ChoiceField(
        label="Questions", choices=[("", "All"), *QuestionStatuses.choices], required=False
    )
