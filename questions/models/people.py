"""Who may do what with an exam's bank, and the record of what was done."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from questions.models.blueprint import Exam
from questions.models.choices import Roles, is_one_of, person, person_of_record


class ExamRole(models.Model):
    """What an instructor may do in the bank of one exam; admins may do everything everywhere."""

    Role = Roles

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exam_roles"
    )
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=10, choices=Roles)
    granted_by = person()
    granted_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["exam", "role", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "exam"], name="exam_role_is_one_a_person"),
            is_one_of("role", Roles, "exam_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.exam}"


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def about(self, subject: str, subject_id: object) -> Self:
        return self.filter(subject=subject, subject_id=str(subject_id))


class AuditEntry(models.Model):
    """One change of bank, roles or scores; a database trigger refuses update and delete.

    `verb` is what was done, in the past: "published". `subject` is the kind of thing it was done
    to, "question", and `subject_id` which one: the bank knows not every kind. `details` holds what
    a reader, or an undo, needs: "before", "after", "reason". Entries of one batch were one action.
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
