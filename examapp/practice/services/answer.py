"""Answers of a set: one for each question, graded as it is stored; and the end of the set."""

from functools import partial
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from examapp.accounts.models import User
from examapp.exams.models import ClockTimestamp, KeyCorrection
from examapp.exams.open_exam import refuse_from_now_on
from examapp.exams.scoring import DROP, EVERYONE, Ruling
from examapp.practice.models import PracticeItem, PracticeSet
from examapp.practice.services.errors import SetEnded
from examapp.practice.signals import practice_ended
from examapp.study.models import EventSources
from examapp.study.schedule import Ratings, rating_of
from examapp.study.services import Met, record
from questions.items.item import Response
from questions.items.responses import authored

logger = structlog.get_logger(__name__)


@transaction.atomic
def answer(
    set_id: UUID, position: int, *, candidate: User, response: Response, sureness: str
) -> PracticeItem | None:
    """Store and grade the answer to a question, once; None when it is not theirs.

    A second answer changes nothing: the first one is returned. The last one of a set ends it. The
    newest correction of the question's key rules. Raises ExamRunning, and SetEnded for a question
    left open.
    """
    refuse_from_now_on(candidate)
    sets = PracticeSet.objects.of(candidate).select_related("exam")
    sets = sets.select_for_update(of=("self",), no_key=True)
    practice_set = sets.filter(pk=set_id).first()
    if practice_set is None:
        return None
    items = practice_set.items.select_related("version__question")
    item = items.filter(position=position).first()
    if item is None or item.answered_at:
        return item
    if not practice_set.is_open or is_overdue(practice_set):
        raise SetEnded
    correction = KeyCorrection.objects.governing([item.version_id]).get(item.version_id)
    item.keyed_by = correction.keyed_by if correction else item.version
    ruling = (
        correction.ruling_by(item.keyed_by)
        if correction
        else Ruling.of_key(item.version.key["right"])
    )
    item.response, item.sureness = response, sureness
    item.credit = ruling.credit(
        item.version.type,
        authored(item.version.type, response, item.shuffle),
        practice_set.grading_policy,
    )
    item.answered_at = ClockTimestamp()
    item.save(update_fields=["response", "sureness", "keyed_by", "credit", "answered_at"])
    says_nothing = correction is not None and correction.policy in (DROP, EVERYONE)
    met = Met(
        question=item.version.question,
        version=item.version_id,
        item=item.pk,
        rating=Ratings.NOTHING
        if says_nothing
        else rating_of(is_right=item.credit == 1, sureness=sureness),
        at=timezone.now(),
        day=timezone.localdate(),
        sureness=sureness,
        response=response,
        shuffle=item.shuffle,
    )
    record(candidate, practice_set.exam, [met], source=EventSources.PRACTICE)
    if not practice_set.items.filter(answered_at=None).exists():
        end(set_id)
    return item


def is_overdue(practice_set: PracticeSet) -> bool:
    """Tell whether a set's deadline and grace have passed by the database's clock."""
    if practice_set.deadline_at is None:
        return False
    return PracticeSet.objects.overdue().filter(pk=practice_set.pk).exists()


def end_overdue() -> int:
    """End every set whose time ran out; return how many."""
    overdue = list(PracticeSet.objects.overdue().values_list("pk", flat=True))
    for set_id in overdue:
        end(set_id)
    return len(overdue)


@transaction.atomic
def end(set_id: UUID) -> None:
    """End a set, once; a second call changes nothing."""
    if PracticeSet.objects.open().filter(pk=set_id).update(ended_at=Now()):
        transaction.on_commit(partial(practice_ended.send_robust, PracticeSet, set_id=set_id))
        logger.info("practice_ended", set=set_id)


def mark_reported(set_id: UUID) -> None:
    """Note that a report has taken up a set's answers."""
    PracticeSet.objects.unreported().filter(pk=set_id).update(reported_at=Now())
