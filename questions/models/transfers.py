"""Imports and exports: one row a file, which is the job, its state and its report."""

import uuid
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from questions.models.blueprint import Exam, Topic
from questions.models.choices import (
    Duplicates,
    ImportStatuses,
    JobStatuses,
    is_one_of,
    person,
)

# How long a worker may be silent before another does its work.
_SILENCE = timedelta(minutes=2)
# How often a file is tried before it is given up with a sentence.
MOST_TRIES = 2


class ImportQuerySet(models.QuerySet["Import"]):
    def waiting(self) -> Self:
        """Imports to run: those whose turn has come, and those whose worker is gone."""
        abandoned = Q(status=ImportStatuses.RUNNING, touched_at__lt=Now() - _SILENCE)
        return self.filter(Q(status=ImportStatuses.QUEUED) | abandoned)

    def to_preview(self) -> Self:
        """Files that wait for their preview longer than a worker needs."""
        silent = Now() - _SILENCE
        return self.filter(status=ImportStatuses.LOOKING, touched_at__lt=silent)


class Import(models.Model):
    """One file on its way into the bank of an exam; the row is the job that workers look for.

    `mapping` is what was set by hand (services.imports.mapping), `preview` what the file would
    do, as last computed (services.imports.preview). `report` has "created" and "updated" questions,
    the "images" stored with them, what was "skipped", and the "problems" and "warnings" of its
    rows. `batch` is that of its entries in the log.
    """

    Status = ImportStatuses

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="imports")
    by = person()
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    # Blank until a worker has told it by the content.
    format = models.CharField(max_length=20, blank=True)
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
    leaves_out_alike = models.BooleanField(
        default=False, help_text="Leave out questions much alike one of the bank."
    )
    mapping = models.JSONField(default=dict)
    preview = models.JSONField(default=dict)
    status = models.CharField(
        max_length=10, choices=ImportStatuses, default=ImportStatuses.READ, db_index=True
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    # Of the preview, then of the import: begun by a worker, and perhaps cut short.
    tries = models.PositiveSmallIntegerField(db_default=0)
    report = models.JSONField(default=dict)
    batch = models.UUIDField(default=uuid.uuid4)
    created_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            is_one_of("status", ImportStatuses.values, "import_status_is_known"),
            is_one_of("duplicates", Duplicates.values, "import_duplicates_is_known"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="import_done_in_total"),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        is_previewed = self.status in (ImportStatuses.LOOKING, ImportStatuses.READ)
        name = "intake" if is_previewed else "import_report"
        return reverse(f"questions:{name}", args=[self.exam.code, self.pk])

    @property
    def is_under_way(self) -> bool:
        return self.status in (ImportStatuses.QUEUED, ImportStatuses.RUNNING)


class NotesImportQuerySet(models.QuerySet["NotesImport"]):
    def waiting(self) -> Self:
        """Files whose turn has come, and those whose worker is gone."""
        abandoned = Q(status=JobStatuses.RUNNING, touched_at__lt=Now() - _SILENCE)
        return self.filter(Q(status=JobStatuses.QUEUED) | abandoned)

    def unheard(self) -> Self:
        """Files that wait longer than a message needs."""
        return self.waiting().filter(touched_at__lt=Now() - _SILENCE)


class NotesImport(models.Model):
    """One file of study notes on its way into an exam; `report` is note_imports.NotesReport."""

    Status = JobStatuses

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="notes_imports")
    by = person()
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    publishes = models.BooleanField(default=False)
    is_dry_run = models.BooleanField(default=True)
    status = models.CharField(
        max_length=10, choices=JobStatuses, default=JobStatuses.QUEUED, db_index=True
    )
    tries = models.PositiveSmallIntegerField(default=0)
    report = models.JSONField(default=dict)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now())

    objects = NotesImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [is_one_of("status", JobStatuses.values, "notes_import_status_is_known")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_under_way(self) -> bool:
        return self.status in (JobStatuses.QUEUED, JobStatuses.RUNNING)


class ExportQuerySet(models.QuerySet["Export"]):
    def waiting(self) -> Self:
        """Exports to make: those whose turn has come, and those whose worker is gone."""
        abandoned = Q(status=JobStatuses.RUNNING, touched_at__lt=Now() - _SILENCE)
        return self.filter(Q(status=JobStatuses.QUEUED) | abandoned)


class Export(models.Model):
    """Questions of an exam on their way out as a file, which is stored for a day."""

    Status = JobStatuses

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="exports")
    by = person()
    format = models.CharField(max_length=20)
    questions = models.CharField(
        max_length=10, blank=True, help_text="Status of the questions; blank: all."
    )
    status = models.CharField(
        max_length=10, choices=JobStatuses, default=JobStatuses.QUEUED, db_index=True
    )
    count = models.PositiveIntegerField(default=0)
    losses = models.JSONField(default=list, help_text="What the format could not carry.")
    loss_count = models.PositiveIntegerField(default=0)
    file_name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    content = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [is_one_of("status", JobStatuses.values, "export_status_is_known")]

    def __str__(self) -> str:
        return self.file_name or self.format
