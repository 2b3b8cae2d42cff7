"""Practice sets: questions answered one at a time, each explained at once."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Count, Exists, F, Max, Min, OuterRef, Q, Subquery, When
from django.urls import reverse

from examapp.accounts.models import OfCandidate, User
from examapp.exams.models import ClockTimestamp, KeyCorrection, ProblemReport
from examapp.exams.scoring import DROP, EVERYONE
from examapp.exams.timing import GRACE_SECONDS
from examapp.study.models import Sureness
from questions.models import Exam, ExamRole, GradingPolicies, QuestionVersion, Topic, is_one_of


class PracticeSetQuerySet(OfCandidate["PracticeSet"]):
    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def past(self) -> Self:
        """Sets that have ended and in which something was answered."""
        is_there = PracticeItem.objects.filter(set=OuterRef("pk"), answered_at__isnull=False)
        return self.filter(Exists(is_there), ended_at__isnull=False)

    def outside_team(self, exam: Exam) -> Self:
        """Sets of an exam by people who do not work on its questions."""
        team = ExamRole.objects.filter(exam=exam).values("user")
        return self.filter(exam=exam).exclude(candidate__in=team)

    def overdue(self) -> Self:
        """Open sets whose deadline and grace have passed by the database's clock."""
        late = ClockTimestamp() - timedelta(seconds=GRACE_SECONDS)
        return self.open().filter(deadline_at__lt=late)

    def unreported(self) -> Self:
        """Sets that have ended and that no report has looked at yet."""
        return self.filter(ended_at__isnull=False, reported_at__isnull=True)

    def with_progress(self) -> Self:
        """Annotate how many of the `total` questions are `answered`, and which comes `next`.

        `left` is the time until the deadline by the database's clock, None without one.
        """
        is_answered = Q(items__answered_at__isnull=False)
        waiting = Case(When(items__answered_at__isnull=True, then=F("items__position")))
        return self.annotate(
            answered=Count("items", filter=is_answered),
            total=Count("items"),
            next=Min(waiting),
            left=Min(F("deadline_at") - ClockTimestamp()),
        )

    def with_right(self) -> Self:
        """Annotate how many answers are `right`."""
        return self.annotate(right=Count("items", filter=Q(items__credit=1)))


class PracticeSet(models.Model):
    """Questions that a candidate practices, in order; open until all are answered or it is ended.

    `title` says in words what was chosen. A set that explains its answers at its end has a
    deadline, by which it ends; a check has none. `reported_at` is when a report took up its
    answers.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    candidate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="practice_sets"
    )
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="practice_sets")
    title = models.CharField(max_length=300)
    grading_policy = models.CharField(max_length=20, choices=GradingPolicies)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    explains_at_end = models.BooleanField(default=False, db_default=False)
    # A few questions over all domains, asked before one has an account, without a clock.
    is_check = models.BooleanField(default=False, db_default=False)
    deadline_at = models.DateTimeField(null=True, blank=True)

    # Annotations of the queryset.
    answered: int
    total: int
    next: int | None
    left: timedelta | None
    right: int

    objects = PracticeSetQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "exam"],
                condition=Q(ended_at__isnull=True),
                name="practice_one_open",
            ),
            is_one_of("grading_policy", GradingPolicies.values, "practice_grading_policy_is_known"),
            models.CheckConstraint(
                condition=Q(explains_at_end=False, is_check=False, deadline_at__isnull=True)
                | Q(explains_at_end=True, is_check=False, deadline_at__isnull=False)
                | Q(explains_at_end=True, is_check=True, deadline_at__isnull=True),
                name="practice_by_the_clock_has_a_deadline",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(reported_at__isnull=True),
                name="practice_is_reported_once_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ended_at"], condition=Q(reported_at=None), name="practice_to_report"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exam_id} {self.title}"

    def get_absolute_url(self) -> str:
        """Return the address of the next question, or of the summary; needs with_progress()."""
        if self.is_open and self.next:
            return reverse("practice:question", args=[self.pk, self.next])
        if self.is_check and not self.is_open:
            return reverse("check_result", args=[self.pk])
        return reverse("practice:summary", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def minutes(self) -> int:
        """Whole minutes that it took, at least one."""
        took = (self.ended_at or self.started_at) - self.started_at
        return max(1, round(took / timedelta(minutes=1)))

    @property
    def explains_now(self) -> bool:
        """Whether answers may be explained."""
        return not (self.is_open and self.explains_at_end)


class PracticeItemQuerySet(models.QuerySet["PracticeItem"]):
    def of(self, candidate: User) -> Self:
        return self.filter(set__candidate=candidate)

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)

    def seen_by(self, candidate: int) -> models.QuerySet["PracticeItem", tuple[int, datetime]]:
        """Return the questions a candidate had explained, each with when last."""
        answers = self.answered().filter(set__candidate=candidate).order_by()
        return answers.values_list("version__question").annotate(last=Max("answered_at"))

    def paper(self) -> Self:
        """Items as they may be read before they are answered.

        The key is not fetched, and any attempt to fetch it, or anything else a page was not given,
        raises FieldFetchBlocked.
        """
        return (
            self.select_related("version")
            .only(
                *("position", "shuffle", "response", "answered_at", "set_id"),
                *("version__type", "version__html"),
            )
            .fetch_mode(models.FETCH_RAISE)
        )

    def solved(self) -> Self:
        """Answered items with key and topic."""
        joined = ("version__question__exam", "keyed_by", "topic__task__domain__exam", "problem")
        return (
            self.answered()
            .select_related(*joined)
            .defer("version__content", "version__key", "keyed_by__content", "keyed_by__html")
        )

    def telling(self) -> Self:
        """Answers whose credit says what the candidate knew.

        The newest correction of a wording rules: what was graded by another key than its says
        nothing, nor does a wording of which it says that no answer is right.
        """
        newest = KeyCorrection.objects.filter(versions=OuterRef("version")).order_by("-pk")
        ruled = self.answered().annotate(
            policy=Subquery(newest.values("policy")[:1]),
            ruled_at=Subquery(newest.values("made_at")[:1]),
            ruled_by=Subquery(newest.values("keyed_by")[:1]),
        )
        # By its key too: a correction is dated before it can be seen.
        graded_so = Q(ruled_at__lte=F("answered_at"), ruled_by=F("keyed_by"))
        return ruled.filter(Q(policy=None) | (graded_so & ~Q(policy__in=[DROP, EVERYONE])))


class PracticeItem(models.Model):
    """A question of a set: the version that was asked, its own order of options, the one answer.

    `shuffle[shown]` is the authored index of the option shown there; `response` speaks of shown
    indexes. `keyed_by` is the version whose key graded it. A database trigger refuses to change an
    answer.
    """

    set = models.ForeignKey(PracticeSet, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    shuffle = ArrayField(models.PositiveSmallIntegerField())
    response = models.JSONField(null=True, blank=True)
    sureness = models.CharField(max_length=6, choices=Sureness, blank=True)
    keyed_by = models.ForeignKey(
        QuestionVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    credit = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    problem = models.OneToOneField(
        ProblemReport, on_delete=models.SET_NULL, null=True, blank=True, related_name="practiced"
    )

    objects = PracticeItemQuerySet.as_manager()

    class Meta:
        ordering = ["set", "position"]
        constraints = [
            models.UniqueConstraint(fields=["set", "position"], name="practice_position_is_unique"),
            models.UniqueConstraint(fields=["set", "version"], name="practice_version_is_unique"),
            models.CheckConstraint(condition=Q(position__gte=1), name="practice_position_from_1"),
            models.CheckConstraint(
                condition=Q(
                    answered_at__isnull=True,
                    response__isnull=True,
                    sureness="",
                    keyed_by__isnull=True,
                    credit__isnull=True,
                )
                | Q(
                    answered_at__isnull=False,
                    response__isnull=False,
                    sureness__in=Sureness.values,
                    keyed_by__isnull=False,
                    credit__gte=0,
                    credit__lte=1,
                ),
                name="practice_answer_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.set_id} {self.position}"

    @property
    def is_right(self) -> bool:
        return self.credit == 1
