"""What is found wrong after a sitting: reports of candidates, corrected keys, and who is told."""

import uuid
from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy

from examapp.exams.models.sessions import ExamSession, Score, SessionItem
from examapp.exams.scoring import BOTH, DROP, EVERYONE, NEW, Ruling
from questions.items.kinds.parts import KeyText
from questions.models import Exam, Question, QuestionVersion, is_one_of
from questions.models.choices import person


class Policies(models.TextChoices):
    NEW = NEW, gettext_lazy("The new key counts")
    BOTH = BOTH, gettext_lazy("Both keys count")
    DROP = DROP, gettext_lazy("The question does not count")
    EVERYONE = EVERYONE, gettext_lazy("Everyone gets the point")


class KeyCorrectionQuerySet(models.QuerySet["KeyCorrection"]):
    def unfinished(self) -> Self:
        return self.filter(finished_at__isnull=True)

    def governing(self, versions: Iterable[int]) -> dict[int, "KeyCorrection"]:
        """Return by version the newest correction that rules its sittings."""
        links = KeyCorrection.versions.through.objects.filter(questionversion__in=versions)
        # By its id: ordered by the correction itself, the newest would come first, and go.
        links = links.select_related("keycorrection__keyed_by").order_by("keycorrection_id")
        return {link.questionversion_id: link.keycorrection for link in links}


class KeyCorrection(models.Model):
    """A decision how sittings of one wording are graded from now on, and how far that has got.

    `versions` are the versions that asked the wording; `keyed_by` has the key that is right, and
    with the policy BOTH the keys of `also_right` earn the credit too. The newest correction of a
    version rules. Sessions are regraded in the background; the row is the queue.
    """

    Policy = Policies

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="corrections")
    versions = models.ManyToManyField(QuestionVersion, related_name="corrections")
    keyed_by = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    policy = models.CharField(max_length=10, choices=Policies)
    also_right = models.JSONField(default=list)
    reason = models.CharField(max_length=300)
    made_by = person()
    made_at = models.DateTimeField(db_default=Now())
    batch = models.UUIDField(default=uuid.uuid4, help_text="Of its entries in the record.")
    total = models.PositiveIntegerField(default=0, help_text="Sessions that asked the wording.")
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0, help_text="Sessions with another score.")
    flipped = models.PositiveIntegerField(default=0, help_text="Sessions with another verdict.")
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = KeyCorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            is_one_of("policy", Policies.values, "correction_policy_is_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_has_a_reason"),
            models.CheckConstraint(
                condition=Q(policy=BOTH) | Q(also_right=[]), name="correction_other_keys_need_both"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.policy}"

    def get_absolute_url(self) -> str:
        code = self.question.exam.code
        return reverse("exams:correction", args=[code, self.pk])

    def ruling_by(self, version: QuestionVersion) -> Ruling:
        """Return how it grades what the key of a version grades."""
        rights = [version.key["right"], *self.also_right]
        return Ruling(self.policy, tuple(tuple(right) for right in rights))

    @property
    def percent(self) -> int:
        """How much of the work is done, in whole per cent."""
        if self.finished_at:
            return 100
        return min(99, 100 * self.done // max(1, self.total))

    def waiting(self) -> models.QuerySet[SessionItem]:
        """Items that neither this correction nor a newer one rules yet."""
        older = Q(correction__isnull=True) | Q(correction__lt=self.pk)
        return SessionItem.objects.filter(older, version__in=self.versions.all())


class RegradeNotice(models.Model):
    """A candidate is to be told of a score that a correction changed."""

    score = models.OneToOneField(Score, on_delete=models.CASCADE, related_name="notice")
    previous = models.ForeignKey(Score, on_delete=models.CASCADE, related_name="+")
    correction = models.ForeignKey(KeyCorrection, on_delete=models.PROTECT, related_name="notices")
    mailed_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["id"], condition=Q(mailed_at=None), name="notice_to_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.previous_id} to {self.score_id}"


class ProblemKinds(models.TextChoices):
    WRONG_KEY = "wrong_key", gettext_lazy("The key is wrong")
    UNCLEAR = "unclear", gettext_lazy("The question is unclear")
    TYPO = "typo", gettext_lazy("A typing mistake")
    OUT_OF_DATE = "out_of_date", gettext_lazy("Out of date")


class ProblemReportQuerySet(models.QuerySet["ProblemReport"]):
    def open(self) -> Self:
        return self.filter(answered_at__isnull=True)

    def about(self, exam: Exam) -> Self:
        return self.filter(version__question__exam=exam)

    def of(self, session: ExamSession) -> Self:
        return self.filter(item__session=session)

    def on(self, question: OuterRef) -> Exists:
        """Return the condition that a question has one."""
        return Exists(self.filter(version__question=question))


class ProblemReport(models.Model):
    """What a candidate says is wrong with a question, once for each time it was asked.

    `item` is where a sitting asked it; there is none where it was practiced. Open until answered.
    """

    Kind = ProblemKinds

    item = models.OneToOneField(
        SessionItem, on_delete=models.CASCADE, null=True, blank=True, related_name="problem"
    )
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="problem_reports"
    )
    kind = models.CharField(max_length=12, choices=ProblemKinds)
    text = models.TextField(blank=True)
    made_at = models.DateTimeField(db_default=Now())
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = person()
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = ProblemReportQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        indexes = [
            models.Index(fields=["made_at"], condition=Q(answered_at=None), name="problem_open"),
        ]
        constraints = [
            is_one_of("kind", ProblemKinds.values, "problem_kind_is_known"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="problem_answered_has_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.kind}"

    @property
    def key(self) -> KeyText:
        """The key by which the question was graded where it was asked."""
        graded_by: QuestionVersion = self.item.keyed_by if self.item else self.version
        key: KeyText = graded_by.key
        return key
