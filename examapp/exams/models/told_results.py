"""How the real exam went, as people tell it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from questions.models.choices import is_one_of


class ToldOutcomes(models.TextChoices):
    PASSED = "passed", gettext_lazy("Passed")
    FAILED = "failed", gettext_lazy("Not passed")
    UNSAID = "unsaid", gettext_lazy("Prefer not to say")


class ToldResult(models.Model):
    """One answer of a person about one day of the real exam; a trigger refuses update and delete.

    `chance_percent` is the chance to pass that the product gave before that day: what was told is
    compared with what came.
    """

    candidate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="told_results"
    )
    exam = models.ForeignKey("questions.Exam", on_delete=models.PROTECT, related_name="+")
    exam_day = models.DateField()
    outcome = models.CharField(max_length=6, choices=ToldOutcomes)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    chance_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    told_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "exam", "exam_day"], name="told_result_is_told_once"
            ),
            is_one_of("outcome", ToldOutcomes.values, name="told_result_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(chance_percent__isnull=True) | Q(chance_percent__lte=100),
                name="told_result_chance_is_per_cent",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | ~Q(outcome="unsaid"),
                name="told_result_score_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id}: {self.outcome} on {self.exam_day}"
