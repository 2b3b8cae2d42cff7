"""Tokens of people's programs, and what unsafe calls with a key were answered."""

import uuid
from datetime import timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from examapp.accounts.models import User


class Scopes(models.TextChoices):
    READ = "read", gettext_lazy("Read exams, results and history")
    SIT = "sit", gettext_lazy("Take exams")
    AUTHOR = "author", gettext_lazy("Work on question banks")
    TEACH = "teach", gettext_lazy("Work on courses: people, assignments, results")


class TokenQuerySet(models.QuerySet["Token"]):
    def live(self) -> Self:
        return self.filter(revoked_at=None)


class Token(models.Model):
    """A program's key to one person's part of the site; only a hash of it is kept."""

    Scope = Scopes

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8, help_text="How it begins, to tell tokens apart.")
    scopes = ArrayField(models.CharField(max_length=10, choices=Scopes))
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scopes.values, scopes__len__gte=1),
                name="token_scopes_are_known",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AnsweredCallQuerySet(models.QuerySet["AnsweredCall"]):
    def stale(self) -> Self:
        """Calls that are older than anyone retries, or whose process ended in the middle."""
        cut = Q(status=None, at__lt=Now() - timedelta(minutes=2))
        return self.filter(Q(at__lt=Now() - timedelta(days=1)) | cut)


class AnsweredCall(models.Model):
    """An unsafe call that came with a key of its own, and the answer that a repeat gets again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    media_type = models.CharField(max_length=100, blank=True)
    body = models.BinaryField(default=bytes)
    at = models.DateTimeField(db_default=Now())

    objects = AnsweredCallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="answered_call_key_is_unique")
        ]

    def __str__(self) -> str:
        return self.key
