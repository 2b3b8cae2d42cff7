"""Loading a bank's files: read whole, checked whole, written all or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from questions.formats.bank import BankError, BankProblem, ExamPlan, PlacedItem, Reader, TopicText
from questions.markdown import to_html
from questions.models import Case, Domain, Exam, Note, Question, Task, Topic
from questions.services.audit import record
from questions.services.merging import Merge

# Held while a bank is loaded, so that two loads of one bank take turns.
_LOAD_LOCK = 0x62616E6B


@dataclass(frozen=True)
class LoadReport:
    """What a load changed."""

    exam: Exam
    items: int
    new_versions: int
    retired: int
    topics: int
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class BankText:
    """A bank as read and checked, before any of it is written."""

    plan: ExamPlan
    topics: dict[str, list[TopicText]]
    items: list[PlacedItem]
    samples: list[PlacedItem]


def read_bank(folder: Path) -> BankText:
    """Read and check the files of a bank folder; raises BankError that names every problem."""
    reader = Reader()
    texts: dict[str, str] = {}
    patterns = (
        "exam.yaml",
        "notes/*.md",
        "items/*.yaml",
        "cases/*.yaml",
        "sample.yaml",
        "facts.yaml",
    )
    for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
        name = path.relative_to(folder).as_posix()
        try:
            texts[name] = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError) as error:
            reader.fail(name, 1, f"cannot be read as UTF-8 text: {error}")
    if "exam.yaml" not in texts:
        reader.fail("exam.yaml", 1, f"is missing in {folder}; a bank starts with its blueprint")
        raise BankError(reader.problems)
    plan = reader.exam(texts["exam.yaml"], "exam.yaml")
    topics = {
        Path(name).stem: reader.notes(text, name)
        for name, text in texts.items()
        if name.startswith("notes/")
    }
    items: list[PlacedItem] = []
    for name, text in texts.items():
        if name.startswith("items/"):
            items += reader.items(text, name, Path(name).stem)
        elif name.startswith("cases/"):
            items += reader.case(text, name)
    samples = reader.items(texts.get("sample.yaml", ""), "sample.yaml", "")
    facts = _fact_ids(texts.get("facts.yaml", ""))
    if plan:
        _check_references(reader, plan, topics, [*items, *samples], facts)
    if reader.problems or plan is None:
        raise BankError(reader.problems)
    return BankText(plan, topics, items, samples)


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
    # A topic that vanished stays as what past questions were tagged with; its note goes.
    stale = Note.objects.filter(topic__task__domain__exam=exam)
    stale.exclude(topic__in=topics.values()).delete()
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
    )


def _refuse_foreign_refs(exam: Exam, placed: list[PlacedItem]) -> None:
    """Raise BankError for refs that belong to another exam's questions or cases."""
    refs = {p.item.ref for p in placed} | {p.case.ref for p in placed if p.case}
    taken = set(
        Question.objects.exclude(exam=exam).filter(ref__in=refs).values_list("ref", flat=True)
    ) | set(Case.objects.exclude(exam=exam).filter(ref__in=refs).values_list("ref", flat=True))
    problems = [
        BankProblem(p.file, p.line, f"{ref}: ref belongs to another exam; choose another")
        for p in placed
        for ref in {p.item.ref, p.case.ref if p.case else p.item.ref}
        if ref in taken
    ]
    if problems:
        raise BankError(problems)


def _fact_ids(text: str) -> set[str]:
    """Return the ids that facts.yaml lists, one on each `- id:` line."""
    return {line[6:].strip() for line in text.splitlines() if line.startswith("- id: ")}


def _check_references(
    reader: Reader,
    plan: ExamPlan,
    topics: dict[str, list[TopicText]],
    items: Iterable[PlacedItem],
    facts: set[str],
) -> None:
    objectives = {t.number: t.objectives for d in plan.domains for t in d.tasks}
    seen: dict[str, PlacedItem] = {}
    for task, texts in topics.items():
        if task not in objectives:
            reader.fail(f"notes/{task}.md", 1, f"no task {task} in exam.yaml")
        slugs = [text.slug for text in texts]
        for text in texts:
            if slugs.count(text.slug) > 1:
                reader.fail(f"notes/{task}.md", text.line, f"topic {text.slug!r} stands twice")
    case_files: dict[str, str] = {}
    for p in items:
        item = p.item
        if p.case and case_files.setdefault(p.case.ref, p.file) != p.file:
            reader.fail(p.file, p.line, f"case {p.case.ref!r} stands already in another file")

        def fail(reason: str, p: PlacedItem = p) -> None:
            reader.fail(p.file, p.line, f"{p.item.ref}: {reason}")

        if item.ref in seen:
            first = seen[item.ref]
            fail(f"ref stands already at {first.file}:{first.line}; a ref is never used twice")
        seen[item.ref] = p
        found = next((t for t in topics.get(item.task, []) if t.slug == item.topic), None)
        if item.task not in objectives:
            fail(f"no task {item.task!r} in exam.yaml")
        elif found is None:
            fail(f"no topic {item.topic!r} in notes/{item.task}.md")
        elif _plain(item.evidence) not in _plain(found.source):
            fail(f"evidence does not stand in topic {item.topic!r}: {item.evidence!r}")
        if item.objective not in {o for task in objectives.values() for o in task}:
            fail(f"no objective {item.objective!r} in exam.yaml")
        for fact in item.facts:
            if facts and fact not in facts:
                fail(f"no fact {fact!r} in facts.yaml")
    for p in seen.values():
        for enemy in p.item.enemies:
            if enemy not in seen:
                reader.fail(p.file, p.line, f"{p.item.ref}: no item {enemy!r} to be an enemy of")


def _plain(text: str) -> str:
    """Return text without emphasis marks and with single spaces, to find evidence in."""
    return " ".join(text.replace("*", "").replace("`", "").replace("_", "").split())


def _write_exam(plan: ExamPlan) -> Exam:
    exam, _ = Exam.objects.update_or_create(
        code=plan.code,
        defaults={
            name: getattr(plan, name)
            for name in (
                *("title", "guide_version", "minutes", "scored_count", "unscored_count"),
                *("scale_min", "scale_cut", "scale_max", "raw_cut", "grading_policy"),
                *("type_mix", "case_count"),
            )
        },
    )
    return exam


def _write_blueprint(exam: Exam, bank: BankText) -> dict[tuple[str, str], Topic]:
    topics = {}
    for domain_plan in bank.plan.domains:
        domain, _ = Domain.objects.update_or_create(
            exam=exam,
            number=domain_plan.number,
            defaults={"title": domain_plan.title, "weight": domain_plan.weight},
        )
        for task_plan in domain_plan.tasks:
            task, _ = Task.objects.update_or_create(
                domain=domain,
                number=task_plan.number,
                defaults={
                    "title": task_plan.title,
                    "weight": task_plan.weight,
                    "objectives": task_plan.objectives,
                },
            )
            for position, text in enumerate(bank.topics.get(task_plan.number, [])):
                topic, _ = Topic.objects.update_or_create(
                    task=task,
                    slug=text.slug,
                    defaults={"title": text.title, "position": position},
                )
                Note.objects.update_or_create(
                    topic=topic,
                    defaults={
                        "source": text.source,
                        "html": to_html(text.source),
                        "word_count": len(text.source.split()),
                    },
                )
                topics[task_plan.number, text.slug] = topic
    return topics
