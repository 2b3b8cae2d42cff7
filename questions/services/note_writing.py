"""Study notes written in the site: a draft that saves itself, published by who may, never lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext

from questions.bank_files.notes import page, slugify, term_keys
from questions.exchange.item_bounds import MOST_TEXT
from questions.models import AuditEntry, Exam, Note, Origins, Task, Topic
from questions.services.audit import Actor, record
from questions.services.errors import Overtaken, Refused

_SUBJECT = "note"
# How long the answer to an automatic save may be on its way.
_IN_FLIGHT = timedelta(seconds=15)
# What the log says of a text that it keeps.
_PUBLISHED = "published the note"
_IMPORTED = "imported the note"
_KEPT = "kept the text of the note"
_KEPT_DRAFT = "kept the draft of the note"


@dataclass(frozen=True)
class KeptText:
    """A text that a note had: `number` is that of its entry in the log."""

    number: int
    text: str
    at: datetime
    by: str


def note_of(topic: Topic) -> Note:
    """Return the note of a topic, an unsaved one where it has none."""
    note = Note.objects.filter(topic=topic).select_related("draft_by").first()
    return note or Note(topic=topic, origin=Origins.SITE, is_published=False)


@transaction.atomic
def save(
    topic: Topic, *, text: str, revision: int, by: Actor, follows_autosave: bool = False
) -> Note:
    """Save the draft of a note.

    With `follows_autosave`, a button's save, the writer's own last automatic save is no conflict:
    the button may be pressed before its answer is there. Raises Overtaken where somebody else saved
    since `revision`, Refused for a note that the bank's files keep and for a text that is too long.
    """
    note = _locked(topic)
    if note.revision != revision:
        if text == note.newest:
            return note
        if not (follows_autosave and _is_own_autosave(note, revision, by)):
            raise Overtaken
    if len(text) > MOST_TEXT:
        raise Refused(
            gettext("Longer than %(count)s characters. Split it into topics.")
            % {"count": f"{MOST_TEXT:,}"}
        )
    if text == note.newest:
        return note
    note.draft, note.draft_by_id, note.draft_at = text, by.pk, Now()
    note.revision += 1
    note.save()
    return note


@transaction.atomic
def publish(
    topic: Topic, *, text: str, revision: int, by: Actor, follows_autosave: bool = False
) -> Note:
    """Save a note and show it to readers; the text that they saw stays in the log.

    Raises what `save` raises, and Refused for a note without words.
    """
    note = save(topic, text=text, revision=revision, by=by, follows_autosave=follows_autosave)
    source = note.newest.strip()
    if not source:
        raise Refused(gettext("Write the note first."))
    note.draft, note.is_published = "", True
    _set_source(note, source, by=by)
    note.revision += 1
    note.save()
    _record(_PUBLISHED, topic, by, text=source)
    return note


@transaction.atomic
def replace(topic: Topic, *, text: str, publish: bool, by: Actor | None) -> Note:
    """Give a topic the text of an import; what it replaces, a draft too, stays in the log.

    With `publish` readers see it; a note that they see already is hidden by no import. The same
    text again leaves a draft alone. Raises Refused for a note that the bank's files keep.
    """
    note = _locked(topic)
    is_new = note.pk is None or note.source != text
    is_shown_now = publish and not note.is_published
    if is_new:
        _set_source(note, text, by=by)
        note.draft, note.draft_by, note.draft_at = "", None, None
        note.revision += 1
    note.is_published |= publish
    note.save()
    if text and (is_new or is_shown_now):
        _record(_PUBLISHED if note.is_published else _IMPORTED, topic, by, text=text)
    return note


def keep(note: Note, *, by: Actor | None) -> None:
    """Log the text and the draft of a note that are about to be replaced, unless they are there.

    Texts of before, such as imported ones, were not logged when they were written.
    """
    for verb, text in ((_KEPT, note.source), (_KEPT_DRAFT, note.draft)):
        if text and not _texts(note.topic).filter(details__text=text).exists():
            _record(verb, note.topic, by, text=text)


@transaction.atomic
def hide(topic: Topic, *, by: Actor) -> None:
    """Show a note to readers no longer; its text stays."""
    note = _locked(topic)
    if note.is_published:
        note.is_published = False
        note.save(update_fields=["is_published"])
        _record("hid the note", topic, by)


@transaction.atomic
def add_topic(task: Task, *, title: str, by: Actor) -> Topic:
    """Add a topic at the end of a task; raises Refused for a title without words or in use."""
    task = (
        Task.objects.select_for_update(of=("self",)).select_related("domain__exam").get(pk=task.pk)
    )
    slug = slugify(title)[:110]
    topics = list(task.topics.order_by("position", "pk"))
    if not slug:
        raise Refused(gettext("Name the topic in words."))
    if slug in {topic.slug for topic in topics}:
        raise Refused(gettext("The task has a topic of this name already."))
    position = topics[-1].position + 1 if topics else 0
    topic = Topic.objects.create(task=task, slug=slug, title=title, position=position)
    _record("added the topic", topic, by)
    return topic


def history(topic: Topic) -> Sequence[KeptText]:
    """Return the texts that the log has of a note, the newest first, fifty at most."""
    return [
        KeptText(entry.pk, entry.details.get("text", ""), entry.at, str(entry.actor or ""))
        for entry in _texts(topic).select_related("actor")[:50]
    ]


def with_term(text: str, *, term: str, meaning: str) -> str:
    """Return a note with one more entry of the glossary at its end."""
    line = f"- **{term}**: {meaning}"
    body = text.rstrip()
    # Entries stand together, so that they are one list.
    last = body.rpartition("\n")[2]
    return f"{body}\n{line}" if last.startswith("- **") else f"{body}\n\n{line}".lstrip()


def _locked(topic: Topic) -> Note:
    """Lock the note of a topic for a change in the site; an unsaved one where it has none."""
    # Two who write the first words of one topic wait here for each other.
    Topic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
    note = note_of(topic)
    if note.pk and note.origin == Origins.FILES:
        raise Refused(gettext("This note comes from the bank's files. Change it there."))
    return note


def _is_own_autosave(note: Note, revision: int, by: Actor) -> bool:
    """Return whether all that was saved since a revision is one draft of the writer's, just now."""
    # Publishing, which ends the draft, is more than an automatic save.
    if not note.draft or (note.revision, note.draft_by_id) != (revision + 1, by.pk):
        return False
    # A page of one's own that stood open for longer is overtaken like another's.
    return Note.objects.filter(pk=note.pk, draft_at__gt=Now() - _IN_FLIGHT).exists()


def _set_source(note: Note, source: str, *, by: Actor | None) -> None:
    """Set the text that readers see; the one that it replaces stays in the log."""
    if source != note.source:
        keep(note, by=by)
    shown = page(source, {})
    note.source, note.html, note.text = source, shown.html, shown.text
    note.word_count = len(shown.text.split())
    note.terms = term_keys(source)


def _texts(topic: Topic) -> QuerySet[AuditEntry]:
    """Return the entries of the log that hold a text of a topic's note."""
    entries = AuditEntry.objects.about(_SUBJECT, topic.pk)
    return entries.filter(verb__in=[_PUBLISHED, _IMPORTED, _KEPT, _KEPT_DRAFT])


def _record(verb: str, topic: Topic, by: Actor | None, *, text: str = "") -> None:
    record(
        verb,
        actor=by,
        exam=Exam.objects.get(domains__tasks=topic.task_id),
        subject=_SUBJECT,
        subject_id=topic.pk,
        title=topic.title,
        text=text,
    )
