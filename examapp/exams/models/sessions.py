"""The sitting: exam sessions, the append-only log of answers, and scores."""

import math
import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext

from examapp.accounts.models import OfCandidate
from examapp.exams.hooks import is_held_back
from examapp.exams.models.choices import FinishReasons, Outcomes, SessionStatuses
from examapp.exams.models.database_clock import ClockTimestamp
from examapp.exams.models.exam_forms import ExamForm
from examapp.exams.models.left_out import LeftOutCounts
from examapp.exams.rules import ExamRules
from examapp.exams.scoring import DROP, EVERYONE, Ruling, Scale
from examapp.exams.timing import GRACE_SECONDS
from questions.models import (
    Domain,
    Exam,
    GradingPolicies,
    QuestionVersion,
    Topic,
    is_one_of,
)


class ExamSessionQuerySet(OfCandidate["ExamSession"]):
    def open(self) -> Self:
        return self.filter(status=ExamSession.Status.OPEN)

    def finished(self) -> Self:
        return self.filter(status=ExamSession.Status.FINISHED)

    def counted(self) -> Self:
        """Finished sessions that the candidate's own trend and report rest on."""
        return self.finished().filter(left_out_at=None)

    def telling(self) -> Self:
        """Counted sessions that statistics of questions rest on: no trials of the staff, no guests.

        Those of a guest who signs up count from then on.
        """
        return self.counted().filter(is_trial=False).exclude(candidate__role="guest")

    def left_out_counts(self) -> LeftOutCounts:
        """Count the sessions that statistics leave out, by the first reason that holds."""
        is_discarded = Q(status=ExamSession.Status.DISCARDED)
        ended = self.exclude(status=ExamSession.Status.OPEN).order_by()
        counts = ended.aggregate(
            discarded=Count("pk", filter=is_discarded),
            trials=Count("pk", filter=~is_discarded & Q(is_trial=True)),
            left_out=Count(
                "pk", filter=~is_discarded & Q(is_trial=False, left_out_at__isnull=False)
            ),
        )
        return LeftOutCounts(**counts)

    def due(self) -> Self:
        """Open sessions whose deadline and grace have passed by the database's clock."""
        return self.open().filter(
            deadline_at__lt=ClockTimestamp() - timedelta(seconds=GRACE_SECONDS)
        )

    def with_clock(self) -> Self:
        """Annotate `now`, the database's clock."""
        return self.annotate(now=ClockTimestamp())

    def with_progress(self) -> Self:
        """Annotate `now`, and how many of the `total` questions are `answered`."""
        answered = Count("items", filter=Q(items__response__isnull=False))
        return self.with_clock().annotate(answered=answered, total=Count("items"))

    def with_current_score(self) -> Self:
        """Attach the current score of each session as `current_scores`, a list of one or none.

        One that is held back from its candidate is not there.
        """
        scores = Score.objects.filter(is_current=True).exclude(is_held_back("session"))
        return self.prefetch_related(Prefetch("scores", scores, to_attr="current_scores"))


class ExamSession(models.Model):
    """One candidate's sitting. Rules that could change later are frozen here at the start."""

    Status = SessionStatuses

    FinishReason = FinishReasons

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    candidate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exam_sessions"
    )
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="sessions")
    form = models.ForeignKey(ExamForm, on_delete=models.PROTECT, null=True, related_name="sessions")
    status = models.CharField(max_length=10, choices=SessionStatuses, default=SessionStatuses.OPEN)
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField(db_index=True)
    base_minutes = models.PositiveSmallIntegerField()
    time_factor = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(1))
    extra_minutes = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    finish_reason = models.CharField(max_length=10, choices=FinishReasons, blank=True)
    left_out_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when its candidate leaves it out of their report."
    )
    is_trial = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Sat by someone who could edit the exam when it began.",
    )
    grading_policy = models.CharField(max_length=20, choices=GradingPolicies)
    raw_cut = models.DecimalField(max_digits=5, decimal_places=4)
    scale_min = models.PositiveSmallIntegerField()
    scale_cut = models.PositiveSmallIntegerField()
    scale_max = models.PositiveSmallIntegerField()

    # Annotations of the queryset.
    now: datetime
    answered: int
    total: int
    current_scores: list["Score"]

    objects = ExamSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "exam"], condition=Q(status="open"), name="session_one_open"
            ),
            is_one_of("grading_policy", GradingPolicies.values, "session_grading_policy_is_known"),
            models.CheckConstraint(
                condition=Q(deadline_at__gt=F("started_at")), name="session_deadline_after_start"
            ),
            models.CheckConstraint(
                condition=Q(status="open", finished_at__isnull=True, finish_reason="")
                | Q(
                    status="finished",
                    finished_at__isnull=False,
                    finish_reason__in=["submitted", "expired"],
                )
                | Q(
                    status="discarded",
                    finished_at__isnull=False,
                    finish_reason__in=["submitted", "expired", "discarded"],
                ),
                name="session_is_open_or_says_when_and_why_it_ended",
            ),
            models.CheckConstraint(
                condition=Q(left_out_at__isnull=True) | Q(status="finished"),
                name="session_left_out_is_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exam_id} {self.pk}"

    def get_absolute_url(self) -> str:
        name = "exams:room" if self.is_open else "exams:result"
        return reverse(name, args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_discarded(self) -> bool:
        return self.status == self.Status.DISCARDED

    @property
    def title(self) -> str:
        """What pages call it: its mock exam, or a new mix; needs form."""
        return (self.form and self.form.title) or gettext("New mix of questions")

    @property
    def scale(self) -> Scale:
        return ExamRules.of(self).scale

    @property
    def minutes_left(self) -> int:
        """Whole minutes to the deadline; needs with_clock()."""
        return max(0, math.ceil((self.deadline_at - self.now) / timedelta(minutes=1)))

    @property
    def time_used(self) -> timedelta | None:
        return self.finished_at - self.started_at if self.finished_at else None


class SessionItemQuerySet(models.QuerySet["SessionItem"]):
    def paper(self) -> Self:
        """Items as the exam room may read them.

        The key is not fetched, and any attempt to fetch it, or anything else a page was not given,
        raises FieldFetchBlocked.
        """
        return (
            self.select_related("version")
            .only(
                *("position", "shuffle", "response", "revision", "flagged", "struck", "session_id"),
                *("version__type", "version__html"),
            )
            .fetch_mode(models.FETCH_RAISE)
        )

    def counted(self) -> Self:
        """Items that make up the score: scored, and not dropped by a correction."""
        return self.filter(is_scored=True).exclude(correction__policy=DROP)

    def telling(self) -> Self:
        """Items whose credit says what the candidate knows."""
        return self.exclude(correction__policy__in=[DROP, EVERYONE])

    def of_statistics(self) -> Self:
        """Telling items of finished sittings, without what was left out or sat as a trial."""
        return (
            self.telling()
            .filter(
                session__status=SessionStatuses.FINISHED,
                session__left_out_at=None,
                session__is_trial=False,
            )
            .exclude(session__candidate__role="guest")
        )

    def with_current_score(self) -> Self:
        """Items of finished sessions, each with its session, that has `current_scores`."""
        scores = Score.objects.filter(is_current=True)
        items = self.filter(session__status=ExamSession.Status.FINISHED).select_related("session")
        return items.prefetch_related(Prefetch("session__scores", scores, to_attr="current_scores"))

    def late(self) -> Self:
        """Items that hold an answer which came after the end."""
        events = AnswerEvent.objects.filter(item=OuterRef("pk"), outcome=Outcomes.LATE)
        return self.filter(Exists(events))

    def solved(self) -> Self:
        """Items as scoring and the review after the end read them, with key and topic."""
        joined = ("version", "keyed_by", "topic__task__domain__exam", "correction", "problem")
        return self.select_related(*joined).defer(
            "version__content", "version__key", "keyed_by__content", "keyed_by__html"
        )


class SessionItem(models.Model):
    """A question of a session: the version that was asked, its own order of options, the answer.

    `shuffle[shown]` is the authored index of the option shown there; `response` speaks of shown
    indexes. `keyed_by` is the version whose key grades it, another one after a key correction, and
    `correction` is the one that rules it.
    """

    session = models.ForeignKey(ExamSession, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    keyed_by = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    correction = models.ForeignKey(
        "exams.KeyCorrection", on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    shuffle = ArrayField(models.PositiveSmallIntegerField())
    is_scored = models.BooleanField()
    response = models.JSONField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    flagged = models.BooleanField(default=False)
    struck = ArrayField(models.PositiveSmallIntegerField(), default=list)
    elapsed_ms = models.PositiveIntegerField(default=0)
    last_client = models.UUIDField(null=True)
    last_seq = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    credit = models.DecimalField(max_digits=5, decimal_places=4, null=True)

    objects = SessionItemQuerySet.as_manager()

    class Meta:
        ordering = ["session", "position"]
        constraints = [
            models.UniqueConstraint(fields=["session", "position"], name="item_position_is_unique"),
            models.UniqueConstraint(fields=["session", "version"], name="item_version_is_unique"),
            models.CheckConstraint(condition=Q(position__gte=1), name="item_position_from_1"),
            models.CheckConstraint(
                condition=Q(credit__isnull=True) | Q(credit__gte=0, credit__lte=1),
                name="item_credit_is_a_fraction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.position}"

    @property
    def ruling(self) -> Ruling:
        """How it is graded; needs keyed_by, and correction where there is one."""
        if self.correction is None:
            return Ruling.of_key(self.keyed_by.key["right"])
        return self.correction.ruling_by(self.keyed_by)

    @property
    def counts(self) -> bool:
        """Whether it makes up the score; needs correction."""
        return self.is_scored and not self.is_dropped

    @property
    def is_dropped(self) -> bool:
        """Whether a correction took it out of the score; needs correction."""
        return self.correction is not None and self.correction.policy == DROP


class AnswerEvent(models.Model):
    """One save as it arrived. Append-only: a database trigger refuses update and delete."""

    Outcome = Outcomes

    item = models.ForeignKey(SessionItem, on_delete=models.PROTECT, related_name="events")
    client = models.UUIDField()
    seq = models.BigIntegerField()
    base = models.PositiveIntegerField(null=True)
    response = models.JSONField(null=True)
    flagged = models.BooleanField()
    struck = ArrayField(models.PositiveSmallIntegerField(), default=list)
    elapsed_ms = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcomes)
    revision = models.PositiveIntegerField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "client", "seq"], name="event_is_logged_once"),
            is_one_of("outcome", Outcomes.values, "event_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(outcome="saved", revision__isnull=False)
                | (~Q(outcome="saved") & Q(revision__isnull=True)),
                name="event_saved_has_a_revision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.client} {self.seq}"


class Score(models.Model):
    """A session's score. A regrade adds the next number and keeps the old one."""

    session = models.ForeignKey(ExamSession, on_delete=models.CASCADE, related_name="scores")
    number = models.PositiveSmallIntegerField(default=1)
    credit = models.DecimalField(max_digits=7, decimal_places=4)
    max_credit = models.PositiveSmallIntegerField()
    scaled = models.PositiveSmallIntegerField()
    is_pass = models.BooleanField()
    is_current = models.BooleanField(default=True)
    reason = models.CharField(max_length=300, blank=True)
    scored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["session", "number"]
        indexes = [
            models.Index(fields=["session"], condition=Q(number__gt=1), name="score_of_a_regrade"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="score_number_is_unique"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(is_current=True), name="score_one_current"
            ),
            models.CheckConstraint(
                condition=Q(credit__gte=0, credit__lte=F("max_credit")),
                name="score_credit_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.scaled}"


class DomainScore(models.Model):
    score = models.ForeignKey(Score, on_delete=models.CASCADE, related_name="domain_scores")
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="+")
    credit = models.DecimalField(max_digits=7, decimal_places=4)
    max_credit = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["score", "domain__number"]
        constraints = [
            models.UniqueConstraint(fields=["score", "domain"], name="domain_score_is_unique"),
            models.CheckConstraint(
                condition=Q(credit__gte=0, credit__lte=F("max_credit")),
                name="domain_score_credit_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.domain_id} {self.credit}/{self.max_credit}"
