"""Writing to the log of cards: what was answered elsewhere, and the state that it comes to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from examapp.accounts.models import User
from examapp.study.models import Card, CardEvent, CardQuerySet, EventKinds, EventSources
from examapp.study.schedule import Event, Ratings, State, project
from questions.items.item import Response
from questions.models import Exam, Question

_STATE = ("stability", "difficulty", "last_on", "due_on", "is_weak", "turn")


@dataclass(frozen=True)
class Met:
    """A question that a candidate answered outside of reviews.

    `item` is the key of the sitting's or the set's item; `day` is the candidate's own. Where no
    regrade of a sitting tells of a corrected key, `response` and `shuffle` let it be graded anew.
    """

    question: Question
    version: int
    item: int
    rating: Ratings
    at: datetime
    day: date
    sureness: str = ""
    response: Response = None
    shuffle: Sequence[int] = ()


def fact_of(question: Question) -> str:
    """Return what a question's card is of: its first fact, "" for the question itself."""
    return question.facts[0] if question.facts else ""


@transaction.atomic
def record(candidate: User, exam: Exam, met: Sequence[Met], *, source: EventSources) -> list[Card]:
    """Log answers on the cards of what they asked; what was missed or guessed begins one.

    An answer that was logged before is passed over. The number of statements is the same for
    however many answers. Returns the cards that were met, in their new state.
    """
    begun = [each for each in met if each.rating in (Ratings.AGAIN, Ratings.HARD)]
    _begin(candidate, exam, [each.question for each in begun])
    cards = {_place(card): card for card in _locked(candidate, exam, [m.question for m in met])}
    events = [
        CardEvent(
            card=cards[place],
            kind=EventKinds.ANSWERED,
            source=source,
            source_id=each.item,
            rating=each.rating,
            sureness=each.sureness,
            version_id=each.version,
            response=each.response,
            shuffle=list(each.shuffle),
            day=each.day,
            at=each.at,
        )
        for each in met
        if (place := _place_of(each.question)) in cards
    ]
    if events:
        CardEvent.objects.bulk_create(events, ignore_conflicts=True)
        reproject(list(cards.values()))
    return list(cards.values())


def _begin(candidate: User, exam: Exam, questions: Iterable[Question]) -> None:
    """Make the cards that are not there yet."""
    missing = {_place_of(question): question for question in questions}
    Card.objects.bulk_create(
        (
            Card(candidate=candidate, exam=exam, question=question, fact=fact_of(question))
            for question in missing.values()
        ),
        ignore_conflicts=True,
    )


def begun(candidate: User, question: Question) -> Card:
    """Return a question's card, locked, made where there is none."""
    _begin(candidate, question.exam, [question])
    return _locked(candidate, question.exam, [question])[0]


def cards_of(candidate: User, exam: Exam, questions: Sequence[Question]) -> CardQuerySet:
    """Return the cards of a candidate that are of what these questions ask."""
    facts = {fact for question in questions if (fact := fact_of(question))}
    alone = {question.pk for question in questions if not question.facts}
    is_theirs = Q(~Q(fact=""), fact__in=facts) | Q(fact="", question__in=alone)
    return Card.objects.of(candidate).filter(is_theirs, exam=exam)


def _locked(candidate: User, exam: Exam, questions: Sequence[Question]) -> list[Card]:
    """Return the cards of questions, locked in one order so that two writers follow each other."""
    cards = cards_of(candidate, exam, questions).select_for_update(no_key=True)
    return list(cards.order_by("pk"))


def _place(card: Card) -> str | int | None:
    return card.fact or card.question_id


def _place_of(question: Question) -> str | int:
    return fact_of(question) or question.pk


def reproject(cards: Sequence[Card]) -> None:
    """Bring cards, which the caller has locked, to what their logs come to."""
    logs = logs_of(cards)
    for card in cards:
        log = logs.get(card.pk, [])
        set_state(card, project(log), turn=len(log))
    Card.objects.bulk_update(cards, _STATE)


def set_state(card: Card, state: State, *, turn: int) -> None:
    """Put a card, unsaved, into a state."""
    memory = state.memory
    card.stability = memory.stability if memory else None
    card.difficulty = memory.difficulty if memory else None
    card.last_on = memory.last_on if memory else None
    card.is_weak = memory.is_weak if memory else True
    card.due_on = state.due_on
    card.turn = turn


def logs_of(cards: Iterable[Card]) -> dict[int, list[Event]]:
    """Return the log of each card, in its order."""
    logs: dict[int, list[Event]] = defaultdict(list)
    rows = CardEvent.objects.filter(card__in=[card.pk for card in cards]).order_by("at", "pk")
    for card, key, kind, rating, day, of in rows.values_list(
        "card_id", "pk", "kind", "rating", "day", "of_id"
    ):
        logs[card].append(Event(key, kind, Ratings(rating), day, of))
    return logs
