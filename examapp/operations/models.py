"""What operators look at: tasks that failed, and when each sweep last ran."""

from typing import Self

from django.db import models
from django.db.models import F, Q


class TaskFailureQuerySet(models.QuerySet["TaskFailure"]):
    def waiting(self) -> Self:
        """Failures that nobody has run again."""
        return self.filter(retried_at__isnull=True)


class TaskFailure(models.Model):
    """A task that failed for good. Its arguments are ids; its reason is an exception's name."""

    task = models.CharField(max_length=100)
    arguments = models.JSONField(default=list)
    error = models.CharField(max_length=100)
    request_id = models.CharField(max_length=64, blank=True)
    failed_at = models.DateTimeField(auto_now_add=True)
    retried_at = models.DateTimeField(null=True, blank=True)

    objects = TaskFailureQuerySet.as_manager()

    class Meta:
        ordering = ["-failed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(retried_at__isnull=True) | Q(retried_at__gte=F("failed_at")),
                name="failure_is_retried_after_it_failed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.error}"


class Sweep(models.Model):
    """A regular task: how often it ran, how much it found to do, and when it ran last."""

    task = models.CharField(max_length=100, unique=True)
    runs = models.PositiveBigIntegerField(default=0)
    found = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["task"]

    def __str__(self) -> str:
        return self.task
