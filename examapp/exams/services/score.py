"""Grading and scoring a sitting."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet

from examapp.exams import scoring
from examapp.exams.models import DomainScore, ExamSession, KeyCorrection, Score, SessionItem
from examapp.exams.scoring import Ruling, Tally
from questions.compiled_query import CompiledQuery
from questions.items.responses import authored


@dataclass(frozen=True)
class GradedItem:
    """An item with what it earned by which version's key, and whether it makes up the score."""

    pk: int
    domain: int
    credit: Decimal
    keyed_by: int
    correction: int | None
    counts: bool


_KEEP_CREDITS = """
UPDATE exams_sessionitem item
SET credit = graded.credit, keyed_by_id = graded.keyed_by, correction_id = graded.correction
FROM unnest(%s::bigint[], %s::numeric[], %s::bigint[], %s::bigint[])
    AS graded (id, credit, keyed_by, correction)
WHERE item.id = graded.id
"""


def score(session: ExamSession) -> Score:
    """Grade a session's items and write its first score.

    The newest corrections of its questions rule, also those made while its paper was written.
    """
    graded = _graded(session)
    with connection.cursor() as cursor:
        columns = ("pk", "credit", "keyed_by", "correction")
        cursor.execute(_KEEP_CREDITS, [[getattr(i, name) for i in graded] for name in columns])
    tallies = scoring.tally((i.domain, scoring.exact(i.credit)) for i in graded if i.counts)
    first = scored(session, tallies)
    first.save()
    DomainScore.objects.bulk_create(domain_scores(first, tallies))
    return first


def _graded(session: ExamSession) -> list[GradedItem]:
    """Return what each item of a session earns; nothing is written."""
    items = _ITEMS.rows(session.pk)
    corrected = [version for (version,) in _CORRECTED.rows(session.pk)]
    corrections = KeyCorrection.objects.governing(corrected) if corrected else {}
    graded = []
    for pk, version, domain, is_scored, shuffle, given, keyed_by, item_type, right in items:
        correction, response = corrections.get(version), json.loads(given or "null")
        if correction:
            ruling, keyed_by = correction.ruling_by(correction.keyed_by), correction.keyed_by_id
            item_type = correction.keyed_by.type
        else:
            ruling = Ruling.of_key(json.loads(right))
        earned = ruling.credit(
            item_type, authored(item_type, response, shuffle), session.grading_policy
        )
        counts = is_scored and not ruling.is_dropped
        correction_id = correction.pk if correction else None
        graded.append(GradedItem(pk, domain, earned, keyed_by, correction_id, counts))
    return graded


def _items_of(session: UUID) -> QuerySet[SessionItem, tuple[object, ...]]:
    """Return what grading reads of each item, JSON as text, in the order of the paper."""
    items = SessionItem.objects.filter(session=session).order_by("position")
    return items.values_list(
        *("pk", "version", "topic__task__domain", "is_scored", "shuffle", "response"),
        *("keyed_by", "keyed_by__type", "keyed_by__key__right"),
    )


_ITEMS = CompiledQuery(_items_of)
_LINKS = KeyCorrection.versions.through.objects
# The versions of a sitting that a correction rules; most sittings have none.
_CORRECTED = CompiledQuery(
    lambda session: _LINKS.filter(
        questionversion__in=SessionItem.objects.filter(session=session).values("version")
    ).values_list("questionversion")
)


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
