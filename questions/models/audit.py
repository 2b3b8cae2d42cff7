"""The log of what was done to banks, their teams and scores."""

import uuid
from typing import Self

from django.db import models
from django.db.models.functions import Now

from questions.models.blueprint import Exam
from questions.models.choices import person_of_record


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def about(self, subject: str, subject_id: object) -> Self:
        return self.filter(subject=subject, subject_id=str(subject_id))


class AuditEntry(models.Model):
    """One change of bank, roles or scores; a database trigger refuses update and delete.

    `verb` is what was done, in the past tense: "published". `subject` is the kind of thing it was
    done to, such as "question", and `subject_id` its key; apps above the bank add kinds of their
    own. `details` has what a reader, or an undo, needs: "before", "after", "reason". Entries of one
    action share its batch.
    """

    at = models.DateTimeField(db_default=Now())
    actor = person_of_record()
    exam = models.ForeignKey(
        Exam, on_delete=models.PROTECT, null=True, related_name="audit_entries"
    )
    verb = models.CharField(max_length=40)
    subject = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=80)
    details = models.JSONField(default=dict)
    batch = models.UUIDField(default=uuid.uuid4)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["exam", "-id"], name="audit_by_exam"),
            models.Index(fields=["subject", "subject_id"], name="audit_by_subject"),
            models.Index(fields=["batch"], name="audit_by_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id} {self.verb}"
