"""What is due: the cards of the day, the question that asks one, and how many there are."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce
from django.utils import timezone

from examapp.accounts.exam_dates import exam_date
from examapp.accounts.models import User
from examapp.exams.services.free_questions import free_questions
from examapp.study.models import Card, CardEvent, CardQuerySet, EventKinds, EventSources
from examapp.study.schedule import LATELY, Horizon
from questions.models import Exam, Question, QuestionVersion

# Seconds after which a question that was shown is drawn anew.
ASKED_FOR = 12 * 3600
_SALT = "study.asked"


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
        """Every card that is due, the oldest and weakest first."""
        cards = Card.objects.of(self.candidate).filter(exam=self.exam)
        return cards.due(self.day, self.horizon).askable(free_questions(self.candidate, self.exam))

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
        undone = CardEvent.objects.filter(kind=EventKinds.UNDONE, of=OuterRef("pk"))
        return CardEvent.objects.filter(
            ~Exists(undone),
            card__candidate=self.candidate,
            card__exam=self.exam,
            # Of thousands of cards only those that moved on the day are looked at.
            card__last_on=self.day,
            source=EventSources.REVIEW,
            kind=EventKinds.ANSWERED,
            day=self.day,
        ).order_by()

    def first(self) -> Card | None:
        """Return the card to ask now, and learn in the same statement what is left and done.

        None when nothing is left of the day.
        """
        done = self._reviews.annotate(one=Value(1)).values("one").annotate(n=Count("pk"))
        # Any: what is annotated has no type.
        card: Any = self.cards.annotate(
            due=Window(Count("pk")), done=Coalesce(Subquery(done.values("n")), 0)
        ).first()
        if card is None:
            self.__dict__["left"] = 0
            return None
        self.__dict__["done"] = card.done
        self.__dict__["left"] = max(0, min(card.due, self.limit - card.done))
        asked: Card | None = card if self.left else None
        return asked


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
    days = sorted(
        max(
            queue.horizon.due_on(due_on or queue.day, last_on=last_on, is_weak=is_weak),
            queue.day + timedelta(days=1),
        )
        for due_on, last_on, is_weak in cards.askable(free_questions(candidate, exam))
        .order_by()
        .values_list("due_on", "last_on", "is_weak")
    )
    return (days[0], days.count(days[0])) if days else None


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
    mine = (
        questions.filter(facts__contains=[card.fact])
        if card.fact
        else questions.filter(pk=card.question_id)
    )
    mine = mine.select_related("current_version")
    mine = mine.defer("current_version__key", "search", "shingles", "words")
    by_key = {question.pk: question for question in mine.order_by("pk")}
    if not by_key:
        return None
    since = timezone.localdate() - timedelta(days=LATELY)
    met = card.events.filter(version__isnull=False, day__gt=since).order_by("at", "pk")
    lately = list(dict.fromkeys(met.values_list("version__question", flat=True)))
    fresh = [key for key in by_key if key not in lately]
    known = [key for key in lately if key in by_key]
    chosen = random.Random(f"{card.pk}-{card.turn}").choice(fresh) if fresh else known[0]
    return Asked(card.pk, card.turn, by_key[chosen].live_version)


def asked_by(token: str) -> tuple[int, int, int]:
    """Return card, turn and version of what was asked; raises signing.BadSignature."""
    card, turn, version = signing.loads(token, salt=_SALT, max_age=ASKED_FOR)
    return card, turn, version
