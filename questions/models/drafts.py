"""Drafts of questions, and the comments of colleagues."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from questions.models.choices import Stages, is_one_of, person
from questions.models.questions import Case, Question, QuestionVersion


class DraftQuerySet(models.QuerySet["Draft"]):
    def in_review(self) -> Self:
        return self.filter(stage=Draft.Stage.IN_REVIEW)


class Draft(models.Model):
    """The next wording of a question, complete or not, beside the live one if there is one.

    `item` holds an items.item.Item as JSON. Every save raises `revision` and names the one that its
    writer had seen, so that nobody overwrites what they have not seen.
    """

    Stage = Stages

    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="draft")
    item = models.JSONField()
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, blank=True)
    stage = models.CharField(max_length=10, choices=Stages, default=Stages.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it is changed.")
    base_version = models.ForeignKey(
        QuestionVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The live version it was begun from.",
    )
    author = person()
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    updated_by = person()
    approved_by = person()
    open_with = person(help_text="Who had it open last.")
    open_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    objects = DraftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["stage", "updated_at"], name="draft_by_stage")]
        constraints = [
            is_one_of("stage", Stages.values, "draft_stage_is_known"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="draft_revision_from_1"),
            models.CheckConstraint(
                condition=Q(stage=Stages.APPROVED) | Q(approved_by__isnull=True),
                name="draft_approval_ends_with_its_stage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} draft {self.revision}"

    @property
    def is_stale(self) -> bool:
        """Whether another version went live since it was begun."""
        return self.question.current_version_id != self.base_version_id


class CommentQuerySet(models.QuerySet["Comment"]):
    def open(self) -> Self:
        return self.filter(resolved_at__isnull=True)


class Comment(models.Model):
    """A comment on a field of a question, open until someone resolves it."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="comments")
    field = models.CharField(max_length=40, blank=True, help_text="Blank: on the whole.")
    text = models.TextField()
    author = person()
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    created_at = models.DateTimeField(db_default=Now())
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = person()
    mailed_at = models.DateTimeField(
        null=True, blank=True, help_text="When those who are mentioned were written to."
    )
    mailed_to = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(
                condition=Q(resolved_by__isnull=True) | Q(resolved_at__isnull=False),
                name="comment_resolved_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
