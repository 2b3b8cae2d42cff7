"""Forms: which questions a sitting asks, in which order."""

from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from examapp.accounts.models import User
from questions.models import Exam, Origins, Question, is_one_of


class ExamFormKinds(models.TextChoices):
    FRESH = "fresh", "Fresh"
    FIXED = "fixed", "Fixed"


class ExamFormQuerySet(models.QuerySet["ExamForm"]):
    def offered(self, exam: Exam) -> Self:
        """Fixed forms that candidates may choose, in order, with how many items are `missing`."""
        missing = Count("items", filter=~Q(items__question__status="published"))
        forms = self.filter(exam=exam, kind=ExamFormKinds.FIXED, is_archived=False)
        return forms.annotate(missing=missing).order_by("position", "pk")

    def fixed(self, exam: Exam) -> Self:
        """All fixed forms with how many items they hold and how often each was `sat`."""
        counts = {"size": Count("items", distinct=True), "sat": Count("sessions", distinct=True)}
        forms = self.filter(exam=exam, kind=ExamFormKinds.FIXED).annotate(**counts)
        return forms.order_by("is_archived", "position", "pk")

    def with_sittings_of(self, candidate: User) -> Self:
        """Annotate whether the candidate `has_sat` it."""
        sittings = apps.get_model("exams", "ExamSession")._default_manager
        return self.annotate(
            has_sat=Exists(sittings.filter(candidate=candidate, form=OuterRef("pk")))
        )


class ExamForm(models.Model):
    """A list of questions for one sitting: drawn fresh, or fixed for many.

    A fixed form has a slug and never changes: other questions make another, and archive the old.
    """

    Kind = ExamFormKinds

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="forms")
    title = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=10, choices=ExamFormKinds, default=ExamFormKinds.FRESH)
    slug = models.SlugField(max_length=40, blank=True, help_text="Of a fixed form.")
    position = models.PositiveSmallIntegerField(default=0)
    is_archived = models.BooleanField(default=False, help_text="No longer offered.")
    origin = models.CharField(max_length=10, choices=Origins, default=Origins.FILES)
    seed = models.BigIntegerField(help_text="Makes the same form from the same pool. Secret.")
    created_at = models.DateTimeField(auto_now_add=True)
    questions = models.ManyToManyField(Question, through="ExamFormItem", related_name="forms")

    missing: int
    size: int
    sat: int
    has_sat: bool

    objects = ExamFormQuerySet.as_manager()

    class Meta:
        db_table = "exams_form"
        constraints = [
            is_one_of("kind", ExamFormKinds, "form_kind_is_known"),
            is_one_of("origin", Origins, "form_origin_is_known"),
            models.CheckConstraint(
                condition=Q(kind=ExamFormKinds.FIXED) & ~Q(slug="")
                | Q(kind=ExamFormKinds.FRESH, slug=""),
                name="form_slug_if_fixed",
            ),
            models.UniqueConstraint(
                fields=["exam", "slug"],
                condition=Q(kind=ExamFormKinds.FIXED, is_archived=False),
                name="form_slug_is_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"Form {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("exams:form", args=[self.exam.code, self.pk])


class ExamFormItem(models.Model):
    form = models.ForeignKey(ExamForm, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="form_items")
    is_scored = models.BooleanField()

    class Meta:
        db_table = "exams_formitem"
        ordering = ["form", "position"]
        constraints = [
            models.UniqueConstraint(fields=["form", "position"], name="form_position_is_unique"),
            models.UniqueConstraint(fields=["form", "question"], name="form_question_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.position}"
