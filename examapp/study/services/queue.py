"""What is due: the cards of the day, the question that asks one, and how many there are."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.conf import settings
from django.core import signing
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from examapp.accounts.exam_dates import exam_date
from examapp.accounts.models import User
from examapp.exams.models import ExamFormItem, ExamFormKinds
from examapp.study.models import Card, CardEvent, CardQuerySet, EventSources
from examapp.study.schedule import Horizon
from questions.models import Exam, Question, QuestionVersion

# Days for which a question of a card is not asked again while the fact has another.
LATELY = 21
# Seconds after which a question that was shown is drawn anew.
ASKED_FOR = 12 * 3600
_SALT = "study.asked"


def askable(candidate: User, exam: Exam) -> QuerySet[Question]:
    """Return what a review may ask: published, and kept for no mock exam from this candidate."""
    kept = ExamFormItem.objects.filter(form__kind=ExamFormKinds.FIXED, form__is_archived=False)
    return Question.objects.pool(exam).exclude(pk__in=kept.values("question"))


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
        return cards.due(self.day, self.horizon).askable(askable(self.candidate, self.exam))

    @cached_property
    def done(self) -> int:
        """How many reviews were done on the day, those taken back not counted."""
        return self._counted["done"] or 0

    @cached_property
    def left(self) -> int:
        """How many reviews are left of the day: what is due, within the day's limit."""
        return max(0, min(self.cards.count(), settings.REVIEWS_PER_DAY - self.done))

    @cached_property
    def _counted(self) -> dict[str, int]:
        undone = CardEvent.objects.filter(kind="undone", day=self.day)
        return CardEvent.objects.filter(
            card__candidate=self.candidate,
            card__exam=self.exam,
            source=EventSources.REVIEW,
            kind="answered",
            day=self.day,
        ).aggregate(done=Count("pk", filter=~Q(pk__in=undone.values("of"))))

    def first(self) -> Card | None:
        """Return the card to ask now; None when nothing is left of the day."""
        return self.cards.first() if self.left else None


def queue_of(candidate: User, exam: Exam) -> Queue:
    """Return the reviews of today."""
    return Queue(candidate, exam, timezone.localdate(), horizon_of(candidate, exam))


def due_count(candidate: User, exam: Exam) -> int:
    """Return how many reviews are left of today, for home and the navigation."""
    return queue_of(candidate, exam).left


def next_due(candidate: User, exam: Exam) -> tuple[date, int] | None:
    """Return the next day after today on which cards come back, and how many do; None for none."""
    queue = queue_of(candidate, exam)
    cards = Card.objects.of(candidate).filter(exam=exam).active()
    days = sorted(
        max(
            queue.horizon.due_on(due_on, last_on=last_on, is_weak=is_weak),
            queue.day + timedelta(days=1),
        )
        for due_on, last_on, is_weak in cards.askable(askable(candidate, exam))
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

    `questions` may be asked; None where none of them asks the card.
    """
    mine = questions.filter(facts__contains=[card.fact]) if card.fact else questions
    mine = mine if card.fact else mine.filter(pk=card.question_id)
    versions = dict(mine.order_by("pk").values_list("pk", "current_version"))
    if not versions:
        return None
    since = timezone.localdate() - timedelta(days=LATELY)
    met = card.events.filter(version__isnull=False, day__gt=since).order_by("at", "pk")
    lately = dict.fromkeys(met.values_list("version__question", flat=True))
    fresh = [key for key in versions if key not in lately]
    known = [key for key in reversed(lately) if key in versions]
    chosen = random.Random(f"{card.pk}-{card.turn}").choice(fresh) if fresh else known[0]
    version = QuestionVersion.objects.only("type", "html", "content").get(pk=versions[chosen])
    return Asked(card.pk, card.turn, version)


def asked_by(token: str) -> tuple[int, int, int]:
    """Return card, turn and version of what was asked; raises signing.BadSignature."""
    card, turn, version = signing.loads(token, salt=_SALT, max_age=ASKED_FOR)
    return card, turn, version
