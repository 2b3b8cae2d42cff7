"""Who is in a course: invited by address, waiting to be let in, active, or gone."""

from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext, gettext_lazy

from examapp.accounts.models import User
from examapp.courses.models.courses import Course
from questions.models import is_one_of
from questions.models.choices import person

if TYPE_CHECKING:
    from examapp.courses.models.assignments import Assignment


class MemberStates(models.TextChoices):
    INVITED = "invited", gettext_lazy("Invited")
    WAITING = "waiting", gettext_lazy("Waiting to be let in")
    ACTIVE = "active", gettext_lazy("Active")
    LEFT = "left", gettext_lazy("Former member")


class LetterStates(models.TextChoices):
    NONE = "none", gettext_lazy("Not sent")
    WAITING = "waiting", gettext_lazy("Waiting to be sent")
    SENT = "sent", gettext_lazy("Sent")
    FAILED = "failed", gettext_lazy("Could not be sent")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        return self.filter(state=MemberStates.ACTIVE)

    def given(self, assignment: "Assignment") -> Self:
        """Those whom an assignment is for: all of its course, or who is named."""
        if assignment.is_for_all:
            return self.filter(course=assignment.course_id)
        return self.filter(given__assignment=assignment)

    def of(self, person: User) -> Self:
        return self.filter(user=person)


class Membership(models.Model):
    """A person's place in a course, kept when they leave and found again when they come back.

    Before the person has joined, `email` is all that is known. `consent_version` is the text that
    was shown when they joined (courses.consent). Extra time holds in this course alone.
    """

    State = MemberStates

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="memberships"
    )
    email = models.EmailField(max_length=254, blank=True)
    name = models.CharField(max_length=150, blank=True)
    external_id = models.CharField(max_length=100, blank=True)
    group = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=MemberStates, default=MemberStates.INVITED)
    time_factor = models.DecimalField(
        max_digits=4,
        decimal_places=2,
        default=Decimal("1.00"),
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    extra_minutes = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(600)])
    token = models.CharField(max_length=64, blank=True, help_text="Of the invitation's link.")
    letter = models.CharField(max_length=10, choices=LetterStates, default=LetterStates.NONE)
    letter_at = models.DateTimeField(null=True, blank=True)
    wants_letters = models.BooleanField(default=True)
    consent_version = models.PositiveSmallIntegerField(null=True, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    added_by = person()
    added_at = models.DateTimeField(db_default=Now())
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    was_removed = models.BooleanField(default=False, help_text="Staff removed them.")
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["course", "name", "email", "pk"]
        indexes = [models.Index(fields=["course", "state"], name="member_by_state")]
        constraints = [
            is_one_of("state", MemberStates.values, "member_state_is_known"),
            is_one_of("letter", LetterStates.values, "member_letter_is_known"),
            models.UniqueConstraint(fields=["course", "user"], name="member_is_one_a_person"),
            models.UniqueConstraint(
                "course", Lower("email"), condition=~Q(email=""), name="member_is_one_an_address"
            ),
            models.UniqueConstraint(
                fields=["token"], condition=~Q(token=""), name="member_token_is_unique"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["active", "waiting"])
                | Q(user__isnull=False, consent_version__isnull=False, consented_at__isnull=False),
                name="member_joined_with_consent",
            ),
            models.CheckConstraint(
                condition=Q(state="left", left_at__isnull=False)
                | (~Q(state="left") & Q(left_at__isnull=True)),
                name="member_left_says_when",
            ),
            models.CheckConstraint(
                condition=Q(time_factor__gte=1, time_factor__lte=10, extra_minutes__lte=600),
                name="member_extra_time_is_bounded",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or gettext("Former member")

    @property
    def is_former(self) -> bool:
        return self.state == self.State.LEFT
