"""Cards: what a candidate once did not know, and the log of every time they met it."""

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy

from examapp.accounts.models import OfCandidate
from examapp.study.schedule import Horizon, Memory
from questions.bank_files.notes import LONGEST_KEY
from questions.models import Exam, Question, QuestionVersion, is_one_of
from questions.models.blueprint import NoteQuerySet


class Sureness(models.TextChoices):
    """How sure a candidate was, said with the answer, before it is explained."""

    GUESS = "guess", gettext_lazy("Guess")
    FAIRLY = "fairly", gettext_lazy("Think so")
    SURE = "sure", gettext_lazy("Sure")


class EventKinds(models.TextChoices):
    ANSWERED = "answered", gettext_lazy("Answered")
    SAVED = "saved", gettext_lazy("Saved")
    UNSAVED = "unsaved", gettext_lazy("No longer saved")
    UNDONE = "undone", gettext_lazy("Taken back")
    REGRADED = "regraded", gettext_lazy("Graded by a corrected key")


class EventSources(models.TextChoices):
    EXAM = "exam", gettext_lazy("A mock exam")
    PRACTICE = "practice", gettext_lazy("Practice")
    REVIEW = "review", gettext_lazy("A review")
    CANDIDATE = "candidate", gettext_lazy("The candidate")
    CORRECTION = "correction", gettext_lazy("A corrected key")


class CardQuerySet(OfCandidate["Card"]):
    def active(self) -> Self:
        """Cards that come back some day."""
        return self.filter(due_on__isnull=False)

    def askable(self, questions: "QuerySet[Question]", notes: NoteQuerySet) -> Self:
        """Cards that one of these questions or notes can ask.

        A question's by itself, a fact's by any that names it, a term's by a note that defines it.
        """
        facts = questions.order_by().annotate(fact=models.Func(F("facts"), function="unnest"))
        terms = notes.order_by().annotate(defined=models.Func(F("terms"), function="unnest"))
        return self.filter(
            Q(fact="", question__in=questions.order_by().values("pk"))
            | Q(~Q(fact=""), fact__in=facts.values("fact"))
            | Q(~Q(term=""), term__in=terms.values("defined"))
        )

    def due(self, day: date, horizon: Horizon) -> Self:
        """Cards that come back on a day or did before: terms last, the oldest and weakest first.

        The rule of Horizon.due_on, where the rows are.
        """
        is_due = Q(due_on__lte=day)
        if horizon.week and horizon.eve and horizon.exam_on and day < horizon.exam_on:
            if day >= horizon.week:
                is_due |= Q(is_weak=True, last_on__lt=horizon.week)
            if day >= horizon.eve:
                is_due |= Q(last_on__lt=horizon.eve)
        due = self.active().filter(is_due).alias(is_term=Q(term__gt=""))
        return due.order_by("is_term", "due_on", "stability", "pk")


class Card(models.Model):
    """A fact, a question that names none, or a term; its state is its log's projection.

    It is one candidate's. `question` is the one that began it; a term, which is the key of one in
    the glossary, has none: the candidate rates it, so that it measures nothing. `due_on` is empty
    for a card whose reason went away, and `turn` counts the rows of its log, so that an answer to
    an older state is seen to be one.
    """

    candidate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="cards"
    )
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, null=True, related_name="+")
    fact = models.CharField(max_length=20, blank=True)
    term = models.CharField(max_length=LONGEST_KEY, blank=True, db_default="")
    stability = models.FloatField(null=True)
    difficulty = models.FloatField(null=True)
    last_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    is_weak = models.BooleanField(default=True)
    turn = models.PositiveIntegerField(default=0)

    objects = CardQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "exam", "fact"],
                condition=~Q(fact=""),
                name="card_one_of_a_fact",
            ),
            models.UniqueConstraint(
                fields=["candidate", "question"],
                condition=Q(fact=""),
                name="card_one_of_a_question",
            ),
            models.UniqueConstraint(
                fields=["candidate", "exam", "term"],
                condition=~Q(term=""),
                name="card_one_of_a_term",
            ),
            models.CheckConstraint(
                condition=Q(question__isnull=False, term="")
                | Q(~Q(term=""), question__isnull=True, fact=""),
                name="card_is_of_a_question_or_a_term",
            ),
            models.CheckConstraint(
                condition=Q(stability__isnull=True, difficulty__isnull=True, last_on__isnull=True)
                | Q(stability__gt=0, difficulty__gte=1, difficulty__lte=10, last_on__isnull=False),
                name="card_memory_is_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["candidate", "exam", "due_on"],
                condition=Q(due_on__isnull=False),
                name="card_by_due_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.fact or self.term or self.question_id}"

    @property
    def memory(self) -> Memory | None:
        """What is known of it; None before its first answer."""
        if self.stability is None or self.difficulty is None or self.last_on is None:
            return None
        due_on = self.due_on or self.last_on
        return Memory(self.stability, self.difficulty, self.last_on, due_on, self.is_weak)


class CardEvent(models.Model):
    """One row of a card's log. Append-only: a database trigger refuses a change.

    `rating` is 1 to 4 as FSRS has it, 0 for a row that rates nothing. `day` is the day it was for
    the candidate, for a term that is taken in the day it first comes on, `of` the row that a
    correction or an undo is about. What was asked in a review stands here: `version`, its order of
    options, and the response in shown indexes; of a sitting or a set, `source_id` names its item,
    so that none is taken up twice.
    """

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=EventKinds)
    source = models.CharField(max_length=10, choices=EventSources)
    source_id = models.BigIntegerField(null=True)
    of = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="+")
    rating = models.PositiveSmallIntegerField(default=0)
    sureness = models.CharField(max_length=6, choices=Sureness, blank=True)
    version = models.ForeignKey(
        QuestionVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    shuffle = ArrayField(models.PositiveSmallIntegerField(), default=list)
    response = models.JSONField(null=True)
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            is_one_of("kind", EventKinds.values, "card_event_kind_is_known"),
            is_one_of("source", EventSources.values, "card_event_source_is_known"),
            models.CheckConstraint(condition=Q(rating__lte=4), name="card_event_rating_is_0_to_4"),
            models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=Q(kind="answered", source_id__isnull=False),
                name="card_event_is_taken_up_once",
            ),
            models.UniqueConstraint(
                fields=["of"], condition=Q(kind="undone"), name="card_event_is_undone_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["card", "day"],
                condition=Q(source="review"),
                name="card_event_reviews",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card_id} {self.kind}"

    @property
    def is_right(self) -> bool:
        return self.rating > 1
