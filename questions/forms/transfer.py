"""The forms of imports and exports."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy, ngettext

from questions.exchange.columns import MEANINGS
from questions.exchange.registry import READ, WRITTEN
from questions.exchange.text_files import ENCODINGS
from questions.forms.editor import topics_of
from questions.items.item import LEVELS, USUAL_LEVEL
from questions.models import Duplicates, Import, QuestionStatuses, Topic
from questions.services.imports.mapping import FileMapping
from questions.services.imports.preview import Choices
from questions.services.imports.preview_body import PictureRow, PlaceRow, Preview, QuestionRow


class UploadForm(forms.Form):
    # First, so that they are kept where the file is cut off.
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[
            ("", gettext_lazy("Detect automatically")),
            *((name, gettext_lazy(format_.title)) for name, format_ in READ.items()),
        ],
        required=False,
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"),
        choices=[(name, gettext_lazy(label)) for name, label in ENCODINGS.items()],
        required=False,
        help_text=gettext_lazy("Change it if letters such as é or ü look wrong."),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("At most 8 MB and 10,000 questions."),
        error_messages={
            "required": gettext_lazy("Choose a file of at most 8 MB."),
            "empty": gettext_lazy("It is empty."),
        },
    )


class PicturesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several pictures; cleaned, their bytes by their names."""

    widget = PicturesInput

    def clean(self, data: Any, initial: Any = None) -> dict[str, bytes]:  # as FileField has it
        files = data if isinstance(data, list | tuple) else [data] if data else []
        cleaned = [super(PicturesField, self).clean(each, initial) for each in files]
        return {each.name: each.read() for each in cleaned}


class CommitForm(forms.Form):
    """How a file is imported, with fields for its columns, what it leaves open, and its words.

    A column or a word that is set to something else than its own meaning is read as that.
    """

    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        required=False,
        label=gettext_lazy("Topic for questions without one"),
        empty_label=gettext_lazy("Choose a topic"),
    )
    level = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Level for questions without one"),
        choices=[(name, name.capitalize()) for name in LEVELS],
    )
    encoding = forms.ChoiceField(
        required=False, label=gettext_lazy("Which of these reads well?"), widget=forms.RadioSelect
    )
    pictures = PicturesField(required=False, label=gettext_lazy("Pictures of the file"))
    duplicates = forms.ChoiceField(
        label=gettext_lazy("Questions that are already here"),
        choices=Duplicates.choices,
        initial=Duplicates.SKIP,
        widget=forms.RadioSelect,
    )
    leaves_out_alike = forms.BooleanField(
        label=gettext_lazy("Leave out questions similar to one here"), required=False
    )
    leaves_out = forms.BooleanField(
        label=gettext_lazy("Leave out the rows with a problem"), required=False
    )

    def __init__(self, run: Import, preview: Preview, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = topics_of(run.exam)
        field = self.fields["topic"]
        field.queryset = topics  # type: ignore[attr-defined]
        field.label_from_instance = _topic_label  # type: ignore[attr-defined]
        field.initial = run.topic_id
        self.fields["duplicates"].initial = run.duplicates
        self.fields["leaves_out"].initial = run.leaves_out_problems
        self.fields["leaves_out_alike"].initial = run.leaves_out_alike
        self._run, self._preview = run, preview
        self._stored = FileMapping.of(run)
        self.fields["level"].initial = self._stored.level or USUAL_LEVEL
        self.fields["encoding"].initial = run.encoding or preview["encoding"]
        self.fields["encoding"].choices = preview["samples"]  # type: ignore[attr-defined]
        self._add_columns(preview["columns"])
        self._add_questions(preview["questions"])
        self._add_places(preview["places"], topics)
        self._add_descriptions(preview["undescribed"])

    def _add_columns(self, columns: list[list[str]]) -> None:
        """Add a field for each column; two of one name have one, as they are stored as one."""
        self._columns = {
            _field_name("column", name): (str(name), str(meaning)) for name, meaning in columns
        }
        for field_name, (name, meaning) in self._columns.items():
            self.fields[field_name] = forms.ChoiceField(
                label=name, choices=_MEANINGS, required=False, initial=meaning
            )

    def _add_questions(self, questions: list[QuestionRow]) -> None:
        """Add a field for each question that the file leaves open."""
        self._questions = {
            _field_name("question", question["name"]): question for question in questions
        }
        for field_name, question in self._questions.items():
            self.fields[field_name] = forms.ChoiceField(
                label=question["title"],
                choices=[(answer, label) for answer, label in question["answers"]],
                required=False,
                initial=question["answer"],
                widget=forms.RadioSelect,
            )

    def _add_places(self, places: list[PlaceRow], topics: Iterable[Topic]) -> None:
        """Add a field for each word by which the file names topics."""
        self._places = {
            _field_name("place", place["kind"], place["word"]): place for place in places
        }
        choices = [
            ("", gettext("No topic of its own")),
            *((str(topic.pk), _topic_label(topic)) for topic in topics),
        ]
        for field_name, place in self._places.items():
            self.fields[field_name] = forms.ChoiceField(
                label=f"{place['kind'].capitalize()} “{place['word']}”",
                choices=choices,
                required=False,
                initial=str(place["topic"] or ""),
                help_text=ngettext("%(count)s question", "%(count)s questions", place["count"])
                % {"count": place["count"]},
            )

    def _add_descriptions(self, pictures: list[PictureRow]) -> None:
        """Add a field for each picture that has no description."""
        self._pictures = {
            _field_name("description", picture["address"]): picture for picture in pictures
        }
        label = gettext("What does the picture %(name)s in row %(row)s show?")
        for field_name, picture in self._pictures.items():
            self.fields[field_name] = forms.CharField(
                label=label % {"name": picture["name"], "row": picture["row"]},
                max_length=300,
                required=False,
            )

    @property
    def descriptions(self) -> list[forms.BoundField]:
        return [self[name] for name in self._pictures]

    @property
    def columns(self) -> list[forms.BoundField]:
        return [self[name] for name in self._columns]

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in self._questions]

    @property
    def places(self) -> list[forms.BoundField]:
        return [self[name] for name in self._places]

    def general_choices(self) -> dict[str, object]:
        """Return what was chosen in the fields that every preview has, by their names.

        The next preview has its own columns and words, and their meanings.
        """
        return {name: self.cleaned_data[name] for name in self.base_fields}

    def choices(self) -> Choices:
        """Return what is done with questions that are there, or that are problems."""
        return {
            "duplicates": self.cleaned_data["duplicates"],
            "leaves_out_problems": self.cleaned_data["leaves_out"],
            "leaves_out_alike": self.cleaned_data["leaves_out_alike"],
        }

    def file_encoding(self) -> str:
        """Return the encoding that was chosen; what the file was guessed to be in is no choice."""
        chosen = str(self.cleaned_data["encoding"])
        return self._run.encoding if chosen in ("", self._preview["encoding"]) else chosen

    def _level(self) -> str:
        """Return the level of questions without one, "" for the usual."""
        chosen = str(self.cleaned_data["level"] or self._stored.level)
        return "" if chosen == USUAL_LEVEL else chosen

    def mapping(self) -> FileMapping:
        """Return what is set otherwise than the file says it, now or before."""
        columns = {
            name: self.cleaned_data[field_name]
            for field_name, (name, meaning) in self._columns.items()
            if self._is_set(field_name, meaning)
        }
        places = dict(self._stored.places)
        for field_name, place in self._places.items():
            if not self._is_set(field_name, str(place["topic"] or "")):
                continue
            if topic_id := self.cleaned_data[field_name]:
                places[(place["kind"], place["word"])] = int(topic_id)
            else:
                places.pop((place["kind"], place["word"]), None)
        answers = {
            question["name"]: self.cleaned_data[field_name]
            for field_name, question in self._questions.items()
            if self._is_set(field_name, question["answer"])
        }
        descriptions = {
            picture["address"]: words
            for field_name, picture in self._pictures.items()
            if (words := self.cleaned_data[field_name])
        }
        return FileMapping(
            columns={**self._stored.columns, **columns},
            places=places,
            answers={**self._stored.answers, **answers},
            level=self._level(),
            descriptions={**self._stored.descriptions, **descriptions},
        )

    def _is_set(self, name: str, meaning: str) -> bool:
        """Return whether a field was sent with something else than what the file means itself."""
        return name in self.data and self.cleaned_data[name] != meaning


def _field_name(kind: str, *words: str) -> str:
    """Return the name of a column's or a word's field, wherever a preview lists it."""
    return f"{kind}_{sha256(json.dumps(words).encode()).hexdigest()[:16]}"


def _topic_label(topic: Topic) -> str:
    return f"{topic.task.number} {topic.title}"


_MEANINGS = [
    ("", gettext_lazy("Left out")),
    *((name, name.replace("_", " ").capitalize()) for name in MEANINGS),
]


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[(name, gettext_lazy(format_.title)) for name, format_ in WRITTEN.items()],
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Questions"),
        choices=[("", gettext_lazy("All")), *QuestionStatuses.choices],
        required=False,
    )
