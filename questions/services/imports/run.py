"""Running an import: a file is stored, then written as drafts by one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext

from questions.exchange.collector import Problem
from questions.exchange.text_files import FormatError
from questions.items.content import data_of
from questions.items.item import Item
from questions.models import (
    MOST_TRIES,
    AuditEntry,
    Draft,
    Duplicates,
    Exam,
    Image,
    Import,
    ImportStatuses,
    Question,
    Topic,
)
from questions.services import upload_quota
from questions.services.audit import Actor
from questions.services.errors import Refused
from questions.services.images import keep_new
from questions.services.imports.mapping import FileMapping
from questions.services.imports.plan import Plan, PlannedRow
from questions.services.imports.preview import TOO_SLOW, plan_import
from questions.services.imports.preview_body import Preview, problem_row
from questions.services.imports.twins import ReportLine, draft_reason, settle_twins
from questions.services.search_columns import update_search_columns

logger = structlog.get_logger(__name__)

# Lines of each kind that a report keeps; it counts them all.
MOST_LINES = 2000
# How long a file that nobody imports is stored.
_LIFETIME = timedelta(days=1)


def keep(
    exam: Exam,
    *,
    by: Actor | None,
    content: bytes,
    file_name: str,
    name: str,
    encoding: str = "",
    preview: Preview | None = None,
    answers: Mapping[str, str] | None = None,
) -> Import:
    """Store a file, with its preview where that is known; the bank is not changed.

    `answers` are those to what the file leaves open; a name of "" lets a worker tell the format.
    In an exam of one topic, as one that begins with a file is, the questions go there. Raises
    Refused where its sender has too much under way.
    """
    upload_quota.check(by)
    topics = list(Topic.objects.filter(task__domain__exam=exam)[:2])
    return Import.objects.create(
        exam=exam,
        topic=topics[0] if len(topics) == 1 else None,
        by_id=by.pk if by else None,
        content=content,
        file_name=file_name[-200:],
        format=name,
        encoding=encoding,
        preview=preview or {},
        mapping=FileMapping(answers=dict(answers or {})).to_json(),
    )


def queue(
    run: Import,
    *,
    topic: Topic | None,
    duplicates: str,
    leaves_out_problems: bool,
    leaves_out_alike: bool = False,
) -> Import:
    """Queue a file for a worker that imports it; raises Refused where that was done already."""
    unqueued = Import.objects.filter(pk=run.pk, status=ImportStatuses.READ)
    changed = unqueued.update(
        topic=topic,
        duplicates=duplicates,
        leaves_out_problems=leaves_out_problems,
        leaves_out_alike=leaves_out_alike,
        status=ImportStatuses.QUEUED,
        tries=0,
        touched_at=Now(),
    )
    if not changed:
        raise Refused(gettext("This import has already started."))
    return Import.objects.get(pk=run.pk)


def forget_unused() -> int:
    """Delete files that were uploaded a day ago and never imported; return how many."""
    unused = [ImportStatuses.LOOKING, ImportStatuses.READ]
    old = Import.objects.filter(status__in=unused, created_at__lt=Now() - _LIFETIME)
    return old.delete()[0]


def execute(run_id: UUID) -> Import:
    """Import a queued file, whole or not at all; a second call or worker changes nothing.

    What will be written is worked out first, with its progress stored; then one transaction writes
    it.
    """
    waiting = Import.objects.waiting().filter(pk=run_id)
    if given_up := waiting.filter(tries__gte=MOST_TRIES).first():
        return _fail(given_up, [Problem(0, str(TOO_SLOW))])
    if not waiting.update(
        status=ImportStatuses.RUNNING, done=0, tries=F("tries") + 1, touched_at=Now()
    ):
        return Import.objects.defer("content").get(pk=run_id)
    run = Import.objects.select_related("exam", "topic__task", "by").get(pk=run_id)
    try:
        return _execute(run)
    except FormatError as error:
        return _fail(run, [Problem(error.line, error.reason)])
    except IntegrityError:
        reason = gettext("the questions changed while the file was read; import it again")
        return _fail(run, [Problem(0, reason)])
    except Exception:
        # Where the database itself is away this fails too, and the sweep begins again.
        logger.exception("import_failed", import_id=run_id)
        reason = gettext(
            "the import failed and changed nothing; tell an operator if it fails again"
        )
        return _fail(run, [Problem(0, reason)])


def _execute(run: Import) -> Import:
    planned, _ = plan_import(run)
    if planned.problems and not run.leaves_out_problems:
        return _fail(run, planned.problems)
    prepared = _prepare(run, planned)
    with transaction.atomic():
        current = Import.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if current.status != ImportStatuses.RUNNING:
            return current
        _write(run, prepared, planned)
    logger.info("import_done", import_id=run.pk)
    return Import.objects.defer("content").get(pk=run.pk)


def _fail(run: Import, problems: list[Problem]) -> Import:
    rows = [problem_row(problem) for problem in problems[:MOST_LINES]]
    run.status = ImportStatuses.FAILED
    run.report = {"problems": rows, "problem_count": len(problems)}
    run.finished_at = Now()
    run.content = b""
    run.save(update_fields=["status", "report", "finished_at", "content"])
    run.refresh_from_db(fields=["finished_at"])
    return run


@dataclass
class _NewQuestion:
    """A question to be made, unsaved, with the item of its draft."""

    item: Item
    question: Question


def _prepare(run: Import, planned: Plan) -> list[_NewQuestion]:
    """Return the questions to be made and store how far it is: this is the slow part."""
    rows = [row for row in planned.rows if _is_new(run, row)]
    Import.objects.filter(pk=run.pk).update(total=len(rows))
    refs = [row.imported.item.ref for row in rows]
    used = {"", *Question.objects.filter(ref__in=refs).values_list("ref", flat=True)}
    prepared = []
    for number, row in enumerate(rows, 1):
        prepared.append(_new_question(run, row, used))
        if number % 100 == 0:
            Import.objects.filter(pk=run.pk).update(done=number, touched_at=Now())
    return prepared


def _is_new(run: Import, row: PlannedRow) -> bool:
    """Return whether a row becomes a question of its own."""
    if row.twin is None:
        return not (row.alike and run.leaves_out_alike)
    return run.duplicates == Duplicates.NEW and not row.is_same


def _new_question(run: Import, row: PlannedRow, used_refs: set[str]) -> _NewQuestion:
    ref = row.imported.item.ref
    ref = f"{run.exam.code}-{uuid4().hex[:12]}" if ref in used_refs else ref
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
    return _NewQuestion(item, question)


def _write(run: Import, prepared: list[_NewQuestion], planned: Plan) -> None:
    """Write questions, drafts, log and report, a few statements for however many there are."""
    questions = Question.objects.bulk_create([new.question for new in prepared], batch_size=500)
    _write_drafts(run, prepared)
    _log(run, questions)
    updated, skipped = settle_twins(run, planned)
    images = _keep_images(run, prepared, planned, {change["ref"] for change in updated})
    warnings: list[ReportLine] = [
        {"row": row.imported.row, "ref": row.imported.item.ref, "reason": warning}
        for row in planned.rows
        for warning in row.imported.warnings
    ]
    run.report = {
        "created": [question.pk for question in questions],
        "updated": updated,
        "images": [str(image.pk) for image in images],
        "skipped": skipped[:MOST_LINES],
        "skipped_count": len(skipped),
        "problems": [problem_row(problem) for problem in planned.problems[:MOST_LINES]],
        "problem_count": len(planned.problems),
        "warnings": warnings[:MOST_LINES],
        "warning_count": len(warnings),
    }
    _finish(run, len(questions))


def _write_drafts(run: Import, prepared: list[_NewQuestion]) -> None:
    drafts = Draft.objects.bulk_create(
        (
            Draft(
                question=new.question,
                item=data_of(new.item),
                author_id=run.by_id,
                updated_by_id=run.by_id,
                reason=draft_reason(run),
            )
            for new in prepared
        ),
        batch_size=500,
    )
    if run.by_id:
        writers = Draft.writers.through
        writers.objects.bulk_create(
            (writers(draft_id=draft.pk, user_id=run.by_id) for draft in drafts), batch_size=1000
        )


def _log(run: Import, questions: list[Question]) -> None:
    AuditEntry.objects.bulk_create(
        (
            AuditEntry(
                verb="imported",
                actor_id=run.by_id,
                exam=run.exam,
                subject="question",
                subject_id=str(question.pk),
                details={"ref": question.ref},
                batch=run.batch,
            )
            for question in questions
        ),
        batch_size=1000,
    )


def _keep_images(
    run: Import, prepared: list[_NewQuestion], planned: Plan, updated: set[str]
) -> list[Image]:
    """Store the new images of what was written: new questions, and twins by their refs."""
    items = [new.item for new in prepared]
    items += [row.item for row in planned.twins if row.twin and row.twin.ref in updated]
    return keep_new(run.exam, planned.images, items, by_id=run.by_id)


def _finish(run: Import, created: int) -> None:
    run.status = ImportStatuses.DONE
    run.total = max(run.total, created)
    run.done = run.total
    run.finished_at = Now()
    # The report stays; the file and its preview are of no more use.
    run.content, run.preview = b"", {}
    run.save(
        update_fields=[
            *("report", "status", "done", "total", "finished_at", "content", "preview"),
        ]
    )
