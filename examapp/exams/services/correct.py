"""Correcting a key: what it would do, and doing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from examapp.exams.models import ExamSession, KeyCorrection, Policies, SessionItem
from examapp.exams.scoring import Ruling, exact, stored
from examapp.exams.services.score import earned_of, tallies_of
from questions.items.responses import authored
from questions.models import QuestionVersion
from questions.services import key_changes, retirement
from questions.services import versions as version_services
from questions.services.audit import Actor, record_question
from questions.services.errors import Refused

# Policies under which another key is named; under the others the key stays.
WITH_KEY = (Policies.NEW, Policies.BOTH)


@dataclass(frozen=True)
class Change:
    """What a correction would make of one sitting's score."""

    session: ExamSession
    old_scaled: int
    new_scaled: int
    was_pass: bool
    is_pass: bool

    @property
    def is_flip(self) -> bool:
        return self.was_pass != self.is_pass


@dataclass(frozen=True)
class CorrectionPreview:
    """What a correction would do: finished and open sessions it touches, and changed scores."""

    finished: int
    open: int
    changes: tuple[Change, ...]

    @property
    def flips(self) -> list[Change]:
        return [change for change in self.changes if change.is_flip]

    @property
    def up(self) -> int:
        return sum(change.new_scaled > change.old_scaled for change in self.changes)

    @property
    def down(self) -> int:
        return sum(change.new_scaled < change.old_scaled for change in self.changes)


@dataclass(frozen=True)
class CorrectionRequest:
    """A correction as it is asked for; `right` and `whys` only where the policy needs a key."""

    policy: str
    reason: str
    right: tuple[int, ...] = ()
    whys: tuple[str, ...] = ()


def seen(version: QuestionVersion) -> str:
    """Return a mark of how sittings of a question are graded now, for who goes on from it."""
    newest = KeyCorrection.objects.filter(question=version.question_id).order_by("-pk").first()
    return f"{newest.pk if newest else 0}-{_wording(version)[0].number}"


def preview(version: QuestionVersion, wanted: CorrectionRequest) -> CorrectionPreview:
    """Return what a correction would do, and write nothing; raises Refused for one that cannot be.

    The number of statements is the same for however many sessions.
    """
    wording = _wording(version)
    right = tuple(wording[0].key["right"])
    if wanted.policy in WITH_KEY:
        right = key_changes.with_key(version, wanted.right, wanted.whys).right
    items = SessionItem.objects.filter(version__in=wording)
    others = _rights_until_now(items, right) if wanted.policy == Policies.BOTH else []
    ruling = Ruling(wanted.policy, (right, *map(tuple, others)))
    rows = list(
        items.with_current_score()
        .select_related("session__candidate", "correction", "keyed_by")
        .defer("keyed_by__html", "keyed_by__content")
        .order_by("session__finished_at")
    )
    sums = tallies_of([row.session for row in rows])
    changes = [_change(row, version.type, ruling, earned_of(sums[row.session_id])) for row in rows]
    open_count = items.filter(session__status=ExamSession.Status.OPEN).count()
    return CorrectionPreview(len(rows), open_count, tuple(change for change in changes if change))


def _change(
    item: SessionItem, item_type: str, ruling: Ruling, earned_now: Fraction
) -> Change | None:
    """Return what a ruling makes of an item's session, None where its score stays."""
    session = item.session
    old = session.current_scores[0]
    response = authored(item_type, item.response, item.shuffle)
    credit = ruling.credit(item_type, response, session.grading_policy)
    counts = item.is_scored and not ruling.is_dropped
    earned = earned_now - exact(item.credit or 0) * item.counts + exact(credit) * counts
    most = old.max_credit - item.counts + counts
    scaled = session.scale.scaled(earned / most if most else Fraction())
    is_pass = session.scale.is_pass(scaled)
    if (old.scaled, old.is_pass, old.credit, old.max_credit) == (
        scaled,
        is_pass,
        stored(earned),
        most,
    ):
        return None
    return Change(session, old.scaled, scaled, old.is_pass, is_pass)


@transaction.atomic
def correct(
    version: QuestionVersion,
    wanted: CorrectionRequest,
    *,
    by: Actor,
    mark: str,
    retire: bool = False,
) -> KeyCorrection:
    """Decide how the sittings of a version's wording are graded; the regrade is work to be done.

    `mark` is what `seen` returned when the correction was looked at. Raises Refused where someone
    else corrected the key since, and for a key that cannot be.
    """
    question = version_services.locked(version.question_id)
    version.question = question
    if mark != seen(version):
        raise Refused(
            gettext("Someone else corrected the key since you opened it. Check it again.")
        )
    wording = _wording(version)
    keyed_by = wording[0]
    if wanted.policy in WITH_KEY:
        keyed_by = key_changes.rekey(
            version, right=wanted.right, whys=wanted.whys, by=by, reason=wanted.reason
        )
    items = SessionItem.objects.filter(version__in=wording)
    is_both = wanted.policy == Policies.BOTH
    correction = KeyCorrection.objects.create(
        question=question,
        keyed_by=keyed_by,
        policy=wanted.policy,
        also_right=_rights_until_now(items, keyed_by.key["right"]) if is_both else [],
        reason=wanted.reason,
        made_by_id=by.pk,
        total=items.values("session").distinct().count(),
    )
    correction.versions.set(wording)
    record_question(
        "corrected the key",
        question,
        actor=by,
        reason=wanted.reason,
        batch=correction.batch,
        policy=wanted.policy,
        version=keyed_by.number,
        sessions=correction.total,
    )
    if retire:
        retirement.retire(question, by=by, reason=wanted.reason, batch=correction.batch)
    return correction


def _wording(version: QuestionVersion) -> list[QuestionVersion]:
    """Return every version that asks the same in the same words, the newest first."""
    versions = QuestionVersion.objects.filter(
        question=version.question_id, content_hash=version.content_hash
    )
    return list(versions.order_by("-number"))


def _rights_until_now(items: QuerySet[SessionItem], right: Sequence[int]) -> list[list[int]]:
    """Return the keys, besides the right one, by which items earn credit now."""
    rows = items.order_by().values_list("keyed_by__key__right", "correction__also_right").distinct()
    rights: list[list[int]] = []
    for current, others in rows:
        for candidate_key in (current, *(others or ())):
            if candidate_key not in rights and candidate_key != list(right):
                rights.append(candidate_key)
    return sorted(rights)
