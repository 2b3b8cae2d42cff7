"""The glossary of an exam: the terms that its notes define, each with its meaning."""

from collections.abc import Iterator
from dataclasses import dataclass

from questions.bank_files.notes import terms
from questions.markdown import to_inline_html
from questions.models import Exam, Note, Topic
from questions.models.blueprint import NoteQuerySet


@dataclass(frozen=True)
class Entry:
    """A term, its meaning as clean HTML, and the topic that defines it."""

    key: str
    name: str
    meaning: str
    topic: Topic


def entries(exam: Exam) -> list[Entry]:
    """Return the terms of an exam in the order of the alphabet."""
    return sorted(_entries(Note.objects.readable(exam)).values(), key=lambda entry: entry.key)


def entries_of(exam: Exam, keys: list[str]) -> dict[str, Entry]:
    """Return by its key each of these terms that the notes still define."""
    found = _entries(Note.objects.readable(exam).filter(terms__overlap=keys)) if keys else {}
    return {key: found[key] for key in keys if key in found}


def keys_of(exam: Exam) -> list[str]:
    """Return the keys of an exam's terms in the order in which the notes define them."""
    defined = Note.objects.readable(exam).values_list("terms", flat=True)
    return list(dict.fromkeys(key for keys in defined for key in keys))


def _entries(notes: NoteQuerySet) -> dict[str, Entry]:
    """Return the terms of notes by their keys; where two define a term the first one stands."""
    defined: dict[str, Entry] = {}
    for entry in _defined(notes):
        defined.setdefault(entry.key, entry)
    return defined


def _defined(notes: NoteQuerySet) -> Iterator[Entry]:
    for note in notes.select_related("topic__task__domain__exam").defer("html", "text"):
        for term in terms(note.source):
            yield Entry(term.key, term.name, to_inline_html(term.meaning), note.topic)
