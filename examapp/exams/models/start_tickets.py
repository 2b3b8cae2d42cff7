"""Whose start waits for its turn."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from examapp.exams.models.exam_forms import ExamForm
from questions.models import Exam


class StartTicket(models.Model):
    """A start that was asked for and waits its turn: the place in line is by primary key.

    `purpose` is empty for a mock exam of one's own, or names the app that begins it for `target`,
    such as an assignment of courses. `seen_at` is when its candidate last asked; who stays away
    holds nobody up.
    """

    candidate = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="start_ticket"
    )
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="+")
    form = models.ForeignKey(ExamForm, on_delete=models.CASCADE, null=True, related_name="+")
    purpose = models.CharField(max_length=20, blank=True)
    target = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.exam_id}"
