"""Imports: a file as it came, what is to be done with it, and the report of what was done."""

import uuid
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from questions.models.blueprint import Exam, Topic
from questions.models.choices import is_one_of, person


class ImportStatuses(models.TextChoices):
    READ = "read", "Waiting for you"
    QUEUED = "queued", "Waiting to begin"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Nothing was imported"
    UNDONE = "undone", "Undone"


class Duplicates(models.TextChoices):
    SKIP = "skip", "Leave the bank's question as it is"
    UPDATE = "update", "Change the bank's question, as a draft"
    NEW = "new", "Make another question"


class ImportQuerySet(models.QuerySet["Import"]):
    def waiting(self) -> Self:
        """Imports to run: those whose turn has come, and those whose worker is gone."""
        gone = Q(status=ImportStatuses.RUNNING, touched_at__lt=Now() - timedelta(minutes=2))
        return self.filter(Q(status=ImportStatuses.QUEUED) | gone)


class Import(models.Model):
    """One file on its way into the bank of an exam; the row is the job that workers look for.

    `report` holds "created" and "updated" questions, what was "skipped" and the "problems" and
    "warnings" of its rows. `batch` is the action's in the record.
    """

    Status = ImportStatuses

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="imports")
    by = person()
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    format = models.CharField(max_length=20)
    encoding = models.CharField(max_length=10, blank=True)
    topic = models.ForeignKey(
        Topic,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="For questions whose file names none.",
    )
    duplicates = models.CharField(
        max_length=10, choices=Duplicates, default=Duplicates.SKIP, verbose_name="duplicates"
    )
    leaves_out_problems = models.BooleanField(
        default=False, help_text="Import the rows that are fine, and leave out the others."
    )
    status = models.CharField(
        max_length=10, choices=ImportStatuses, default=ImportStatuses.READ, db_index=True
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    batch = models.UUIDField(default=uuid.uuid4)
    created_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            is_one_of("status", ImportStatuses, "import_status_is_known"),
            is_one_of("duplicates", Duplicates, "import_duplicates_is_known"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="import_done_in_total"),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        name = "intake" if self.status == ImportStatuses.READ else "import_report"
        return reverse(f"questions:{name}", args=[self.exam.code, self.pk])

    @property
    def is_under_way(self) -> bool:
        return self.status in (ImportStatuses.QUEUED, ImportStatuses.RUNNING)
