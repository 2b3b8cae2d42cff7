"""More time for sittings that have begun."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from examapp.exams.models.sessions import ExamSession
from questions.models.choices import person_of_record


class TimeExtension(models.Model):
    """Minutes that staff added to an open sitting; a trigger refuses update and delete.

    The statement that inserts it moves the session's deadline to `deadline_at`. The reason is shown
    to nobody but who gave it and to admins.
    """

    session = models.ForeignKey(ExamSession, on_delete=models.PROTECT, related_name="extensions")
    minutes = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    given_by = person_of_record()
    given_at = models.DateTimeField(db_default=Now())
    deadline_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=600), name="extension_is_bounded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} + {self.minutes} min"
