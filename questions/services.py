"""What happens to the bank: loading it from files, publishing versions."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from questions.folder import read_bank
from questions.formats.bank import BankText
from questions.formats.blueprint import ExamPlan
from questions.formats.items import PlacedItem
from questions.formats.problems import BankError, BankProblem
from questions.itemtypes import Item
from questions.markdown import to_html, to_inline_html
from questions.models import Case, Domain, Exam, Note, Question, QuestionVersion, Task, Topic

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


@transaction.atomic
def load(folder: Path) -> LoadReport:
    """Load a bank folder: all or nothing, and safe to repeat.

    The same text makes no new version, changed text makes one, a ref that vanished is retired.
    Raises BankError with every problem's file, line and reason.
    """
    bank = read_bank(folder)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOAD_LOCK])
    exam = _write_exam(bank.plan)
    topics = _write_blueprint(exam, bank)
    # A topic that vanished stays as what past questions were tagged with; its note goes.
    stale = Note.objects.filter(topic__task__domain__exam=exam)
    stale.exclude(topic__in=topics.values()).delete()
    placed = [*bank.items, *bank.samples]
    _refuse_foreign_refs(exam, placed)
    cases = {
        p.case.ref: Case.objects.update_or_create(
            ref=p.case.ref,
            defaults={"exam": exam, "title": p.case.title, "scenario": p.case.scenario},
        )[0]
        for p in placed
        if p.case
    }
    known = {q.ref: q for q in Question.objects.filter(exam=exam).select_related("current_version")}
    samples = {p.item.ref for p in bank.samples}
    new_versions = 0
    for p in placed:
        question = known.get(p.item.ref) or Question(exam=exam, ref=p.item.ref)
        question.topic = topics[p.item.task, p.item.topic]
        question.case = cases[p.case.ref] if p.case else None
        question.objective = p.item.objective
        question.facts = list(p.item.facts)
        question.is_sample = p.item.ref in samples
        question.save()
        known[question.ref] = question
        new_versions += publish(question, p.item, reason="loaded from the bank's files")
    _write_enemies(known, [p.item for p in placed])
    retired = (
        Question.objects.filter(exam=exam)
        .exclude(ref__in=[p.item.ref for p in placed])
        .exclude(status=Question.Status.RETIRED)
        .update(status=Question.Status.RETIRED)
    )
    return LoadReport(exam, len(placed), new_versions, retired, len(topics))


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


@transaction.atomic
def publish(question: Question, item: Item, *, reason: str = "") -> bool:
    """Make an item the question's live version; return whether a new version was needed."""
    content, html = _content(question, item)
    key = _key(item)
    content_hash, key_hash = _hash([item.type, content]), _hash([key, item.level])
    live = question.current_version
    changed = live is None or (live.content_hash, live.key_hash) != (content_hash, key_hash)
    if changed:
        latest = question.versions.aggregate(latest=Max("number"))["latest"] or 0
        question.current_version = QuestionVersion.objects.create(
            question=question,
            number=latest + 1,
            type=item.type,
            level=item.level,
            content=content,
            html=html,
            key=key,
            content_hash=content_hash,
            key_hash=key_hash,
            reason=reason,
        )
    if changed or question.status != Question.Status.PUBLISHED:
        question.status = Question.Status.PUBLISHED
        question.save(update_fields=["current_version", "status"])
    return changed


def _content(question: Question, item: Item) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the candidate sees, as text and as HTML."""
    choose = 1 if item.type == "multiple_choice" else len(item.right)
    content: dict[str, Any] = {
        "stem": item.stem,
        "options": [option.text for option in item.options],
        "prompts": list(item.prompts),
        "choose": choose,
    }
    html: dict[str, Any] = {
        "stem": to_html(item.stem),
        "options": [to_inline_html(option.text) for option in item.options],
        "prompts": [to_inline_html(prompt) for prompt in item.prompts],
        "choose": choose,
    }
    if question.case:
        content["case"] = {"ref": question.case.ref, "title": question.case.title}
        content["case"]["scenario"] = question.case.scenario
        html["case"] = {"ref": question.case.ref, "title": question.case.title}
        html["case"]["scenario"] = to_html(question.case.scenario)
    return content, html


def _key(item: Item) -> dict[str, Any]:
    return {
        "right": list(item.right),
        "whys": [option.why for option in item.options],
        "whys_html": [to_inline_html(option.why) for option in item.options],
        "evidence": item.evidence,
        "sources": list(item.sources),
    }


def _hash(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


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


def _write_enemies(questions: dict[str, Question], items: list[Item]) -> None:
    """Make the questions' enemies those that their items name, whichever of the two does."""
    named: dict[str, set[str]] = {item.ref: set() for item in items}
    for item in items:
        for enemy in item.enemies:
            named[item.ref].add(enemy)
            named[enemy].add(item.ref)
    for ref, enemies in named.items():
        questions[ref].enemies.set(questions[enemy] for enemy in enemies)
