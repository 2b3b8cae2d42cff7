"""What a sitting means for the candidate: the weak-area report."""

from typing import Any, Self

from django.db import models
from django.urls import reverse

from examapp.accounts.models import User
from examapp.exams.models import ExamSession, Score


class WeakAreaReportQuerySet(models.QuerySet["WeakAreaReport"]):
    def of(self, candidate: User) -> Self:
        return self.filter(session__candidate=candidate)

    def current(self) -> Self:
        """Reports that explain the score their session has now."""
        return self.filter(score__is_current=True)


class Delivery(models.Model):
    """A score on its way to a store of xAPI statements outside; sent once, tried repeatedly."""

    score = models.OneToOneField(Score, on_delete=models.CASCADE, related_name="delivery")
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.score_id} {'sent' if self.delivered_at else 'waiting'}"


class WeakAreaReport(models.Model):
    """A session's weak areas as computed for one score; a new score asks for it anew.

    `body` holds {"answers", "blank", "exams", "domains": [...], "tasks": [...], "topics": [...]},
    topics in the order of study; `estimator` says what computed it.
    """

    session = models.OneToOneField(
        ExamSession, on_delete=models.CASCADE, related_name="weak_area_report"
    )
    score = models.OneToOneField(Score, on_delete=models.CASCADE, related_name="weak_area_report")
    estimator = models.CharField(max_length=60)
    body = models.JSONField()
    computed_at = models.DateTimeField(auto_now=True)

    objects = WeakAreaReportQuerySet.as_manager()

    @property
    def areas(self) -> dict[str, Any]:
        """Return the body with the address of each topic's note."""
        code = self.session.exam.code

        def linked(row: dict[str, Any]) -> dict[str, Any]:
            address = reverse("questions:task_notes", args=[code, row["number"]])
            return {**row, "note_url": f"{address}#{row['slug']}"}

        return {**self.body, "topics": [linked(row) for row in self.body["topics"]]}

    def __str__(self) -> str:
        return f"{self.session_id} {self.computed_at:%Y-%m-%d %H:%M}"
