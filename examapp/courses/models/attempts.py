"""What members made of assignments: which sitting belongs to which assignment."""

from typing import Self

from django.db import models
from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from examapp.courses.models.assignments import Assignment
from examapp.courses.models.members import Membership
from examapp.exams.models import ExamSession, RegradeNotice
from examapp.practice.models import PracticeSet
from questions.models import is_one_of


class ExtraSources(models.TextChoices):
    """Where the extra time of an attempt comes from."""

    NONE = "", gettext_lazy("No extra time")
    ASSIGNMENT = "assignment", gettext_lazy("Given for this assignment")
    COURSE = "course", gettext_lazy("Given in this course")
    PERSON = "person", gettext_lazy("The person's own extra time")


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def used(self) -> Self:
        """Attempts that use up one of those a member has: not what a reopening added."""
        return self.filter(reopens__isnull=True)

    def counting(self) -> Self:
        """Ended attempts that make up a result; one that was reopened gives way to the later."""
        done = Attempt.objects.filter(reopens=OuterRef("pk")).filter(
            session__status=ExamSession.Status.FINISHED
        )
        ended = Q(session__status=ExamSession.Status.FINISHED) | Q(
            practice_set__ended_at__isnull=False
        )
        return self.filter(ended, membership__isnull=False).exclude(Exists(done))

    def with_changes(self) -> Self:
        """Annotate `was_changed`: a corrected key changed a figure of the score.

        A score's number does not say it: it rises with an answer that does not count, too.
        """
        notices = RegradeNotice.objects.filter(score__session=OuterRef("session"))
        return self.annotate(was_changed=Exists(notices))

    def next_number(self, member: Membership, assignment_id: int) -> int:
        """Return the number of the next attempt of a member, who is to be locked."""
        theirs = self.filter(membership=member, assignment=assignment_id)
        last: int | None = theirs.aggregate(last=Max("number"))["last"]
        return (last or 0) + 1


class Attempt(models.Model):
    """One attempt of a member at an assignment: an exam session, or a practice set, and no more.

    It is the link that exams must not know of. Without a membership it is a trial of staff, which
    counts nowhere. A reopened attempt has the same paper; `reopens` is the one whose score is kept.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="taken")
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, null=True, related_name="attempts"
    )
    number = models.PositiveSmallIntegerField()
    session = models.OneToOneField(
        ExamSession, on_delete=models.CASCADE, null=True, related_name="attempt"
    )
    practice_set = models.OneToOneField(
        PracticeSet, on_delete=models.CASCADE, null=True, related_name="attempt"
    )
    reopens = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, related_name="reopened_as"
    )
    due_at = models.DateTimeField(null=True, help_text="As it was at the start.")
    extra_source = models.CharField(max_length=10, choices=ExtraSources, blank=True)
    made_at = models.DateTimeField(db_default=Now())

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["assignment", "membership", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "membership", "number"], name="attempt_number_is_unique"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="attempt_number_from_1"),
            models.CheckConstraint(
                condition=Q(session__isnull=False, practice_set__isnull=True)
                | Q(session__isnull=True, practice_set__isnull=False),
                name="attempt_is_a_session_or_practice",
            ),
            models.CheckConstraint(
                condition=Q(reopens__isnull=True) | Q(session__isnull=False),
                name="attempt_reopened_is_a_session",
            ),
            is_one_of("extra_source", ExtraSources.values, "attempt_extra_source_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.membership_id} {self.number}"

    @property
    def is_trial(self) -> bool:
        return self.membership_id is None


class CodeTry(models.Model):
    """How often a member entered a wrong access code in a row; five close the door for a while."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    wrong = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "membership"], name="code_try_is_one_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.membership_id}: {self.wrong}"
