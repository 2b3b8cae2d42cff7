"""Terms of the glossary as cards: taken into the reviews of an exam, and rated by who thought.

One says oneself whether one knew a term. That schedules the card and is no answer to a question:
nothing that measures reads it.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from examapp.accounts.models import User
from examapp.accounts.time_zones import zone_of
from examapp.exams.models import ClockTimestamp
from examapp.study.models import (
    Card,
    CardEvent,
    CardQuerySet,
    EventKinds,
    EventSources,
    TermReviews,
)
from examapp.study.schedule import NEW_A_DAY, Ratings, State, answered
from examapp.study.services.answer import NotAsked, locked, refuse_answered, write
from examapp.study.services.queue import horizon_of
from examapp.study.services.record import set_state
from examapp.study.services.returns import due_on
from questions.access import takeable_exams
from questions.models import Exam, Note
from questions.services.glossary import Entry, entries_of, keys_of


def offers(candidate: User, exams: Sequence[Exam]) -> list[tuple[Exam, bool]]:
    """Return those of some exams that define terms, each with whether they are switched on."""
    defining = Note.objects.published().exclude(terms=[])
    wishes = TermReviews.objects.filter(candidate=candidate, exam=OuterRef("pk"))
    with_terms = Exam.objects.filter(
        Exists(defining.filter(topic__task__domain__exam=OuterRef("pk"))),
        pk__in=[exam.pk for exam in exams],
    )
    is_on = dict(with_terms.annotate(is_on=Exists(wishes)).values_list("pk", "is_on"))
    return [(exam, is_on[exam.pk]) for exam in exams if exam.pk in is_on]


def is_on(candidate: User, exam: Exam) -> bool:
    """Tell whether the terms of an exam come back in a candidate's reviews."""
    return TermReviews.objects.filter(candidate=candidate, exam=exam).exists()


def switch_on(candidate: User, exam: Exam) -> None:
    """Let the terms of an exam come back, a few new ones a day. A second call changes nothing."""
    TermReviews.objects.get_or_create(candidate=candidate, exam=exam)
    take_in(candidate, exam, keys_of(exam), from_day=timezone.localdate())


def switch_off(candidate: User, exam: Exam) -> None:
    """Let the terms of an exam rest; what is known of each stays for another time."""
    TermReviews.objects.filter(candidate=candidate, exam=exam).delete()


@transaction.atomic
def take_in(candidate: User, exam: Exam, defined: Sequence[str], *, from_day: date) -> int:
    """Make a card of each defined term without one, where they are switched on; return how many."""
    wish = TermReviews.objects.filter(candidate=candidate, exam=exam)
    # Of two that take terms in, a device and the sweep, the second finds them there.
    if not wish.select_for_update(no_key=True).first():
        return 0
    theirs = Card.objects.of(candidate).filter(exam=exam).exclude(term="")
    there = set(theirs.values_list("term", flat=True))
    keys = [key for key in defined if key not in there]
    days = [from_day + timedelta(days=place // NEW_A_DAY) for place in range(len(keys))]
    cards = Card.objects.bulk_create(
        Card(candidate=candidate, exam=exam, term=key, due_on=day, turn=1)
        for key, day in zip(keys, days, strict=True)
    )
    CardEvent.objects.bulk_create(
        CardEvent(
            card=card,
            kind=EventKinds.SAVED,
            source=EventSources.CANDIDATE,
            day=day,
            at=ClockTimestamp(),
        )
        for card, day in zip(cards, days, strict=True)
    )
    return len(cards)


def take_in_new() -> int:
    """Make cards of the terms that notes define since; return how many."""
    exams = Exam.objects.filter(pk__in=TermReviews.objects.values("exam"))
    return sum(_take_in_new(exam, keys_of(exam)) for exam in exams)


def _take_in_new(exam: Exam, keys: list[str]) -> int:
    """Make them for those who have fewer cards than there are terms."""
    theirs = Card.objects.filter(candidate=OuterRef("candidate"), exam=exam, term__in=keys)
    count = theirs.order_by().values("candidate").annotate(n=Count("pk")).values("n")
    wishes = TermReviews.objects.filter(exam=exam).annotate(count=Coalesce(Subquery(count), 0))
    lacking = wishes.filter(count__lt=len(keys)).select_related("candidate__preferences")
    return sum(
        take_in(
            wish.candidate,
            exam,
            keys,
            from_day=timezone.localdate(timezone=zone_of(wish.candidate)),
        )
        for wish in lacking
    )


def entry_of(card: Card) -> Entry | None:
    """Return the term of a card with its meaning; None once no note defines it."""
    return entries_of(card.exam, [card.term]).get(card.term)


@transaction.atomic
def grade(candidate: User, card_id: int, *, turn: int, knew: bool) -> date | None:
    """Schedule a term by its candidate's own word; return the day on which it comes back.

    Raises ExamRunning, AlreadyAnswered for one that another device was first with, and NotAsked
    for one that is not due: where terms were switched off since, or the exam was closed.
    """
    card = locked(candidate, card_id, among=_switched_on(candidate))
    refuse_answered(card, turn)
    today, horizon = timezone.localdate(), horizon_of(candidate, card.exam)
    due = due_on(card, horizon)
    if due is None or due > today:
        raise NotAsked
    rating = Ratings.GOOD if knew else Ratings.AGAIN
    state = answered(State(card.memory, card.due_on), rating, today)
    set_state(card, state, turn=turn)
    write(card, turn, rating=rating, day=today)
    return due_on(card, horizon)


def _switched_on(candidate: User) -> CardQuerySet:
    """Return the cards of terms that come back, of exams that the candidate may take."""
    wish = TermReviews.objects.filter(candidate=candidate, exam=OuterRef("exam"))
    terms = Card.objects.of(candidate).exclude(term="")
    return terms.filter(Exists(wish), exam__in=takeable_exams(candidate))
