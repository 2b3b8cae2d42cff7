"""Answering a review: graded, logged and scheduled at once; and taking the last one back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import structlog
from django.core import signing
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from examapp.accounts.models import User
from examapp.exams.models import ClockTimestamp, KeyCorrection
from examapp.exams.open_exam import refuse_during_exam
from examapp.exams.scoring import DROP, EVERYONE, Ruling
from examapp.study.models import Card, CardEvent, CardQuerySet, EventKinds, EventSources
from examapp.study.schedule import Ratings, State, answered, rating_of
from examapp.study.services.queue import Asked, asked_by
from examapp.study.services.record import reproject, set_state
from questions.items.item import Response
from questions.items.responses import authored
from questions.models import Exam, QuestionVersion

logger = structlog.get_logger(__name__)


class NotAsked(Exception):
    """What was sent back is no question that this candidate was asked."""


class AlreadyAnswered(Exception):
    """The card moved on since it was shown: on another device, or by a second click."""


@dataclass(frozen=True)
class Shown:
    """A card as it was shown to its candidate, by the version that asked it."""

    card: Card
    asked: Asked


def shown(candidate: User, token: str) -> Shown:
    """Return what a page that is sent back had asked.

    To be called inside the transaction of the answer: no exam starts until its end. Raises
    ExamRunning and NotAsked.
    """
    try:
        card_id, turn, version_id = asked_by(token)
    except signing.BadSignature:
        raise NotAsked from None
    card = locked(candidate, card_id)
    newest = KeyCorrection.objects.filter(versions=OuterRef("pk")).order_by("-pk")
    versions = QuestionVersion.objects.annotate(correction=Subquery(newest.values("pk")[:1]))
    return Shown(card, Asked(card_id, turn, versions.get(pk=version_id)))


def locked(candidate: User, card_id: int, *, among: CardQuerySet | None = None) -> Card:
    """Return a card to be answered: no exam starts until the end of the transaction.

    Raises ExamRunning, and NotAsked for a card that is not the candidate's or not `among` some.
    """
    cards = Card.objects.all() if among is None else among
    cards = cards.of(candidate).select_related("exam", "candidate")
    # The lock of exams.services.candidate_lock, with the card in one statement.
    card = cards.select_for_update(of=("candidate",), no_key=True).filter(pk=card_id).first()
    if card is None:
        raise NotAsked
    refuse_during_exam(candidate)
    return card


@transaction.atomic
def answer(shown: Shown, *, response: Response, sureness: str) -> int:
    """Grade, log and schedule the answer to a review; return the key of its row in the log.

    Of two devices that answer the same card the second raises AlreadyAnswered.
    """
    card, asked = shown.card, shown.asked
    refuse_answered(card, asked.turn)
    # Asked for only where there is one, which saves a statement nearly always.
    key = getattr(asked.version, "correction", None)
    rating = rated(
        asked.version,
        KeyCorrection.objects.select_related("keyed_by").get(pk=key) if key else None,
        Given(response, asked.shuffle, sureness),
        policy=card.exam.grading_policy,
    )
    today = timezone.localdate()
    state = answered(State(card.memory, card.due_on), rating, today)
    is_awake = card.due_on is not None or Ratings.NOTHING < rating <= Ratings.HARD
    set_state(card, state if is_awake else State(state.memory), turn=asked.turn)
    given = Given(response, asked.shuffle, sureness)
    return write(card, asked.turn, rating=rating, day=today, given=given, version=asked.version)


def refuse_answered(card: Card, turn: int) -> None:
    """Raise AlreadyAnswered for a card that moved on since it was shown."""
    if card.turn != turn:
        raise AlreadyAnswered


@dataclass(frozen=True)
class Given:
    """An answer: the response in shown indexes, the order of options, how sure one was."""

    response: Response
    shuffle: Sequence[int]
    sureness: str = ""


# Of a card that asks no question.
NOTHING_CHOSEN = Given(None, ())


def rated(
    version: QuestionVersion, correction: KeyCorrection | None, given: Given, *, policy: str
) -> Ratings:
    """Return how an answer is rated by today's key; NOTHING where that says nothing."""
    if correction and correction.policy in (DROP, EVERYONE):
        return Ratings.NOTHING
    ruling = (
        correction.ruling_by(correction.keyed_by)
        if correction
        else Ruling.of_key(version.key["right"])
    )
    response = authored(version.type, given.response, given.shuffle)
    credit = ruling.credit(version.type, response, policy)
    return rating_of(is_right=credit == 1, sureness=given.sureness)


# One statement: the card moves on from the turn that was shown or not at all, and its log with it.
_WRITE = """
WITH moved AS (
    UPDATE study_card SET stability = %(stability)s, difficulty = %(difficulty)s,
        last_on = %(last_on)s, due_on = %(due_on)s, is_weak = %(is_weak)s, turn = turn + 1
    WHERE id = %(card)s AND turn = %(turn)s RETURNING id
)
INSERT INTO study_cardevent
    (card_id, kind, source, rating, sureness, version_id, shuffle, response, day, at)
SELECT id, 'answered', 'review', %(rating)s, %(sureness)s, %(version)s, %(shuffle)s,
    %(response)s::jsonb, %(day)s, clock_timestamp()
FROM moved RETURNING id
"""


def write(
    card: Card,
    turn: int,
    *,
    rating: int,
    day: date,
    given: Given = NOTHING_CHOSEN,
    version: QuestionVersion | None = None,
) -> int:
    """Store the state of a card that was shown at a turn, and its answer; return the row's key.

    Raises AlreadyAnswered where the card has moved on.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "stability": card.stability,
                "difficulty": card.difficulty,
                "last_on": card.last_on,
                "due_on": card.due_on,
                "is_weak": card.is_weak,
                "card": card.pk,
                "turn": turn,
                "rating": rating,
                "sureness": given.sureness,
                "version": version.pk if version else None,
                "shuffle": list(given.shuffle),
                "response": CardEvent._meta.get_field("response").get_db_prep_value(
                    given.response, connection
                ),
                "day": day,
            },
        )
        row = cursor.fetchone()
    if row is None:
        raise AlreadyAnswered
    logger.info("review_answered", card=card.pk)
    return int(row[0])


@transaction.atomic
def undo(candidate: User, exam: Exam) -> Card | None:
    """Take back the last review of today; return its card, which is due again, or None for none.

    A second call takes back the one before.
    """
    undone = CardEvent.objects.filter(kind=EventKinds.UNDONE, of=OuterRef("pk"))
    reviews = CardEvent.objects.filter(
        card__candidate=candidate,
        card__exam=exam,
        source=EventSources.REVIEW,
        kind=EventKinds.ANSWERED,
        day=timezone.localdate(),
    )
    last = reviews.exclude(Exists(undone)).order_by("-at", "-pk").first()
    if last is None:
        return None
    card = Card.objects.select_for_update(no_key=True).get(pk=last.card_id)
    if CardEvent.objects.filter(kind=EventKinds.UNDONE, of=last).exists():
        return card
    CardEvent.objects.create(
        card=card,
        kind=EventKinds.UNDONE,
        source=EventSources.CANDIDATE,
        of=last,
        day=last.day,
        at=ClockTimestamp(),
    )
    reproject([card])
    return card
