"""What a course is given to do, until when, and who is treated otherwise."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy

from examapp.courses.models.courses import Course
from examapp.courses.models.members import Membership
from examapp.exams.models import ExamForm
from questions.models import Exam, Topic, is_one_of
from questions.models.choices import person


class AssignmentKinds(models.TextChoices):
    FIXED = "fixed", gettext_lazy("A fixed mock exam")
    MIX_EACH = "mix_each", gettext_lazy("A new mix of questions for each person")
    MIX_ONE = "mix_one", gettext_lazy("One new mix of questions for all")
    PRACTICE = "practice", gettext_lazy("Practice on topics")


class Counts(models.TextChoices):
    """Which of a person's attempts is their result."""

    BEST = "best", gettext_lazy("The best attempt")
    LAST = "last", gettext_lazy("The last attempt")
    FIRST = "first", gettext_lazy("The first attempt")
    AVERAGE = "average", gettext_lazy("The average of all attempts")


class Releases(models.TextChoices):
    """When something is shown to those who took part."""

    AT_ONCE = "at_once", gettext_lazy("At once")
    AFTER_CLOSE = "after_close", gettext_lazy("After the assignment closes")
    ON_DATE = "on_date", gettext_lazy("On a date")
    NEVER = "never", gettext_lazy("Never")


class LatePolicies(models.TextChoices):
    """What happens to a sitting that is open when the assignment closes."""

    HARD_CLOSE = "hard_close", gettext_lazy("It ends when the assignment closes")
    FINISH = "finish", gettext_lazy("It may be finished in its full time")


PARTS = ("scores", "answers", "explanations")


def _release_is_whole(part: str) -> models.CheckConstraint:
    """Return the check that a release says the date or the end it waits for."""
    mode = f"{part}_release"
    return models.CheckConstraint(
        condition=Q(**{f"{mode}__in": [Releases.AT_ONCE, Releases.NEVER]})
        | Q(**{mode: Releases.ON_DATE, f"{part}_at__isnull": False})
        | Q(**{mode: Releases.AFTER_CLOSE, "closes_at__isnull": False}),
        name=f"assignment_{part}_release_is_whole",
    )


def _release() -> models.CharField:  # type: ignore[type-arg]
    return models.CharField(max_length=12, choices=Releases, default=Releases.AT_ONCE)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def given_to(self, members: Iterable[int]) -> Self:
        """Those that are for all, or name one of the memberships, by primary key."""
        named = Recipient.objects.filter(assignment=OuterRef("pk"), membership__in=list(members))
        return self.filter(Q(is_for_all=True) | Exists(named))


class Assignment(models.Model):
    """A mock exam or a practice set that a course is given, within a window.

    `minutes` empty means the exam's own; `attempts` empty means as many as one likes. `form` is
    there for a fixed mock exam and for one mix for all; `topics` and `question_count` are of
    practice. One that is not `is_for_all` is for those with a Recipient row, and for nobody where
    the last of them is gone.
    """

    Kind = AssignmentKinds

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="assignments")
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="assignments")
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=AssignmentKinds)
    form = models.ForeignKey(
        ExamForm, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    is_for_all = models.BooleanField(default=True, db_default=True)
    topics = models.ManyToManyField(Topic, related_name="+", blank=True)
    question_count = models.PositiveSmallIntegerField(null=True, blank=True)
    is_graded = models.BooleanField(default=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(null=True, blank=True, default=1)
    counts = models.CharField(max_length=10, choices=Counts, default=Counts.BEST)
    late_policy = models.CharField(
        max_length=10, choices=LatePolicies, default=LatePolicies.HARD_CLOSE
    )
    scores_release = _release()
    scores_at = models.DateTimeField(null=True, blank=True)
    answers_release = _release()
    answers_at = models.DateTimeField(null=True, blank=True)
    explanations_release = _release()
    explanations_at = models.DateTimeField(null=True, blank=True)
    access_code = models.CharField(max_length=40, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    follows = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="followed_by",
        help_text="Practice that was given on the results of another assignment.",
    )
    made_by = person()
    made_at = models.DateTimeField(db_default=Now())

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["course", F("opens_at").asc(nulls_first=True), "pk"]
        constraints = [
            is_one_of("kind", AssignmentKinds.values, "assignment_kind_is_known"),
            is_one_of("counts", Counts.values, "assignment_counts_is_known"),
            is_one_of("late_policy", LatePolicies.values, "assignment_late_policy_is_known"),
            models.CheckConstraint(condition=~Q(title=""), name="assignment_has_a_title"),
            models.CheckConstraint(
                condition=Q(kind__in=["fixed", "mix_one"], form__isnull=False)
                | (~Q(kind__in=["fixed", "mix_one"]) & Q(form__isnull=True)),
                name="assignment_form_where_all_have_the_same",
            ),
            models.CheckConstraint(
                condition=(Q(opens_at__isnull=True) | Q(closes_at__isnull=True))
                | Q(opens_at__lt=F("closes_at")),
                name="assignment_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=(
                    Q(due_at__isnull=True) | Q(opens_at__isnull=True) | Q(opens_at__lt=F("due_at"))
                )
                & (
                    Q(due_at__isnull=True)
                    | Q(closes_at__isnull=True)
                    | Q(due_at__lte=F("closes_at"))
                ),
                name="assignment_due_lies_in_its_window",
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=1, minutes__lte=1440),
                name="assignment_minutes_are_bounded",
            ),
            models.CheckConstraint(
                condition=Q(attempts__isnull=True) | Q(attempts__gte=1),
                name="assignment_has_an_attempt",
            ),
            models.CheckConstraint(
                condition=Q(kind="practice", question_count__gte=1)
                | (~Q(kind="practice") & Q(question_count__isnull=True)),
                name="assignment_practice_says_how_many",
            ),
            *(_release_is_whole(part) for part in PARTS),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("courses:assignment", args=[self.course_id, self.pk])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def is_given_to(self, member: Membership) -> bool:
        """Whether it is for all, or for this member; see MembershipQuerySet.given."""
        return self.is_for_all or self.recipients.filter(membership=member).exists()

    @property
    def is_practice(self) -> bool:
        return self.kind == AssignmentKinds.PRACTICE


class Recipient(models.Model):
    """A member who is given an assignment that is not for all; with topics of their own, or the
    assignment's."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="recipients")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="given")
    topics = models.ManyToManyField(Topic, related_name="+", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "membership"], name="recipient_is_one_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.membership_id}"


class Override(models.Model):
    """Other terms of an assignment for one member or one group; what is empty stays as it is.

    The reason is shown to nobody but who set it.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="overrides")
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, null=True, blank=True, related_name="overrides"
    )
    group = models.CharField(max_length=60, blank=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    time_factor = models.DecimalField(
        max_digits=4,
        decimal_places=2,
        default=Decimal("1.00"),
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    extra_minutes = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(600)])
    extra_attempts = models.PositiveSmallIntegerField(default=0)
    is_excused = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    set_by = person()
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(membership__isnull=False, group="")
                | (Q(membership__isnull=True) & ~Q(group="")),
                name="override_is_for_one_or_a_group",
            ),
            models.UniqueConstraint(
                fields=["assignment", "membership"], name="override_is_one_a_person"
            ),
            models.UniqueConstraint(
                fields=["assignment", "group"],
                condition=~Q(group=""),
                name="override_is_one_a_group",
            ),
            models.CheckConstraint(
                condition=Q(time_factor__gte=1, time_factor__lte=10, extra_minutes__lte=600),
                name="override_extra_time_is_bounded",
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=1, minutes__lte=1440),
                name="override_minutes_are_bounded",
            ),
            models.CheckConstraint(
                condition=(Q(opens_at__isnull=True) | Q(closes_at__isnull=True))
                | Q(opens_at__lt=F("closes_at")),
                name="override_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.membership_id or self.group}"
