"""What is due: the cards of the day, the question that asks one, and how many there are."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone

from examapp.accounts.exam_dates import exam_date
from examapp.accounts.models import User
from examapp.exams.services.free_questions import free_questions
from examapp.study.models import (
    Card,
    CardEvent,
    CardQuerySet,
    EventKinds,
    EventSources,
    TermReviews,
)
from examapp.study.schedule import LATELY, NEW_A_DAY, Horizon
from questions.models import Exam, Note, Question, QuestionVersion
from questions.models.blueprint import NoteQuerySet

# Seconds after which a question that was shown is drawn anew.
ASKED_FOR = 12 * 3600
_SALT = "study.asked"
# What takes an event back.
_UNDONE = CardEvent.objects.filter(kind=EventKinds.UNDONE, of=OuterRef("pk"))


def horizon_of(candidate: User, exam: Exam) -> Horizon:
    """Return what an exam date that lies ahead does to the days on which cards come back."""
    exam_on = exam_date(candidate, exam)
    return Horizon(exam_on if exam_on and exam_on > timezone.localdate() else None)


@dataclass(frozen=True)
class Queue:
    """The reviews of a candidate and an exam on a day."""

    candidate: User
    exam: Exam
    day: date
    horizon: Horizon

    @cached_property
    def cards(self) -> CardQuerySet:
        """Every card that is due: terms last, the oldest and weakest first.

        Of terms that come for the first time only a day's: however many days nobody came, and
        however many the notes defined since.
        """
        cards = Card.objects.of(self.candidate).filter(exam=self.exam)
        due = cards.due(self.day, self.horizon).askable(*sources_of(self.candidate, self.exam))
        place = Window(RowNumber(), order_by=["due_on", "pk"])
        is_new = Q(term__gt="", last_on=None)
        new = due.filter(is_new).annotate(place=place + self._begun).filter(place__lte=NEW_A_DAY)
        return due.filter(~is_new | Q(pk__in=new.order_by().values("pk")))

    @cached_property
    def done(self) -> int:
        """How many reviews were done on the day, those taken back not counted."""
        return self._reviews.count()

    @cached_property
    def left(self) -> int:
        """How many reviews are left of the day: what is due, within the day's limit."""
        due = self.cards.count()
        return max(0, min(due, self.limit - self.done)) if due else 0

    @property
    def limit(self) -> int:
        """Reviews a day at most."""
        return limit_of(self.candidate)

    @property
    def _reviews(self) -> QuerySet[CardEvent]:
        return CardEvent.objects.filter(
            ~Exists(_UNDONE),
            card__candidate=self.candidate,
            card__exam=self.exam,
            # Of thousands of cards only those that moved on the day are looked at.
            card__last_on=self.day,
            source=EventSources.REVIEW,
            kind=EventKinds.ANSWERED,
            day=self.day,
        ).order_by()

    @property
    def _begun(self) -> Coalesce:
        """How many terms came for the first time on the day."""
        before = CardEvent.objects.filter(
            ~Exists(_UNDONE), card=OuterRef("card"), kind=EventKinds.ANSWERED, day__lt=self.day
        )
        begun = self._reviews.filter(~Exists(before), card__term__gt="").annotate(one=Value(1))
        count = begun.values("one").annotate(n=Count("card", distinct=True)).values("n")
        return Coalesce(Subquery(count), 0)

    def first(self) -> Card | None:
        """Return the card to ask now, and learn in the same statement what is left and done.

        None when nothing is left of the day.
        """
        return next(iter(self._first(1)), None)

    def rest(self) -> list[Card]:
        """Return the cards that are left of the day, in the order in which they are asked."""
        return self._first(self.limit)

    def _first(self, count: int) -> list[Card]:
        done = self._reviews.annotate(one=Value(1)).values("one").annotate(n=Count("pk"))
        # Any: what is annotated has no type.
        cards: list[Any] = list(
            self.cards.annotate(
                due=Window(Count("pk")), done=Coalesce(Subquery(done.values("n")), 0)
            )[:count]
        )
        if not cards:
            self.__dict__["left"] = 0
            return []
        self.__dict__["done"] = cards[0].done
        self.__dict__["left"] = max(0, min(cards[0].due, self.limit - cards[0].done))
        return cards[: self.left]


def sources_of(candidate: User, exam: Exam) -> tuple[QuerySet[Question], NoteQuerySet]:
    """Return what may ask a candidate's cards: questions, and notes where one reviews terms."""
    wish = TermReviews.objects.filter(candidate=candidate, exam=exam)
    return free_questions(candidate, exam), Note.objects.readable(exam).filter(Exists(wish))


def limit_of(candidate: User) -> int:
    """Return how many reviews a candidate is asked in a day: their own word, else the site's."""
    preferences = getattr(candidate, "preferences", None)
    return preferences.reviews_a_day if preferences else settings.REVIEWS_PER_DAY


def queue_of(candidate: User, exam: Exam) -> Queue:
    """Return the reviews of today."""
    return Queue(candidate, exam, timezone.localdate(), horizon_of(candidate, exam))


def due_count(candidate: User, exam: Exam) -> int:
    """Return how many reviews are left of today."""
    return queue_of(candidate, exam).left


def next_due(candidate: User, exam: Exam) -> tuple[date, int] | None:
    """Return the next day after today on which cards come back, and how many do; None for none."""
    queue = queue_of(candidate, exam)
    cards = Card.objects.of(candidate).filter(exam=exam).active()
    tomorrow = queue.day + timedelta(days=1)
    days: Counter[date] = Counter()
    new: Counter[date] = Counter()
    for due_on, last_on, is_weak, term in (
        cards.askable(*sources_of(candidate, exam))
        .order_by()
        .values_list("due_on", "last_on", "is_weak", "term")
    ):
        day = queue.horizon.due_on(due_on or queue.day, last_on=last_on, is_weak=is_weak)
        (new if term and last_on is None else days)[max(day, tomorrow)] += 1
    first = min([*days, *new], default=None)
    return (first, days[first] + min(new[first], NEW_A_DAY)) if first else None


@dataclass(frozen=True)
class Asked:
    """A review as it is shown: a card at a turn of its log, by a version in an order of options."""

    card: int
    turn: int
    version: QuestionVersion

    @property
    def shuffle(self) -> list[int]:
        """The order of options: of this turn alone, so that it is another the next time."""
        seed = signing.Signer(salt=_SALT).signature(f"{self.card}-{self.turn}")
        return self.version.shuffle(random.Random(seed))

    @property
    def token(self) -> str:
        """What the page sends back, so that what is graded is what was asked."""
        return signing.dumps([self.card, self.turn, self.version.pk], salt=_SALT)


def asked(card: Card, questions: QuerySet[Question]) -> Asked | None:
    """Return how a card is asked now: its fact by a question not met lately, else the last one.

    `questions` may be asked; None where none of them asks the card. The key is not read.
    """
    return next(iter(asked_each([card], questions)), None)


def asked_each(cards: Sequence[Card], questions: QuerySet[Question]) -> list[Asked]:
    """Return how each of these cards is asked now, in two statements whatever their number."""
    facts = [card.fact for card in cards if card.fact]
    own = Q(pk__in=[card.question_id for card in cards if not card.fact])
    mine = questions.filter(own | Q(facts__overlap=facts) if facts else own)
    mine = mine.select_related("current_version")
    mine = mine.defer("current_version__key", "search", "shingles", "words")
    askable = list(mine.order_by("pk"))
    lately = _met_lately(cards) if askable else {}
    chosen = [(card, _chosen(card, askable, lately.get(card.pk, []))) for card in cards]
    return [Asked(card.pk, card.turn, one.live_version) for card, one in chosen if one]


def _met_lately(cards: Sequence[Card]) -> dict[int, list[int]]:
    """Return by card the questions that asked it in the last weeks, the oldest first."""
    since = timezone.localdate() - timedelta(days=LATELY)
    met = CardEvent.objects.filter(card__in=cards, version__isnull=False, day__gt=since)
    lately: dict[int, dict[int, None]] = {}
    for card, question in met.order_by("at", "pk").values_list("card", "version__question"):
        lately.setdefault(card, {}).setdefault(question)
    return {card: list(asked) for card, asked in lately.items()}


def _chosen(card: Card, askable: Sequence[Question], lately: Sequence[int]) -> Question | None:
    """Return the question that asks a card: one not met lately, else the one met longest ago."""
    mine = {
        question.pk: question
        for question in askable
        if (card.fact in question.facts if card.fact else question.pk == card.question_id)
    }
    fresh = [key for key in mine if key not in lately]
    if fresh:
        return mine[random.Random(f"{card.pk}-{card.turn}").choice(fresh)]
    return next((mine[key] for key in lately if key in mine), None)


def asked_by(token: str) -> tuple[int, int, int]:
    """Return card, turn and version of what was asked; raises signing.BadSignature."""
    card, turn, version = signing.loads(token, salt=_SALT, max_age=ASKED_FOR)
    return card, turn, version
