"""Courses, who teaches them, and the log of what was done in them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy

from examapp.accounts.models import User
from questions.models import Exam, is_one_of
from questions.models.choices import person, person_of_record


class StaffRoles(models.TextChoices):
    TEACHER = "teacher", gettext_lazy("Teacher")
    ASSISTANT = "assistant", gettext_lazy("Assistant")
    VIEWER = "viewer", gettext_lazy("Viewer")


class CourseQuerySet(models.QuerySet["Course"]):
    def taught_by(self, person: User) -> Self:
        """Courses on whose staff a person is; all of them for an admin."""
        return self if person.is_superuser else self.filter(staff__user=person)

    def running(self) -> Self:
        return self.filter(archived_at__isnull=True)


class Course(models.Model):
    """A class that prepares for one exam, or several, in a time zone of its own.

    `join_code` is empty while nobody may join by code. `join_limit` is how many may join with the
    present code, `join_count` how many did. Days of retention count from the end, or the archiving.
    """

    name = models.CharField(max_length=120)
    exams = models.ManyToManyField(Exam, related_name="courses")
    zone = models.CharField(max_length=64, default="UTC", help_text="A name such as Europe/Berlin.")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    retention_days = models.PositiveSmallIntegerField(default=365)
    join_code = models.CharField(max_length=16, blank=True)
    join_expires_at = models.DateTimeField(null=True, blank=True)
    join_limit = models.PositiveSmallIntegerField(null=True, blank=True)
    join_count = models.PositiveSmallIntegerField(default=0)
    needs_approval = models.BooleanField(default=False, help_text="Staff approve who joins.")
    mails_invitations = models.BooleanField(default=True, db_default=True)
    mails_due = models.BooleanField(default=True)
    mails_released = models.BooleanField(default=True)
    mails_changed = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    made_by = person()
    made_at = models.DateTimeField(db_default=Now())

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="course_has_a_name"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(starts_on__lte=models.F("ends_on")),
                name="course_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["join_code"], condition=~Q(join_code=""), name="course_code_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(join_limit__isnull=True) | Q(join_count__lte=models.F("join_limit")),
                name="course_code_keeps_its_limit",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("courses:course", args=[self.pk])

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class CourseStaff(models.Model):
    """What a person may do in a course; a trigger keeps the last owner."""

    Role = StaffRoles

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="staff")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="course_staff"
    )
    role = models.CharField(max_length=10, choices=StaffRoles)
    is_owner = models.BooleanField(default=False)
    added_by = person()
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-is_owner", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["course", "user"], name="staff_is_one_role_a_person"),
            is_one_of("role", StaffRoles.values, "staff_role_is_known"),
            models.CheckConstraint(
                condition=Q(is_owner=False) | Q(role="teacher"), name="staff_owner_is_a_teacher"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.course}"


class CourseEntry(models.Model):
    """One thing done in a course; a database trigger refuses update and delete.

    `verb` is in the past tense, such as "exported" or "more_time"; `details` says the rest in JSON,
    and names people by number alone.
    """

    at = models.DateTimeField(db_default=Now())
    course = models.ForeignKey(
        Course, on_delete=models.DO_NOTHING, db_constraint=False, related_name="entries"
    )
    actor = person_of_record()
    verb = models.CharField(max_length=40)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "course entries"

    def __str__(self) -> str:
        return f"{self.course_id} {self.verb}"
