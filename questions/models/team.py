"""The team of an exam's bank."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from questions.models.blueprint import Exam
from questions.models.choices import Roles, is_one_of, person


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
            is_one_of("role", Roles.values, "exam_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.exam}"
