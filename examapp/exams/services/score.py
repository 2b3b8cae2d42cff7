"""Grading and scoring a sitting."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db.models import Count

from examapp.exams import scoring
from examapp.exams.models import DomainScore, ExamSession, KeyCorrection, Score, SessionItem
from examapp.exams.scoring import Tally
from questions.items.responses import authored


def score(session: ExamSession) -> Score:
    """Grade a session's items and write its first score.

    The newest corrections of its questions rule, also those made while its paper was written.
    """
    items = list(
        session.items.select_related("keyed_by", "correction", "topic__task").defer(
            "keyed_by__html", "keyed_by__content"
        )
    )
    corrections = KeyCorrection.objects.governing(item.version_id for item in items)
    for item in items:
        follow(item, corrections.get(item.version_id))
        item.credit = credit(item, item.keyed_by.type, session.grading_policy)
    SessionItem.objects.bulk_update(items, ["credit", "keyed_by", "correction"])
    tallies = scoring.tally(
        (item.topic.task.domain_id, scoring.exact(item.credit or 0))
        for item in items
        if item.counts
    )
    first = scored(session, tallies)
    first.save()
    DomainScore.objects.bulk_create(domain_scores(first, tallies))
    return first


def follow(item: SessionItem, correction: KeyCorrection | None) -> None:
    """Put an item, unsaved, under the rule of a correction."""
    if correction:
        item.correction, item.keyed_by = correction, correction.keyed_by


def credit(item: SessionItem, item_type: str, grading_policy: str) -> Decimal:
    """Return the credit of an item's response; needs keyed_by and correction."""
    response = authored(item_type, item.response, item.shuffle)
    return item.ruling.credit(item_type, response, grading_policy)


def scored(
    session: ExamSession, tallies: Mapping[int, Tally], *, number: int = 1, reason: str = ""
) -> Score:
    """Return, unsaved, a session's score from the credit of each domain.

    The scale stands over what counts: with an item dropped the share is of the others.
    """
    earned = earned_of(tallies)
    most = sum(tally.max_credit for tally in tallies.values())
    scaled = session.scale.scaled(earned / most if most else Fraction())
    return Score(
        session=session,
        number=number,
        credit=scoring.stored(earned),
        max_credit=most,
        scaled=scaled,
        is_pass=session.scale.is_pass(scaled),
        reason=reason,
    )


def earned_of(tallies: Mapping[int, Tally]) -> Fraction:
    """Return the credit of all domains together."""
    return sum((tally.credit for tally in tallies.values()), Fraction())


def tallies_of(sessions: Iterable[ExamSession]) -> dict[UUID, dict[int, Tally]]:
    """Return by session the credit of each domain, over the items that count, in one statement."""
    rows = (
        SessionItem.objects.counted()
        .filter(session__in=sessions)
        .order_by()
        .values_list("session", "topic__task__domain", "credit")
        .annotate(count=Count("pk"))
    )
    tallies: dict[UUID, dict[int, Tally]] = defaultdict(dict)
    for session, domain, credit, count in rows:
        old = tallies[session].get(domain, Tally(Fraction(), 0))
        earned = old.credit + scoring.exact(credit or 0) * count
        tallies[session][domain] = Tally(earned, old.max_credit + count)
    return tallies


def domain_scores(score: Score, tallies: Mapping[int, Tally]) -> Iterable[DomainScore]:
    """Return, unsaved, the rows of a score by domain."""
    return [
        DomainScore(
            score=score,
            domain_id=domain,
            credit=scoring.stored(tally.credit),
            max_credit=tally.max_credit,
        )
        for domain, tally in tallies.items()
    ]
