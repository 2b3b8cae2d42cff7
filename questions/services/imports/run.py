"""Imports: a file kept, looked at, taken in as drafts by one transaction, and taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from questions.exchange.text_files import FormatError
from questions.items.content import data_of, item_of
from questions.items.item import Item
from questions.models import (
    AuditEntry,
    Draft,
    Duplicates,
    Exam,
    Import,
    ImportStatuses,
    Question,
    Topic,
)
from questions.services import drafts as draft_services
from questions.services.audit import Actor, record
from questions.services.errors import Refused
from questions.services.images import forget_unused as forget_images
from questions.services.images import keep_new
from questions.services.imports.plan import Plan, Planned
from questions.services.imports.preview import ByHand, planned_of
from questions.services.versions import locked, update_search_columns

logger = structlog.get_logger(__name__)

# Lines of each kind that a report keeps; it counts them all.
MOST_LINES = 2000
# How long a file waits for someone to take it in.
_KEPT_FOR = timedelta(days=1)


def keep(
    exam: Exam,
    *,
    by: Actor | None,
    content: bytes,
    file_name: str,
    name: str,
    encoding: str = "",
    preview: dict[str, Any] | None = None,
    answers: Mapping[str, str] | None = None,
) -> Import:
    """Keep a file, with what it would do where that is known; it has changed nothing.

    `answers` are those to what the file leaves open.
    """
    return Import.objects.create(
        exam=exam,
        by_id=by.pk if by else None,
        content=content,
        file_name=file_name[-200:],
        format=name,
        encoding=encoding,
        preview=preview or {},
        mapping=ByHand(answers=dict(answers or {})).data,
    )


def queue(
    run: Import,
    *,
    topic: Topic | None,
    duplicates: str,
    leaves_out_problems: bool,
    leaves_out_alike: bool = False,
) -> Import:
    """Say how a file is taken in and let it be done; raises Refused once that was said."""
    kept = Import.objects.filter(pk=run.pk, status=ImportStatuses.READ)
    changed = kept.update(
        topic=topic,
        duplicates=duplicates,
        leaves_out_problems=leaves_out_problems,
        leaves_out_alike=leaves_out_alike,
        status=ImportStatuses.QUEUED,
        touched_at=Now(),
    )
    if not changed:
        raise Refused("This import has begun already.")
    return Import.objects.get(pk=run.pk)


def forget_unused() -> int:
    """Delete files that were looked at a day ago and never taken in; return how many."""
    unused = [ImportStatuses.LOOKING, ImportStatuses.READ]
    old = Import.objects.filter(status__in=unused, created_at__lt=Now() - _KEPT_FOR)
    return old.delete()[0]


def execute(run_id: UUID) -> Import:
    """Take a file in, whole or not at all; a second call, or a second worker, changes nothing.

    What it will write is worked out first, with its progress to be seen; then one transaction
    writes it and says so.
    """
    waiting = Import.objects.waiting().filter(pk=run_id)
    if not waiting.update(status=ImportStatuses.RUNNING, done=0, touched_at=Now()):
        return Import.objects.defer("content").get(pk=run_id)
    run = Import.objects.select_related("exam", "topic__task", "by").get(pk=run_id)
    try:
        planned, _ = planned_of(run)
        if planned.problems and not run.leaves_out_problems:
            return _fail(run, planned.problems)
        prepared = _prepare(run, planned)
        with transaction.atomic():
            current = Import.objects.select_for_update(of=("self",)).get(pk=run_id)
            if current.status != ImportStatuses.RUNNING:
                return current
            _write(run, run.exam, prepared, planned)
    except FormatError as error:
        return _fail(run, [{"row": error.line, "column": "", "reason": error.reason}])
    except IntegrityError:
        reason = "the bank changed while the file was read; import it again"
        return _fail(run, [{"row": 0, "column": "", "reason": reason}])
    except Exception:
        # Where the database itself is away this fails too, and the sweep begins again.
        logger.exception("import_failed", import_id=run_id)
        reason = "the import broke off and wrote nothing; tell an operator if it does so again"
        return _fail(run, [{"row": 0, "column": "", "reason": reason}])
    logger.info("import_done", import_id=run_id)
    return Import.objects.defer("content").get(pk=run_id)


def _fail(run: Import, problems: list[dict[str, Any]]) -> Import:
    run.status = ImportStatuses.FAILED
    run.report = {"problems": problems[:MOST_LINES], "problem_count": len(problems)}
    run.finished_at = Now()
    run.content = b""
    run.save(update_fields=["status", "report", "finished_at", "content"])
    run.refresh_from_db(fields=["finished_at"])
    return run


@dataclass
class _Prepared:
    """A question to be made, with what its lists need, unsaved."""

    item: Item
    question: Question


def _prepare(run: Import, planned: Plan) -> list[_Prepared]:
    """Work out the questions to be made, the slow part, and show how far it is."""
    makes_twins = run.duplicates == Duplicates.NEW
    rows = [
        row
        for row in planned.rows
        if (row.twin is None and not (row.alike and run.leaves_out_alike))
        or (row.twin and makes_twins and not row.is_same)
    ]
    Import.objects.filter(pk=run.pk).update(total=len(rows))
    wanted = [row.taken.item.ref for row in rows]
    used = {"", *Question.objects.filter(ref__in=wanted).values_list("ref", flat=True)}
    prepared = []
    for number, row in enumerate(rows, 1):
        ref = row.taken.item.ref
        ref = f"{run.exam.code}-{uuid4().hex[:12]}" if ref in used else ref
        item = replace(row.item, ref=ref)
        question = Question(
            exam=run.exam,
            ref=ref,
            topic=row.topic,
            author_id=run.by_id,
            objective=item.objective,
            facts=list(item.facts),
        )
        update_search_columns(question, item)
        prepared.append(_Prepared(item, question))
        if number % 100 == 0:
            Import.objects.filter(pk=run.pk).update(done=number, touched_at=Now())
    return prepared


def _write(run: Import, exam: Exam, prepared: list[_Prepared], planned: Plan) -> None:
    """Write drafts, the record and the report, a few statements for however many there are."""
    questions = Question.objects.bulk_create([each.question for each in prepared], batch_size=500)
    drafts = [
        Draft(
            question=question,
            item=data_of(each.item),
            author_id=run.by_id,
            updated_by_id=run.by_id,
            reason=f"imported from {run.file_name}"[:300],
        )
        for each, question in zip(prepared, questions, strict=True)
    ]
    drafts = Draft.objects.bulk_create(drafts, batch_size=500)
    if run.by_id:
        writers = Draft.writers.through
        writers.objects.bulk_create(
            (writers(draft_id=draft.pk, user_id=run.by_id) for draft in drafts), batch_size=1000
        )
    AuditEntry.objects.bulk_create(
        (
            AuditEntry(
                verb="imported",
                actor_id=run.by_id,
                exam=exam,
                subject="question",
                subject_id=str(question.pk),
                details={"ref": question.ref},
                batch=run.batch,
            )
            for question in questions
        ),
        batch_size=1000,
    )
    updated, skipped = _settle_twins(run, planned)
    changed = {each["ref"] for each in updated}
    written = [each.item for each in prepared]
    written += [row.item for row in planned.twins if row.twin and row.twin.ref in changed]
    images = keep_new(exam, planned.images, written, by_id=run.by_id)
    warnings = [
        {"row": row.taken.row, "ref": row.taken.item.ref, "reason": warning}
        for row in planned.rows
        for warning in row.taken.warnings
    ]
    run.report = {
        "created": [question.pk for question in questions],
        "updated": updated,
        "images": [str(image.pk) for image in images],
        "skipped": skipped[:MOST_LINES],
        "skipped_count": len(skipped),
        "problems": planned.problems[:MOST_LINES],
        "problem_count": len(planned.problems),
        "warnings": warnings[:MOST_LINES],
        "warning_count": len(warnings),
    }
    run.status = ImportStatuses.DONE
    run.total = max(run.total, len(questions))
    run.done = run.total
    run.finished_at = Now()
    # The report stays; the file and what it would have done have served.
    run.content, run.preview = b"", {}
    run.save(
        update_fields=[
            *("report", "status", "done", "total", "finished_at", "content", "preview"),
        ]
    )


def _settle_twins(run: Import, planned: Plan) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Change or leave the bank's own questions that the file has too; say which and why."""
    updated: list[dict[str, Any]] = []
    skipped = [_line(row, "it is in the bank already, word by word") for row in planned.same]
    if run.leaves_out_alike:
        skipped += [
            _line(row, f"much alike {row.alike[0]}: {row.alike[1]:.0%} of its words in a row")
            for row in planned.rows
            if row.alike
        ]
    for row in planned.twins:
        if run.duplicates == Duplicates.NEW:
            continue
        if run.duplicates == Duplicates.SKIP:
            skipped.append(_line(row, "the bank has it already"))
            continue
        try:
            updated.append(_update(run, row))
        except Refused as reason:
            skipped.append(_line(row, str(reason)))
    return updated, skipped


def _line(row: Planned, reason: str) -> dict[str, Any]:
    ref = row.twin.ref if row.twin else row.taken.item.ref
    return {"row": row.taken.row, "ref": ref, "reason": reason}


def _update(run: Import, row: Planned) -> dict[str, Any]:
    """Put a row into the draft of the question it is like; return what an undo needs."""
    by = run.by
    if by is None or row.twin is None:
        raise Refused("A change needs someone who makes it.")
    question = locked(row.twin.pk)
    was = Draft.objects.filter(question=question).first()
    with transaction.atomic():
        draft = draft_services.revise(question, by=by)
        before = draft.item
        draft = draft_services.save(
            draft,
            item=replace(row.item, ref=question.ref),
            by=by,
            revision=draft.revision,
            case=draft.case,
            reason=f"imported from {run.file_name}"[:300],
        )
    record(
        "imported",
        actor=by,
        exam=run.exam,
        subject="question",
        subject_id=question.pk,
        batch=run.batch,
        ref=question.ref,
        before=before,
    )
    return {
        "question": question.pk,
        "ref": question.ref,
        "revision": draft.revision,
        "before": before if was else None,
    }


@dataclass(frozen=True)
class Undone:
    """How many questions an undo took back, and how many it left since they were changed."""

    taken_back: int
    left: int


@transaction.atomic
def undo(run: Import, *, by: Actor) -> Undone:
    """Take an import back: what it made goes, what it changed is as it was.

    A question that was worked on since stays. A second undo changes nothing.
    """
    run = Import.objects.select_for_update(of=("self",)).select_related("exam").get(pk=run.pk)
    if run.status != ImportStatuses.DONE:
        raise Refused("Only an import that is done can be undone.")
    made = Question.objects.filter(pk__in=run.report["created"], status=Question.Status.DRAFT)
    untouched = made.filter(
        current_version=None, draft__revision=1, draft__stage=Draft.Stage.DRAFT, comments=None
    )
    gone = list(untouched.values_list("pk", flat=True))
    Question.objects.filter(pk__in=gone).delete()
    taken_back = len(gone) + sum(_restore(each, by) for each in run.report["updated"])
    forget_images(run.exam, run.report.get("images", []))
    everything = len(run.report["created"]) + len(run.report["updated"])
    run.status = ImportStatuses.UNDONE
    run.report = run.report | {"taken_back": taken_back, "left": everything - taken_back}
    run.save(update_fields=["status", "report"])
    record(
        "import undone",
        actor=by,
        exam=run.exam,
        subject="import",
        subject_id=run.pk,
        taken_back=taken_back,
    )
    return Undone(taken_back, everything - taken_back)


def _restore(change: dict[str, Any], by: Actor) -> bool:
    """Put a draft back to what it was before the import, or let it go; tell whether it could."""
    drafts = Draft.objects.select_for_update(of=("self",))
    draft = drafts.filter(question=change["question"]).first()
    if draft is None or draft.revision != change["revision"] or draft.stage != Draft.Stage.DRAFT:
        return False
    if change["before"] is None:
        draft_services.discard(draft, by=by)
        return True
    before = item_of(change["before"])
    draft_services.save(draft, item=before, by=by, revision=draft.revision, case=draft.case)
    return True
