"""What a candidate kept, to be read, searched and taken along."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext

from examapp.accounts.models import User
from examapp.exams.hooks import is_held_back
from examapp.exams.models import SessionItem, SessionStatuses
from examapp.study.models import Card, CardEvent, OwnNote, SavedQuestion
from questions.exchange import anki
from questions.hooks import seen_questions
from questions.items.item import Item, letter
from questions.models import Question
from questions.services.versions import item_of_version


class Kept(TypedDict):
    """What a candidate keeps of a question."""

    is_saved: bool
    own_note: str


def kept(candidate: User, question: Question) -> Kept:
    """Return whether a question is saved, and the candidate's note on it."""
    saved = SavedQuestion.objects.of(candidate).filter(question=question)
    note = OwnNote.objects.of(candidate).filter(question=question)
    return {
        "is_saved": saved.exists(),
        "own_note": note.values_list("text", flat=True).first() or "",
    }


def has_met(candidate: User, question: Question) -> bool:
    """Tell whether a question was explained to a candidate: its key is no secret to them."""
    sat = SessionItem.objects.exclude(is_held_back("session", "explanations")).filter(
        session__candidate=candidate,
        session__status=SessionStatuses.FINISHED,
        version__question=question,
    )
    reviewed = CardEvent.objects.filter(card__candidate=candidate, version__question=question)
    return (
        sat.exists()
        or reviewed.exists()
        or any(question.pk in seen_by(candidate.pk) for seen_by in seen_questions)
    )


def saved_or_noted(candidate: User, words: str = "") -> QuerySet[Question]:
    """Return the questions that a candidate saved or wrote about, newest saved first.

    Each has `saved_at`, None for one with a note alone, `own_note`, and `due_on`. Words are looked
    for in the question and in the note.
    """
    saved = SavedQuestion.objects.of(candidate).filter(question=OuterRef("pk"))
    notes = OwnNote.objects.of(candidate).filter(question=OuterRef("pk"))
    cards = Card.objects.of(candidate).filter(
        Q(fact="", question=OuterRef("pk")) | (~Q(fact="") & Q(fact=OuterRef("facts__0"))),
        exam=OuterRef("exam"),
    )
    questions = Question.objects.filter(Exists(saved) | Exists(notes)).annotate(
        saved_at=Subquery(saved.values("saved_at")[:1]),
        own_note=Subquery(notes.values("text")[:1]),
        due_on=Subquery(cards.values("due_on")[:1]),
    )
    if words:
        questions = questions.filter(
            Q(stem__icontains=words) | Q(words__icontains=words) | Q(own_note__icontains=words)
        )
    joined = questions.select_related("topic__task__domain__exam", "current_version")
    return joined.defer("search", "shingles", "words").order_by("-saved_at", "pk")


def topic_notes(candidate: User, words: str = "") -> QuerySet[OwnNote]:
    """Return a candidate's notes on topics that have the words."""
    notes = OwnNote.objects.of(candidate).filter(topic__isnull=False)
    if words:
        notes = notes.filter(Q(text__icontains=words) | Q(topic__title__icontains=words))
    return notes.select_related("topic__task__domain__exam")


@dataclass(frozen=True)
class KeptItem:
    """A question as it is taken along, with the candidate's note."""

    item: Item
    note: str


def kept_items(candidate: User) -> list[KeptItem]:
    """Return every question that a candidate keeps, with its key."""
    return [
        KeptItem(item_of_version(question.live_version), getattr(question, "own_note", "") or "")
        for question in saved_or_noted(candidate).exclude(current_version=None)
    ]


def to_anki(kept: Sequence[KeptItem], *, deck: str, at: float) -> bytes:
    """Return a package of Anki; a note stands below the sources."""
    items = [
        replace(each.item, sources=(*each.item.sources, *([each.note] if each.note else [])))
        for each in kept
    ]
    return bytes(anki.package(items, deck=deck, at=at).content)


def to_markdown(kept: Sequence[KeptItem], notes: Sequence[OwnNote]) -> str:
    """Return questions with their answers, and the notes on topics, as Markdown."""
    parts = [f"# {gettext('Saved questions')}"]
    for each in kept:
        parts.append(f"## {each.item.stem}")
        parts.append("\n".join(_option_lines(each.item)))
        if each.note:
            parts.append(gettext("Your note: %(note)s") % {"note": each.note})
    if notes:
        parts.append(f"# {gettext('Notes on topics')}")
        parts += [f"## {note.topic}\n\n{note.text}" for note in notes]
    return "\n\n".join(parts) + "\n"


def _option_lines(item: Item) -> list[str]:
    lines = [f"- {letter(index)}. {option.text}" for index, option in enumerate(item.options)]
    right = ", ".join(letter(index) for index in item.right)
    whys = [
        f"  {letter(index)}: {option.why}"
        for index, option in enumerate(item.options)
        if option.why
    ]
    return [*lines, "- " + gettext("Right: %(right)s") % {"right": right}, *whys]
