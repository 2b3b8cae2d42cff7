"""Writing a round's means into the bank: a new version of each question, the wording as it was."""

from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from examapp.reports.models import RatingRound
from examapp.reports.standard_setting.outcome import Mean, is_enough, means
from questions.models import Draft, Question, QuestionVersion
from questions.services.audit import Actor, record, record_question, snapshot
from questions.services.errors import Refused
from questions.services.versions import item_of_version, locked, publish

_RATINGS = ("angoff", "angoff_spread")


@dataclass
class Applied:
    """How many questions a round's means were written into, and how many not, by reason."""

    written: int = 0
    same: int = 0
    few: int = 0
    changed: int = 0
    drafts: int = 0


@transaction.atomic
def apply_round(round_: RatingRound, *, by: Actor) -> Applied:
    """Write the means of a closed round into the live versions; safe to repeat.

    Left as they are: questions with too few raters, those that were changed or retired since they
    were rated, and those with a draft, which would lose it. Neither wording nor key is touched, so
    that nobody reviews anew what was approved. Raises Refused for a round that is open.
    """
    round_ = RatingRound.objects.select_for_update(of=("self",)).get(pk=round_.pk)
    if round_.is_open:
        raise Refused(gettext("The round is open. Close it first."))
    found, done = means(round_), Applied()
    for item in round_.items.select_related("version").order_by("version__question"):
        mean = found.get(item.version.question_id)
        _apply_one(round_, item.version, mean, by, done)
    RatingRound.objects.filter(pk=round_.pk).update(applied_at=Now())
    record(
        "applied ratings",
        actor=by,
        exam=round_.exam,
        subject="rating round",
        subject_id=round_.pk,
        counts=vars(done),
    )
    return done


def _apply_one(
    round_: RatingRound, version: QuestionVersion, mean: Mean | None, by: Actor, done: Applied
) -> None:
    if mean is None or not is_enough(mean.raters) or mean.spread is None:
        done.few += 1
        return
    question = locked(version.question_id)
    if Draft.objects.filter(question=question).exists():
        done.drafts += 1
    elif not _is_as_rated(question, version):
        done.changed += 1
    else:
        item = replace(
            item_of_version(question.live_version),
            angoff=round(mean.share, 3),
            angoff_spread=round(mean.spread, 3),
        )
        before = snapshot(question)
        reason = gettext("Ratings of “%(round)s”") % {"round": round_.title}
        if not publish(question, item, reason=reason, by=by):
            done.same += 1
            return
        number = question.live_version.number
        record_question("rated", question, actor=by, before=before, reason=reason, version=number)
        done.written += 1


def _is_as_rated(question: Question, version: QuestionVersion) -> bool:
    """Tell whether the live version asks what raters saw, with the same key."""
    live = question.current_version
    if question.status != Question.Status.PUBLISHED or live is None:
        return False
    keys = (
        {name: value for name, value in each.key.items() if name not in _RATINGS}
        for each in (live, version)
    )
    first, second = keys
    return live.content_hash == version.content_hash and first == second
