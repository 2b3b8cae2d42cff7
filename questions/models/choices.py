"""The choices of columns, with their check constraints, and columns for persons."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from questions.items.kinds.kind import ALL_OR_NOTHING, PARTIAL_CREDIT
from questions.items.kinds.registry import kind_choices
from questions.items.strictness import OPEN, STRICT, USUAL

# The kinds of item that columns may hold: another one needs a migration of their constraints.
ITEM_TYPES = kind_choices()


class ExamStates(models.TextChoices):
    """An exam's life: who may take it, from its first draft to its end."""

    DRAFT = "draft", "Draft"
    COURSES = "courses", "Open to courses"
    OPEN = "open", "Open to all"
    CLOSED = "closed", "Closed"
    ARCHIVED = "archived", "Archived"
    DELETED = "deleted", "Deleted"


class StrictnessLevels(models.TextChoices):
    """How much an exam asks of its questions before they are published."""

    STRICT = STRICT, "Strict"
    USUAL = USUAL, "Usual"
    OPEN = OPEN, "Open"


class Levels(models.TextChoices):
    RECALL = "recall", "Recall"
    APPLY = "apply", "Apply"
    ANALYSE = "analyse", "Analyse"


class GradingPolicies(models.TextChoices):
    ALL_OR_NOTHING = ALL_OR_NOTHING, "All or nothing"
    PARTIAL_CREDIT = PARTIAL_CREDIT, "Partial credit"


class QuestionStatuses(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class Stages(models.TextChoices):
    """The stages of a draft, which are also statuses of a question that was never published."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"


class Origins(models.TextChoices):
    FILES = "files", "Bank files"
    SITE = "site", "Written here"


class Roles(models.TextChoices):
    AUTHOR = "author", "Author"
    REVIEWER = "reviewer", "Reviewer"
    OWNER = "owner", "Owner"


class ImportStatuses(models.TextChoices):
    LOOKING = "looking", "Being read"
    READ = "read", "Waiting for you"
    QUEUED = "queued", "Waiting to begin"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Nothing was imported"
    UNDONE = "undone", "Undone"


class ExportStatuses(models.TextChoices):
    QUEUED = "queued", "Waiting to begin"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class BulkStatuses(models.TextChoices):
    QUEUED = "queued", "Waiting to begin"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Duplicates(models.TextChoices):
    """What an import does with a question that the bank has already."""

    SKIP = "skip", "Keep the question as it is"
    UPDATE = "update", "Change the question, as a draft"
    NEW = "new", "Add another question"


def is_one_of(
    field: str, choices: type[models.TextChoices] | list[tuple[str, str]], name: str
) -> models.CheckConstraint:
    """Return the check that a column holds one of its choices."""
    pairs = choices if isinstance(choices, list) else choices.choices
    values = [value for value, _ in pairs]
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
