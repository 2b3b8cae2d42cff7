"""Papers that were drawn ahead, so that a class can start at one moment."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from questions.models import Exam


class StockedPaper(models.Model):
    """A new mix that nobody has yet: a start takes it away, so that no two people get the same.

    `seats` are those of form_drawing.Seat, a list of values each. `questions` are not foreign keys,
    so that a paper in stock keeps no question from being deleted. `basis` is a digest of all that
    the draw rested on: a paper whose basis is no longer what the bank says is not given out.
    """

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="+")
    seed = models.BigIntegerField()
    questions = ArrayField(models.BigIntegerField())
    seats = models.JSONField()
    basis = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.exam_id} {self.pk}"
