"""Exports: questions of a bank as a file."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from django.db.models.functions import Now

from questions.exchange.embedded_images import images_of
from questions.exchange.item_bounds import unfit
from questions.exchange.losses import STAYS, Dumped, Loss
from questions.exchange.registry import WRITTEN
from questions.exchange.text_files import MOST_BYTES, FormatError
from questions.models import Exam, Export, ExportStatuses, Question, QuestionQuerySet
from questions.services.audit import Actor, record
from questions.services.drafts import newest_item
from questions.services.images import bytes_of

logger = structlog.get_logger(__name__)

# Losses that an export's row keeps; it counts them all.
MOST_LOSSES = 200
# Bytes of images that a file takes along.
MOST_IMAGE_BYTES = 40 * 1024 * 1024
# How long a file waits to be fetched.
_KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Exported:
    """A file of questions, and how it is called and served."""

    dumped: Dumped
    count: int
    file_name: str
    media_type: str


def export(exam: Exam, questions: QuestionQuerySet, *, name: str, by: Actor | None) -> Exported:
    """Return the newest wording of questions in a format, and keep on record that they left.

    Raises FormatError for a format that is not written.
    """
    form = WRITTEN.get(name)
    if form is None or form.dumps is None:
        raise FormatError(f"files of the format {name!r} are not written")
    whole = questions.select_related("topic__task", "current_version", "draft", "case")
    rows = whole.prefetch_related("enemies").order_by("topic__task__number", "ref")
    items, losses = [], []
    for question in rows:
        if hasattr(question, "draft") or question.current_version:
            item = newest_item(question)
            lack = unfit(item)
            if lack:
                losses.append(Loss(item.ref, f"left out as unfinished: {lack[0]}: {lack[1]}"))
                continue
            items.append(item)
            if question.case:
                reason = (
                    f"its case study “{question.case.title}” stays here: files hold no scenario"
                )
                losses.append(Loss(item.ref, reason))
    if form.carries_images:
        dumped = form.dumps(items, images=bytes_of(items, most=MOST_IMAGE_BYTES))
    else:
        dumped = form.dumps(items)
        losses += [Loss(item.ref, STAYS) for item in items if next(images_of(item), None)]
    if len(dumped.content) > MOST_BYTES:
        most = f"{MOST_BYTES // 1024**2} MB"
        losses.append(Loss(exam.code, f"the file is larger than the {most} that are read at once"))
    dumped = Dumped(dumped.content, (*losses, *dumped.losses))
    record(
        "exported",
        actor=by,
        exam=exam,
        subject="exam",
        subject_id=exam.pk,
        format=name,
        count=len(items),
    )
    return Exported(dumped, len(items), f"{exam.code}{form.suffix}", form.media_type)


def ask(exam: Exam, *, name: str, status: str, by: Actor) -> Export:
    """Ask for a file of an exam's questions, which a worker makes; raises FormatError."""
    if name not in WRITTEN:
        raise FormatError(f"a format is one of {', '.join(WRITTEN)}")
    return Export.objects.create(exam=exam, by_id=by.pk, format=name, questions=status)


def execute(export_id: UUID) -> None:
    """Make the file of an export that waits; a second call, or a second worker, changes nothing."""
    waiting = Export.objects.waiting().filter(pk=export_id)
    if not waiting.update(status=ExportStatuses.RUNNING, touched_at=Now()):
        return
    asked = Export.objects.select_related("exam", "by").get(pk=export_id)
    questions = Question.objects.filter(exam=asked.exam)
    if asked.questions:
        questions = questions.in_status(asked.questions)
    try:
        made = export(asked.exam, questions, name=asked.format, by=asked.by)
    except Exception:
        # Where the database itself is away this fails too, and the sweep begins again.
        logger.exception("export_failed", export=export_id)
        Export.objects.filter(pk=export_id).update(status=ExportStatuses.FAILED, finished_at=Now())
        return
    losses = made.dumped.losses
    asked.content = made.dumped.content
    asked.count, asked.loss_count = made.count, len(losses)
    asked.losses = [{"ref": each.ref, "reason": each.reason} for each in losses[:MOST_LOSSES]]
    asked.file_name, asked.media_type = made.file_name, made.media_type
    asked.status, asked.finished_at = ExportStatuses.DONE, Now()
    asked.save()
    logger.info("export_done", export=export_id)


def forget_old() -> int:
    """Delete files that were made a day ago; return how many."""
    return Export.objects.filter(created_at__lt=Now() - _KEPT_FOR).delete()[0]
