"""Imports of study notes: topics, notes and drafts of questions; nothing is published."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max

from questions.bank_files import free_notes, note_drafts, study_notes
from questions.bank_files.free_notes import Place
from questions.bank_files.note_drafts import NoteDraft
from questions.bank_files.study_notes import Left, StudyNotes
from questions.exchange.item_bounds import MOST_TEXT
from questions.items.content import data_of, digest
from questions.models import Comment, Domain, Draft, Exam, Question, Task, Topic
from questions.services import note_writing
from questions.services.audit import Actor, record
from questions.services.errors import Refused
from questions.services.search_columns import update_search_columns


@dataclass
class NotesReport:
    """What became of a file of notes; `drafted` counts new drafts by their kind."""

    domains: int = 0
    tasks: int = 0
    topics: int = 0
    new_topics: int = 0
    headings: int = 0
    drafted: Counter[str] = field(default_factory=Counter)
    known_drafts: int = 0
    left: list[Left] = field(default_factory=list)


@transaction.atomic
def import_notes(
    exam: Exam,
    text: str,
    *,
    file: str,
    by: Actor | None = None,
    publish: bool = False,
    dry_run: bool = False,
) -> NotesReport:
    """Place a file of notes in an exam: all or nothing, and safe to repeat.

    Topics and their notes are hidden from readers until they are imported with `publish`; drafts
    wait for an instructor, each with a comment that names its line. Notes of the bank's files stay
    as they are. A dry run reports the same and writes nothing.
    """
    notes = _read(exam, text)
    drafts, undrafted = note_drafts.drafts(notes)
    report = NotesReport(headings=notes.headings, left=[*notes.left, *undrafted])
    tasks = _tasks(exam, notes, report)
    topics = _write_topics(notes, tasks, report, publish=publish, by=by)
    _write_drafts(exam, drafts, topics, report, file=file, by=by)
    report.left.sort(key=lambda left: (left.first, left.last))
    record(
        "notes imported",
        actor=by,
        exam=exam,
        subject="notes",
        subject_id=file[-100:],
        topics=report.new_topics,
        drafts=report.drafted.total(),
    )
    transaction.set_rollback(dry_run)
    return report


def _read(exam: Exam, text: str) -> StudyNotes:
    """Read notes by their numbered headings; of others make an outline, or place them by title."""
    notes = study_notes.read(text)
    if notes.domains:
        return notes
    if not exam.domains.exists():
        return free_notes.outlined(text)
    places = []
    for task in Task.objects.filter(domain__exam=exam).select_related("domain"):
        places.append(Place(task.domain.number, task.number, task.title))
        for topic in task.topics.all():
            places.append(Place(task.domain.number, task.number, topic.title, topic.slug))
    return free_notes.placed(text, places)


def _weights(notes: StudyNotes) -> list[float]:
    """Return the share of each domain in per cent: as the notes say, the rest in equal parts."""
    said = [domain.weight for domain in notes.domains]
    rest = max(0.0, 100 - sum(said)) / max(1, said.count(0.0))
    shares = [weight or rest or 1.0 for weight in said]
    return [round(100 * share / sum(shares), 2) for share in shares]


def _tasks(exam: Exam, notes: StudyNotes, report: NotesReport) -> dict[str, Task]:
    """Return the exam's tasks by number; an exam without any takes its blueprint from the notes."""
    if not exam.domains.exists():
        for domain, weight in zip(notes.domains, _weights(notes), strict=True):
            row = Domain.objects.create(
                exam=exam, number=domain.number, title=domain.title[:200], weight=weight
            )
            Task.objects.bulk_create(
                Task(domain=row, number=task.number, title=task.title[:300])
                for task in domain.tasks
            )
    # Locked before their topics, as whoever changes the outline of a task does.
    locked = Task.objects.select_for_update(of=("self",)).filter(domain__exam=exam).order_by("pk")
    by_number = {task.number: task for task in locked}
    numbers = {domain.number for domain in exam.domains.all()}
    for domain in notes.domains:
        if domain.number in numbers:
            report.domains += 1
        else:
            reason = "is no domain of the exam"
            report.left.append(Left(domain.line, domain.line, domain.title, reason))
        for task in domain.tasks:
            if task.number in by_number:
                report.tasks += 1
            else:
                last = task.topics[-1].lines[-1].number if task.topics else task.line
                reason = "is no task of the exam; its topics are left"
                report.left.append(Left(task.line, last, task.title, reason))
    return by_number


def _write_topics(
    notes: StudyNotes,
    tasks: Mapping[str, Task],
    report: NotesReport,
    *,
    publish: bool,
    by: Actor | None,
) -> dict[tuple[str, str], Topic]:
    """Write new topics and notes; those of the bank's files are left alone."""
    topics = Topic.objects.filter(task__in=tasks.values())
    # Locked in one order, so that two files of one exam wait for each other.
    locked = topics.select_for_update(of=("self",)).order_by("pk")
    existing = {(topic.task_id, topic.slug): topic for topic in locked}
    last = dict(topics.values_list("task").annotate(Max("position")))
    placed: dict[tuple[str, str], Topic] = {}
    for study_task, study in notes.topics:
        task = tasks.get(study_task.number)
        if task is None:
            continue
        topic = existing.get((task.pk, study.slug))
        if topic is None:
            last[task.pk] = last.get(task.pk, -1) + 1
            topic = Topic.objects.create(
                task=task, slug=study.slug, title=study.title[:200], position=last[task.pk]
            )
            report.new_topics += 1
        placed[study_task.number, study.slug] = topic
        reason = _write_note(topic, study.source, publish=publish, by=by)
        if reason:
            report.left.append(Left(study.line, study.lines[-1].number, study.title, reason))
        else:
            report.topics += 1
    return placed


def _write_note(topic: Topic, source: str, *, publish: bool, by: Actor | None) -> str:
    """Write the note of a topic; return why it was left, "" where it was written."""
    if len(source) > MOST_TEXT:
        return f"is longer than {MOST_TEXT:,} characters; split it into topics"
    try:
        note_writing.replace(topic, text=source, publish=publish, by=by)
    except Refused:
        return "is a topic of the bank's files, which keep its note"
    return ""


def _write_drafts(
    exam: Exam,
    drafts: list[NoteDraft],
    topics: Mapping[tuple[str, str], Topic],
    report: NotesReport,
    *,
    file: str,
    by: Actor | None,
) -> None:
    """Write a question, a draft and a comment for each draft item that is new."""
    by_ref = {_ref(exam, draft): draft for draft in drafts}
    existing = set(Question.objects.filter(ref__in=by_ref).values_list("ref", flat=True))
    author = by.pk if by else None
    questions, rows, comments = [], [], []
    for ref, draft in by_ref.items():
        topic = topics.get((draft.item.task, draft.item.topic))
        if topic is None:
            continue
        if ref in existing:
            report.known_drafts += 1
            continue
        question = Question(exam=exam, ref=ref, topic=topic, author_id=author)
        update_search_columns(question, draft.item)
        questions.append(question)
        data = data_of(draft.item) | {"ref": ref}
        rows.append(Draft(question=question, item=data, author_id=author, updated_by_id=author))
        text = f"Drafted from {file}, line {draft.line}: {draft.kind}. Finish it before review."
        comments.append(Comment(question=question, text=text, author_id=author))
        report.drafted[draft.kind] += 1
    Question.objects.bulk_create(questions)
    Draft.objects.bulk_create(rows)
    Comment.objects.bulk_create(comments)


def _ref(exam: Exam, draft: NoteDraft) -> str:
    """Return the ref of a draft: the same notes give the same, so that none is imported twice."""
    item = draft.item
    parts = [item.task, item.topic, draft.kind, item.stem, item.options[0].text]
    return f"{exam.code}-n-{digest(parts)[:12]}"
