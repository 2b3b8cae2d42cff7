"""What answers mean: a candidate's report, and the statistics of questions and forms."""

import json
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from pydantic_core import to_json

from examapp.accounts.models import User
from examapp.exams.hooks import is_held_back
from examapp.exams.models import ExamForm, ExamSession, Score
from examapp.reports.measurement.flag_words import summary
from questions.models import Exam, Question, QuestionVersion

# Names the method; a report made by another one is computed anew.
ESTIMATOR = "multilevel walk 1"
# A refresh that has shown no progress for so long is dead, and the next one takes over.
STALLED_AFTER = timedelta(minutes=10)
# From fewer sittings the scores of domains are not judged.
ENOUGH_SITTINGS = 30
# With fewer predictions, or people, nothing is said of how they came true.
ENOUGH_PREDICTIONS = 30


class BodyEncoder(json.JSONEncoder):
    """Writes a report's body, several times as fast as the standard library does."""

    def encode(self, o: object) -> str:
        return to_json(o).decode()


class Calibration(models.Model):
    """What the answers so far said of items and learners; stored, so that reports can be redone.

    `parameters` is a `weak_areas.calibrated_items.StoredParameters`.
    """

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="calibrations")
    number = models.PositiveIntegerField()
    estimator = models.CharField(max_length=60)
    answers = models.PositiveIntegerField()
    learners = models.PositiveIntegerField()
    parameters = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["exam", "number"]
        constraints = [
            models.UniqueConstraint(fields=["exam", "number"], name="calibration_number_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.exam_id} calibration {self.number}"


class WeakAreaReportQuerySet(models.QuerySet["WeakAreaReport"]):
    def of(self, candidate: User) -> Self:
        """Reports that a candidate may see: none of a sitting whose result is held back."""
        return self.filter(session__candidate=candidate).exclude(is_held_back("session", "answers"))

    def current(self) -> Self:
        """Reports of today's method, of the score their session has now, on what is known now.

        A report rests on earlier sittings too: once one of those is graded again, it is of the
        past. Only candidates with such a sitting are counted, since most have none.
        """
        regrades = Score.objects.filter(number__gt=1)
        before = regrades.filter(
            session__candidate=OuterRef("session__candidate"),
            session__exam=OuterRef("session__exam"),
            session__finished_at__lte=OuterRef("session__finished_at"),
        )
        known = before.order_by().values("session__exam").annotate(n=Count("pk")).values("n")
        overtaken = Q(session__candidate__in=regrades.values("session__candidate")) & ~Q(
            regrades=Coalesce(Subquery(known), 0)
        )
        return self.filter(score__is_current=True, estimator=ESTIMATOR).exclude(overtaken)


class Delivery(models.Model):
    """A score on its way to a store of xAPI statements outside; sent once, tried repeatedly."""

    score = models.OneToOneField(Score, on_delete=models.CASCADE, related_name="delivery")
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.score_id} {'sent' if self.delivered_at else 'waiting'}"


class WeakAreaReport(models.Model):
    """A session's weak areas as computed for one score; a new score asks for it anew.

    `body` is a `weak_areas.body.ReportBody` as JSON. `estimator` and `calibration` say what
    computed it; without a calibration it was what is assumed before any answer.
    """

    session = models.OneToOneField(
        ExamSession, on_delete=models.CASCADE, related_name="weak_area_report"
    )
    score = models.OneToOneField(Score, on_delete=models.CASCADE, related_name="weak_area_report")
    estimator = models.CharField(max_length=60)
    calibration = models.ForeignKey(
        Calibration, on_delete=models.PROTECT, null=True, related_name="reports"
    )
    regrades = models.PositiveIntegerField(
        db_default=0, help_text="How often the sittings that it rests on had been graded again."
    )
    body = models.JSONField(encoder=BodyEncoder)
    computed_at = models.DateTimeField(auto_now=True)

    objects = WeakAreaReportQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.session_id} {self.computed_at:%Y-%m-%d %H:%M}"


class StandingReportQuerySet(models.QuerySet["StandingReport"]):
    def shown(self) -> Self:
        """Those that rest on no sitting whose answers a course holds back."""
        counted = ExamSession.objects.counted()
        held = counted.filter(
            is_held_back(part="answers"), candidate=OuterRef("candidate"), exam=OuterRef("exam")
        )
        return self.exclude(Exists(held))


class StandingReport(models.Model):
    """Where a person stands in an exam, from mock exams, practice and reviews until `as_of`.

    One for a person and an exam, made anew with each new evidence; the report of a sitting stays
    that of its end. `body` is a `weak_areas.body.ReportBody` as JSON.
    """

    candidate = models.ForeignKey(User, on_delete=models.CASCADE, related_name="standing_reports")
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="standing_reports")
    as_of = models.DateTimeField(help_text="The newest evidence.")
    estimator = models.CharField(max_length=60)
    calibration = models.ForeignKey(
        Calibration, on_delete=models.PROTECT, null=True, related_name="standing_reports"
    )
    body = models.JSONField(encoder=BodyEncoder)
    computed_at = models.DateTimeField(auto_now=True)

    objects = StandingReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "exam"], name="standing_one_a_person_and_exam"
            )
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.exam_id} {self.as_of:%Y-%m-%d %H:%M}"


class ItemStatisticsQuerySet(models.QuerySet["ItemStatistics"]):
    def pooled(self) -> Self:
        """Statistics of questions over all their versions."""
        return self.filter(version=None)

    def known(self, *, least: int) -> Self:
        """Those that rest on enough answers for a figure to be shown."""
        return self.filter(n__gte=least)

    def by_need(self) -> Self:
        """The worst flag first, then the most answers."""
        return self.order_by("-severity", "-n", "question")


class ItemStatistics(models.Model):
    """What answers say of one version of a question, or of all its versions (version is null).

    Figures are null where answers cannot tell. `body` holds the rest: an
    `item_analysis.bodies.VersionBody`, over all versions a `QuestionBody`. `flags` is a list of
    `measurement.verdicts.StoredFlag`, the worst first.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="statistics")
    version = models.ForeignKey(
        QuestionVersion, on_delete=models.CASCADE, null=True, related_name="statistics"
    )
    n = models.PositiveIntegerField()
    facility = models.FloatField(null=True)
    discrimination = models.FloatField(null=True)
    difficulty = models.FloatField(null=True, help_text="Rasch, in logits; the mean item is 0.")
    difficulty_error = models.FloatField(null=True)
    median_seconds = models.FloatField(null=True)
    flags = models.JSONField(default=list)
    severity = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    scored_through = models.DateTimeField(help_text="The newest score that is counted.")
    computed_at = models.DateTimeField(auto_now=True)

    objects = ItemStatisticsQuerySet.as_manager()

    class Meta:
        ordering = ["question", F("version").asc(nulls_first=True)]
        verbose_name_plural = "item statistics"
        constraints = [
            models.UniqueConstraint(
                fields=["question", "version"],
                nulls_distinct=False,
                name="statistics_one_a_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.version_id or 'all versions'}: {self.n}"

    @property
    def verdict(self) -> str:
        """What the figures say of the question, in the language of who reads it."""
        figures = {"discrimination": self.discrimination, "facility": self.facility}
        return summary(self.n, self.flags, **figures)


class FormStatistics(models.Model):
    """Reliability and score distribution of a form, or of all sittings of an exam (form is null).

    `body` is an `item_analysis.bodies.FormBody`.
    """

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="form_statistics")
    form = models.ForeignKey(
        ExamForm, on_delete=models.CASCADE, null=True, blank=True, related_name="statistics"
    )
    n = models.PositiveIntegerField()
    kr20 = models.FloatField(null=True)
    sem = models.FloatField(null=True)
    body = models.JSONField(default=dict)
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["exam", F("form").asc(nulls_first=True)]
        verbose_name_plural = "form statistics"
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "form"], nulls_distinct=False, name="form_statistics_one_a_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.exam_id} {self.form_id or 'all sittings'}: {self.n}"


class RefreshRun(models.Model):
    """A refresh of an exam's statistics and calibration, with its progress."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="refresh_runs")
    stage = models.CharField(max_length=40)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    progress_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["exam"], condition=Q(finished_at=None), name="refresh_one_at_a_time"
            )
        ]

    @property
    def is_running(self) -> bool:
        return self.finished_at is None and not self.is_stalled

    @property
    def is_stalled(self) -> bool:
        return self.finished_at is None and timezone.now() - self.progress_at > STALLED_AFTER

    def __str__(self) -> str:
        return f"{self.exam_id} {self.stage} {self.done}/{self.total}"
