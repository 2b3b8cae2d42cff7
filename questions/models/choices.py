"""The choices of columns, with their check constraints, and columns for persons."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from questions.items.item import LEVEL_LABELS
from questions.items.kinds.kind import ALL_OR_NOTHING, PARTIAL_CREDIT
from questions.items.kinds.registry import kinds
from questions.items.strictness import OPEN, STRICT, USUAL

# The kinds of item that columns may hold: another one needs a migration of their constraints.
ITEM_TYPES = [(kind.name, gettext_lazy(kind.label)) for kind in kinds()]


class ExamStates(models.TextChoices):
    """An exam's life: who may take it, from its first draft to its end."""

    DRAFT = "draft", gettext_lazy("Draft")
    COURSES = "courses", gettext_lazy("Open to courses")
    OPEN = "open", gettext_lazy("Open to all")
    CLOSED = "closed", gettext_lazy("Closed")
    ARCHIVED = "archived", gettext_lazy("Archived")
    DELETED = "deleted", gettext_lazy("Deleted")


class StrictnessLevels(models.TextChoices):
    """How much an exam asks of its questions before they are published."""

    STRICT = STRICT, gettext_lazy("Strict")
    USUAL = USUAL, gettext_lazy("Usual")
    OPEN = OPEN, gettext_lazy("Open")


class Levels(models.TextChoices):
    RECALL = "recall", gettext_lazy(LEVEL_LABELS["recall"])
    APPLY = "apply", gettext_lazy(LEVEL_LABELS["apply"])
    ANALYSE = "analyse", gettext_lazy(LEVEL_LABELS["analyse"])


class GradingPolicies(models.TextChoices):
    ALL_OR_NOTHING = ALL_OR_NOTHING, gettext_lazy("All or nothing")
    PARTIAL_CREDIT = PARTIAL_CREDIT, gettext_lazy("Partial credit")


class QuestionStatuses(models.TextChoices):
    DRAFT = "draft", gettext_lazy("Draft")
    IN_REVIEW = "in_review", gettext_lazy("In review")
    APPROVED = "approved", gettext_lazy("Approved")
    PUBLISHED = "published", gettext_lazy("Published")
    RETIRED = "retired", gettext_lazy("Retired")


class Stages(models.TextChoices):
    """The stages of a draft, which are also statuses of a question that was never published."""

    DRAFT = "draft", gettext_lazy("Draft")
    IN_REVIEW = "in_review", gettext_lazy("In review")
    APPROVED = "approved", gettext_lazy("Approved")


class Origins(models.TextChoices):
    FILES = "files", gettext_lazy("Bank files")
    SITE = "site", gettext_lazy("Written here")


class Roles(models.TextChoices):
    AUTHOR = "author", gettext_lazy("Author")
    REVIEWER = "reviewer", gettext_lazy("Reviewer")
    OWNER = "owner", gettext_lazy("Owner")


class ImportStatuses(models.TextChoices):
    LOOKING = "looking", gettext_lazy("Being read")
    READ = "read", gettext_lazy("Waiting for you")
    QUEUED = "queued", gettext_lazy("Waiting to begin")
    RUNNING = "running", gettext_lazy("Running")
    DONE = "done", gettext_lazy("Done")
    FAILED = "failed", gettext_lazy("Nothing was imported")
    UNDONE = "undone", gettext_lazy("Undone")


class JobStatuses(models.TextChoices):
    """How far work is that a worker does."""

    QUEUED = "queued", gettext_lazy("Waiting to begin")
    RUNNING = "running", gettext_lazy("Running")
    DONE = "done", gettext_lazy("Done")
    FAILED = "failed", gettext_lazy("Failed")


class Duplicates(models.TextChoices):
    """What an import does with a question that the bank has already."""

    SKIP = "skip", gettext_lazy("Keep the question as it is")
    UPDATE = "update", gettext_lazy("Change the question, as a draft")
    NEW = "new", gettext_lazy("Add another question")


def is_one_of(field: str, values: Sequence[str], name: str) -> models.CheckConstraint:
    """Return the check that a column holds one of some values."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)


def person(**options: Any) -> models.ForeignKey:  # type: ignore[type-arg]
    """Return a column for a person; null once the account is deleted."""
    on_delete = options.pop("on_delete", models.SET_NULL)
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete, related_name="+", null=True, blank=True, **options
    )


def person_of_record(**options: Any) -> models.ForeignKey:  # type: ignore[type-arg]
    """Return a column for a person on rows that never change: a deleted account's key stays."""
    return person(on_delete=models.DO_NOTHING, db_constraint=False, **options)
