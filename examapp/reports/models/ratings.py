"""Standard setting: rounds of questions that raters judge, each alone."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from examapp.accounts.models import User
from questions.models import Exam, QuestionVersion
from questions.models.choices import person

# Shares are given in steps of so many per cent.
STEP = 5


class RatingRound(models.Model):
    """A set of questions that some of an exam's team rate; nobody sees a rating before it closes.

    It closes when all ratings are in, or when an owner closes it. `applied_at` is when its means
    were last written into the bank.
    """

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="rating_rounds")
    title = models.CharField(max_length=100)
    made_by = person()
    made_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(closed_at__isnull=False),
                name="rating_round_is_closed_before_it_is_applied",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class RoundRater(models.Model):
    """That someone of the team was asked to rate a round's questions."""

    round = models.ForeignKey(RatingRound, on_delete=models.CASCADE, related_name="raters")
    rater = models.ForeignKey(User, on_delete=models.PROTECT, related_name="rating_rounds")

    class Meta:
        ordering = ["round", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "rater"], name="round_rater_is_one_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.rater_id}"


class RoundItemQuerySet(models.QuerySet["RoundItem"]):
    def paper(self) -> Self:
        """Items as a rater may read them before they have answered.

        The key is not fetched, and any attempt to fetch it, or anything else a page was not given,
        raises FieldFetchBlocked.
        """
        return (
            self.select_related("version")
            .only("position", "round_id", "version__type", "version__html", "version__content")
            .fetch_mode(models.FETCH_RAISE)
        )


class RoundItem(models.Model):
    """A question of a round, in the wording and with the key that it is rated by."""

    round = models.ForeignKey(RatingRound, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")

    objects = RoundItemQuerySet.as_manager()

    class Meta:
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "position"], name="round_item_position_is_unique"
            ),
            models.UniqueConstraint(
                fields=["round", "version"], name="round_item_version_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.position}"


class RaterAnswer(models.Model):
    """A rater's own answer to a question, given before its key is shown; a trigger keeps it so.

    `shuffle[shown]` is the authored index of the option shown there; `response` speaks of shown
    indexes.
    """

    item = models.ForeignKey(RoundItem, on_delete=models.PROTECT, related_name="answers")
    rater = models.ForeignKey(User, on_delete=models.PROTECT, related_name="rater_answers")
    shuffle = ArrayField(models.PositiveSmallIntegerField())
    response = models.JSONField()
    is_right = models.BooleanField()
    answered_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "rater"], name="rater_answer_is_given_once")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.rater_id}"


class ItemRating(models.Model):
    """The share of barely competent candidates that a rater expects to answer right, per cent.

    A trigger refuses update and delete: who changes their mind writes another row, and the newest
    of an answer counts.
    """

    answer = models.ForeignKey(RaterAnswer, on_delete=models.PROTECT, related_name="ratings")
    share_percent = models.PositiveSmallIntegerField()
    rated_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share_percent__in=list(range(0, 101, STEP))),
                name="item_rating_is_a_step_of_per_cent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.share_percent}"
