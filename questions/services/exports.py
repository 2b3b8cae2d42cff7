"""Exports: questions of a bank as a file, at once or by a worker; each is logged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from django.db.models.functions import Now
from django.utils.translation import gettext

from questions.bank_files.item_writer import items_text
from questions.exchange.embedded_images import images_of
from questions.exchange.item_bounds import unfit
from questions.exchange.losses import Dumped, Loss, image_stays
from questions.exchange.registry import WRITTEN
from questions.exchange.text_files import MOST_BYTES, FormatError
from questions.items.item import Item
from questions.models import Exam, Export, JobStatuses, Question, QuestionQuerySet
from questions.services.audit import Actor, record
from questions.services.drafts import newest_item
from questions.services.images import bytes_of

logger = structlog.get_logger(__name__)

# Losses that an export's row keeps; it counts them all.
MOST_LOSSES = 200
# Bytes of images that a file takes along.
MOST_IMAGE_BYTES = 40 * 1024 * 1024
# How long a file can be downloaded.
_LIFETIME = timedelta(days=1)


@dataclass(frozen=True)
class Exported:
    """A file of questions, and how it is called and served."""

    dumped: Dumped
    count: int
    file_name: str
    media_type: str


def export(exam: Exam, questions: QuestionQuerySet, *, name: str, by: Actor | None) -> Exported:
    """Return the newest wording of questions in a format, and log that it was exported.

    What cannot be read again as a question, such as an unfinished draft, is left out and is among
    the losses. Raises FormatError for a format that is not written.
    """
    form = WRITTEN.get(name)
    if form is None or form.dumps is None:
        raise FormatError(f"files of the format {name!r} are not written")
    items, losses = _finished(questions)
    if form.carries_images:
        dumped = form.dumps(items, images=bytes_of(items, most=MOST_IMAGE_BYTES))
    else:
        dumped = form.dumps(items)
        losses += [image_stays(item.ref) for item in items if next(images_of(item), None)]
    if len(dumped.content) > MOST_BYTES:
        most = f"{MOST_BYTES // 1024**2} MB"
        losses.append(
            Loss(
                exam.code,
                gettext("the file is larger than the %(limit)s that are read at once")
                % {"limit": most},
            )
        )
    dumped = Dumped(dumped.content, (*losses, *dumped.losses))
    _log(exam, format_name=name, count=len(items), by=by)
    return Exported(dumped, len(items), f"{exam.code}{form.suffix}", form.media_type)


def export_yaml(exam: Exam, questions: QuestionQuerySet, *, by: Actor) -> Exported:
    """Return the newest wording of questions as YAML, exactly as written, and log the export.

    Unfinished drafts are in it too: somebody who saves a selection loses nothing of it.
    """
    form = WRITTEN["yaml"]
    items = [newest_item(question) for question in _written(questions)]
    _log(exam, format_name="yaml", count=len(items), by=by)
    dumped = Dumped(items_text(items).encode())
    return Exported(dumped, len(items), f"{exam.code}{form.suffix}", form.media_type)


def _written(questions: QuestionQuerySet) -> Iterator[Question]:
    """Yield the questions that have a wording, in the order of tasks."""
    whole = questions.select_related("topic__task", "current_version", "draft", "case")
    for question in whole.prefetch_related("enemies").order_by("topic__task__number", "ref"):
        if hasattr(question, "draft") or question.current_version:
            yield question


def _finished(questions: QuestionQuerySet) -> tuple[list[Item], list[Loss]]:
    """Return the items that a file can hold, and what stays behind: drafts, case studies."""
    items, losses = [], []
    for question in _written(questions):
        item = newest_item(question)
        lack = unfit(item)
        if lack:
            values = {"column": lack[0], "reason": lack[1]}
            reason = gettext("left out as unfinished: %(column)s: %(reason)s") % values
            losses.append(Loss(item.ref, reason))
            continue
        items.append(item)
        if question.case:
            reason = gettext("its case study “%(title)s” stays here: files hold no scenario") % {
                "title": question.case.title
            }
            losses.append(Loss(item.ref, reason))
    return items, losses


def _log(exam: Exam, *, format_name: str, count: int, by: Actor | None) -> None:
    record(
        "exported",
        actor=by,
        exam=exam,
        subject="exam",
        subject_id=exam.pk,
        format=format_name,
        count=count,
    )


def ask(exam: Exam, *, name: str, status: str, by: Actor) -> Export:
    """Queue a file of questions for a worker; raises FormatError for an unknown format."""
    if name not in WRITTEN:
        raise FormatError(f"a format is one of {', '.join(WRITTEN)}")
    return Export.objects.create(exam=exam, by_id=by.pk, format=name, questions=status)


def execute(export_id: UUID) -> None:
    """Make the file of a waiting export; a second call, or a second worker, changes nothing."""
    waiting = Export.objects.waiting().filter(pk=export_id)
    if not waiting.update(status=JobStatuses.RUNNING, touched_at=Now()):
        return
    row = Export.objects.select_related("exam", "by").get(pk=export_id)
    questions = Question.objects.filter(exam=row.exam)
    if row.questions:
        questions = questions.in_status(row.questions)
    try:
        exported = export(row.exam, questions, name=row.format, by=row.by)
    except Exception:
        # Where the database itself is away this fails too, and the sweep begins again.
        logger.exception("export_failed", export=export_id)
        Export.objects.filter(pk=export_id).update(status=JobStatuses.FAILED, finished_at=Now())
        return
    _store(row, exported)
    logger.info("export_done", export=export_id)


def _store(row: Export, exported: Exported) -> None:
    losses = exported.dumped.losses
    row.content = exported.dumped.content
    row.count, row.loss_count = exported.count, len(losses)
    row.losses = [{"ref": loss.ref, "reason": loss.reason} for loss in losses[:MOST_LOSSES]]
    row.file_name, row.media_type = exported.file_name, exported.media_type
    row.status, row.finished_at = JobStatuses.DONE, Now()
    row.save()


def forget_old() -> int:
    """Delete files older than a day; return how many."""
    return Export.objects.filter(created_at__lt=Now() - _LIFETIME).delete()[0]
