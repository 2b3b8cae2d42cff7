"""Letters to members: the row is the queue, and is made once for one occasion."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from examapp.courses.models.assignments import Assignment
from examapp.courses.models.attempts import Attempt
from examapp.courses.models.courses import Course
from examapp.courses.models.members import Membership
from questions.models import is_one_of


class LetterKinds(models.TextChoices):
    INVITATION = "invitation", gettext_lazy("Invitation")
    LET_IN = "let_in", gettext_lazy("Let in by staff")
    GIVEN = "given", gettext_lazy("A new assignment")
    DUE = "due", gettext_lazy("Due tomorrow")
    REMINDER = "reminder", gettext_lazy("A reminder from your teacher")
    RELEASED = "released", gettext_lazy("Released")
    CHANGED = "changed", gettext_lazy("A changed score")


# Letters about the course itself, and no assignment of it.
OF_THE_COURSE = ("invitation", "let_in")


class LetterQuerySet(models.QuerySet["Letter"]):
    def waiting(self) -> Self:
        return self.filter(sent_at__isnull=True, failed_at__isnull=True)


class Letter(models.Model):
    """A letter to one member.

    `occasion` tells letters of a kind apart, and makes each be sent once: a score's number, a part
    that was released, the day of a reminder. `failed_at` says since when it is not to be sent any
    more: it failed too often, or nobody wants it.
    """

    Kind = LetterKinds

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=12, choices=LetterKinds)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, null=True)
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, null=True)
    occasion = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(sent_at=None, failed_at=None), name="letter_to_send"
            ),
        ]
        constraints = [
            is_one_of("kind", LetterKinds.values, "letter_kind_is_known"),
            models.UniqueConstraint(
                fields=["membership", "kind", "assignment", "occasion"],
                nulls_distinct=False,
                name="letter_is_one_an_occasion",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OF_THE_COURSE, assignment__isnull=True)
                | (~Q(kind__in=OF_THE_COURSE) & Q(assignment__isnull=False)),
                name="letter_is_about_an_assignment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.kind} {self.occasion}"


class Refusal(models.Model):
    """A letter that is owed to somebody who was turned down, and has no membership any more.

    The row is deleted as the letter goes out, or is given up.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.course_id} {self.user_id}"
