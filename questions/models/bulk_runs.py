"""Bulk actions on many questions: one row an action, which is the job, its state and its report."""

import uuid
from datetime import timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from questions.models.blueprint import Exam
from questions.models.choices import JobStatuses, is_one_of, person

# How long a worker may be silent before another does its work.
_SILENCE = timedelta(minutes=2)


class BulkRunQuerySet(models.QuerySet["BulkRun"]):
    def waiting(self) -> Self:
        """Actions to run: those whose turn has come, and those whose worker is gone."""
        abandoned = Q(status=JobStatuses.RUNNING, touched_at__lt=Now() - _SILENCE)
        return self.filter(Q(status=JobStatuses.QUEUED) | abandoned)


class BulkRun(models.Model):
    """One action on many questions; the row is the job that workers look for.

    `questions` are primary keys in the order in which they are changed, `options` what the action
    sets, such as a topic. `skipped` has the refs of those that were left, by the reason. `batch` is
    that of its entries in the log, by which it is undone.
    """

    Status = JobStatuses

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="bulk_runs")
    by = person()
    action = models.CharField(max_length=20)
    options = models.JSONField(default=dict, blank=True)
    query = models.CharField(max_length=1000, blank=True, help_text="The list that it began from.")
    questions = ArrayField(models.BigIntegerField(), default=list)
    batch = models.UUIDField(default=uuid.uuid4)
    status = models.CharField(
        max_length=10, choices=JobStatuses, default=JobStatuses.QUEUED, db_index=True
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    skipped = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            is_one_of("status", JobStatuses.values, "bulk_run_status_is_known"),
            models.CheckConstraint(
                condition=Q(done__lte=F("total")), name="bulk_run_done_of_total"
            ),
            models.CheckConstraint(
                condition=~Q(status=JobStatuses.DONE) | Q(finished_at__isnull=False),
                name="bulk_run_done_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} of {self.total}"

    @property
    def is_over(self) -> bool:
        return self.status in (JobStatuses.DONE, JobStatuses.FAILED)
