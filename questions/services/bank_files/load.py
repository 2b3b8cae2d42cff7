"""Loading a bank's files: read whole, checked whole, written all or not at all."""

from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.db.models import F, Q

from questions.bank_files.bank import BankText
from questions.bank_files.exam_blueprint import ExamPlan
from questions.bank_files.exam_forms import FormText
from questions.bank_files.folder import read_bank
from questions.bank_files.item_reader import PlacedItem
from questions.bank_files.notes import page as note_page
from questions.bank_files.notes import term_keys
from questions.bank_files.problems import BankError, BankProblem
from questions.models import (
    Case,
    Domain,
    Exam,
    ExamStates,
    Note,
    Origins,
    Question,
    Source,
    StrictnessLevels,
    Task,
    Topic,
)
from questions.services import note_writing
from questions.services.audit import record
from questions.services.bank_files.merge import Merge

# Held while a bank is loaded, so that two loads of one bank take turns.
_LOAD_LOCK = 0x62616E6B

# Topics by the number of their task and their slug.
Topics = dict[tuple[str, str], Topic]


@dataclass(frozen=True)
class LoadReport:
    """What a load changed, and the fixed forms that the files name, for the app that has forms."""

    exam: Exam
    items: int
    new_versions: int
    retired: int
    topics: int
    kept: tuple[str, ...] = ()
    forms: tuple[FormText, ...] = ()


@transaction.atomic
def load(folder: Path, *, overwrite: bool = False) -> LoadReport:
    """Load a bank folder: all or nothing, and safe to repeat.

    The same text makes no new version, changed text makes one, a ref that vanished is retired. What
    was written in the site stays: its own questions and all drafts are not touched, and what was
    edited here keeps its text and is named in the report as kept, until files and site say the same
    or `overwrite` says that the files win. Raises BankError with every problem's file, line and
    reason.
    """
    bank = read_bank(folder)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOAD_LOCK])
    exam = _write_exam(bank.plan)
    topics = _write_blueprint(exam, bank)
    _write_notes(exam, bank, topics, _write_sources(exam, bank))
    _refuse_foreign_refs(exam, [*bank.items, *bank.samples])
    merge = Merge(exam, topics, overwrite=overwrite)
    merge.write(bank.items, bank.samples)
    if merge.new or merge.retired:
        record(
            "loaded",
            actor=None,
            exam=exam,
            subject="bank",
            subject_id=exam.code,
            new_versions=merge.new,
            retired=merge.retired,
            kept=merge.kept,
        )
    return LoadReport(
        exam,
        len(bank.items) + len(bank.samples),
        len(merge.new),
        len(merge.retired),
        len(topics),
        tuple(merge.kept),
        tuple(bank.forms),
    )


def _refuse_foreign_refs(exam: Exam, placed: list[PlacedItem]) -> None:
    """Raise BankError for refs that belong to another exam's questions or cases."""
    refs = {p.item.ref for p in placed} | {p.case.ref for p in placed if p.case}
    foreign = set(
        Question.objects.exclude(exam=exam).filter(ref__in=refs).values_list("ref", flat=True)
    ) | set(Case.objects.exclude(exam=exam).filter(ref__in=refs).values_list("ref", flat=True))
    problems = [
        BankProblem(p.file, p.line, f"{ref}: ref belongs to another exam; choose another")
        for p in placed
        for ref in {p.item.ref, p.case.ref if p.case else p.item.ref}
        if ref in foreign
    ]
    if problems:
        raise BankError(problems)


def _write_exam(plan: ExamPlan) -> Exam:
    rules = {
        name: getattr(plan, name)
        for name in (
            *("title", "guide_version", "minutes", "scored_count", "unscored_count"),
            *("scale_min", "scale_cut", "scale_max", "raw_cut", "grading_policy"),
            *("type_mix", "case_count"),
        )
    }
    # A bank that comes in files is ready to be taken; who changed that later is not overruled.
    first = {"state": ExamStates.OPEN, "strictness": StrictnessLevels.STRICT}
    exam, _ = Exam.objects.update_or_create(
        code=plan.code, defaults=rules, create_defaults=rules | first
    )
    return exam


def _write_blueprint(exam: Exam, bank: BankText) -> Topics:
    """Write domains, tasks and topics; what is there already is changed in place."""
    domains = Domain.objects.bulk_create(
        [
            Domain(exam=exam, number=plan.number, title=plan.title, weight=plan.weight)
            for plan in bank.plan.domains
        ],
        update_conflicts=True,
        update_fields=["title", "weight"],
        unique_fields=["exam", "number"],
    )
    tasks = Task.objects.bulk_create(
        [
            Task(
                domain=domain,
                number=task.number,
                title=task.title,
                weight=task.weight,
                objectives=task.objectives,
            )
            for domain, plan in zip(domains, bank.plan.domains, strict=True)
            for task in plan.tasks
        ],
        update_conflicts=True,
        update_fields=["title", "weight", "objectives"],
        unique_fields=["domain", "number"],
    )
    topics = Topic.objects.bulk_create(
        [
            Topic(task=task, slug=text.slug, title=text.title, position=position)
            for task in tasks
            for position, text in enumerate(bank.topics.get(task.number, []))
        ],
        update_conflicts=True,
        update_fields=["title", "position"],
        unique_fields=["task", "slug"],
    )
    return {(topic.task.number, topic.slug): topic for topic in topics}


def _write_sources(exam: Exam, bank: BankText) -> dict[str, Source]:
    """Write the exam's sources; those that vanished go, since only their ids are kept elsewhere."""
    exam.sources.exclude(slug__in=bank.sources).delete()
    sources = Source.objects.bulk_create(
        [
            Source(exam=exam, slug=source.id, title=source.title, url=source.url)
            for source in bank.sources.values()
        ],
        update_conflicts=True,
        update_fields=["title", "url"],
        unique_fields=["exam", "slug"],
    )
    return {source.slug: source for source in sources}


def _write_notes(exam: Exam, bank: BankText, topics: Topics, sources: dict[str, Source]) -> None:
    """Write each topic's note, with the sources of the items that test it."""
    # A topic that vanished stays as what past questions were tagged with; its note goes.
    stale = Note.objects.filter(topic__task__domain__exam=exam, origin=Origins.FILES)
    stale.exclude(topic__in=topics.values()).delete()
    _keep_overtaken(topics)
    notes = []
    for task, texts in bank.topics.items():
        for text in texts:
            page = note_page(text.source, bank.figures)
            notes.append(
                Note(
                    topic=topics[task, text.slug],
                    source=text.source,
                    html=page.html,
                    text=page.text,
                    word_count=len(page.text.split()),
                    terms=term_keys(text.source),
                )
            )
    notes = Note.objects.bulk_create(
        notes,
        update_conflicts=True,
        update_fields=[
            *("source", "html", "text", "word_count", "terms", "origin", "is_published"),
            *("draft", "draft_by", "draft_at"),
        ],
        unique_fields=["topic"],
    )
    by_topic = {note.topic_id: note for note in notes}
    pairs = {
        (by_topic[topics[p.item.task, p.item.topic].pk].pk, sources[source].pk)
        for p in bank.items
        for source in p.item.sources
    }
    links = Note.sources.through.objects
    links.filter(note__in=notes).delete()
    links.bulk_create(
        Note.sources.through(note_id=note, source_id=source) for note, source in sorted(pairs)
    )


def _keep_overtaken(topics: Topics) -> None:
    """Log the words that were written in the site for notes that the files keep from now on."""
    written = Note.objects.filter(topic__in=topics.values())
    written = written.filter(Q(origin=Origins.SITE) | ~Q(draft=""))
    for note in written.select_related("topic").order_by("pk"):
        note_writing.keep(note, by=None)
    # Who has the page open is told that there is something newer.
    written.update(revision=F("revision") + 1)
