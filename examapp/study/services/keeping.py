"""Saving questions, writing notes for oneself, marking topics as read."""

from django.db import transaction
from django.utils import timezone

from examapp.accounts.models import User
from examapp.exams.models import ClockTimestamp
from examapp.study.models import (
    CardEvent,
    EventKinds,
    EventSources,
    OwnNote,
    ReadMark,
    SavedQuestion,
)
from examapp.study.services.record import begun, reproject
from questions.models import Question, Topic


@transaction.atomic
def save(candidate: User, question: Question) -> None:
    """Keep a question; it comes back in reviews from now on. A second call changes nothing."""
    _, is_new = SavedQuestion.objects.get_or_create(candidate=candidate, question=question)
    if is_new:
        _log(candidate, question, EventKinds.SAVED)


@transaction.atomic
def unsave(candidate: User, question: Question) -> None:
    """Keep a question no longer; it comes back only for what was missed of it."""
    if SavedQuestion.objects.of(candidate).filter(question=question).delete()[0]:
        _log(candidate, question, EventKinds.UNSAVED)


def _log(candidate: User, question: Question, kind: EventKinds) -> None:
    card = begun(candidate, question)
    CardEvent.objects.create(
        card=card,
        kind=kind,
        source=EventSources.CANDIDATE,
        day=timezone.localdate(),
        at=ClockTimestamp(),
    )
    reproject([card])


def write(
    candidate: User, text: str, *, question: Question | None = None, topic: Topic | None = None
) -> None:
    """Store what a candidate writes for themself; empty text deletes the note."""
    text = text.strip()
    if not text:
        OwnNote.objects.filter(candidate=candidate, question=question, topic=topic).delete()
        return
    OwnNote.objects.update_or_create(
        candidate=candidate,
        question=question,
        topic=topic,
        defaults={"text": text, "changed_at": ClockTimestamp()},
    )


def mark_read(candidate: User, topic: Topic, *, is_read: bool) -> None:
    """Mark a topic's note as read, or take the mark back."""
    if is_read:
        ReadMark.objects.get_or_create(candidate=candidate, topic=topic)
    else:
        ReadMark.objects.filter(candidate=candidate, topic=topic).delete()
