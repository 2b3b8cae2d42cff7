"""Forms: which questions a sitting asks, in which order."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from examapp.accounts.models import User
from questions.models import Exam, Origins, Question, is_one_of


class ExamFormKinds(models.TextChoices):
    FRESH = "fresh", gettext_lazy("Fresh")
    FIXED = "fixed", gettext_lazy("Fixed")


class ExamFormQuerySet(models.QuerySet["ExamForm"]):
    def in_use(self) -> Self:
        """Fixed forms that are not archived, of any exam."""
        return self.filter(kind=ExamFormKinds.FIXED, is_archived=False)

    def offered(self, exam: Exam) -> Self:
        """Fixed forms that candidates see, in order, with how many items are `missing`.

        One that is `held_back` is reserved, and only whom it is given to may start it.
        """
        missing = Count("items", filter=~Q(items__question__status="published"))
        forms = self.in_use().filter(exam=exam)
        counted = forms.annotate(missing=missing, held_back=_IS_RESERVED)
        return counted.order_by("position", "pk")

    def fixed(self, exam: Exam) -> Self:
        """All fixed forms with how many items they hold and how often each was `sat`."""
        sat = Count("sessions", filter=~Q(sessions__status="discarded"), distinct=True)
        counts = {"size": Count("items", distinct=True), "sat": sat}
        forms = self.filter(exam=exam, kind=ExamFormKinds.FIXED).annotate(**counts)
        return forms.order_by("is_archived", "position", "pk")

    def with_sittings_of(self, candidate: User) -> Self:
        """Annotate whether the candidate `has_sat` it; a discarded sitting is none."""
        return self.annotate(has_sat=Exists(_sittings_of(candidate)))

    def kept_from(self, candidate: User) -> Self:
        """Offered fixed forms whose questions this candidate meets nowhere else.

        Those the candidate has not sat, and those that are reserved, whoever sat them.
        """
        return self.in_use().filter(_IS_RESERVED | ~Exists(_sittings_of(candidate)))


_IS_RESERVED = Q(is_reserved=True) & (Q(reserved_until=None) | Q(reserved_until__gt=Now()))


def _sittings_of(candidate: User) -> QuerySet[Any]:
    """Return a candidate's sittings of the outer form; any, since the model stands above."""
    sittings = apps.get_model("exams", "ExamSession")._default_manager
    own = sittings.filter(candidate=candidate, form=OuterRef("pk"))
    return own.exclude(status="discarded")


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
    is_reserved = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Its questions are kept from everybody's practice.",
    )
    reserved_until = models.DateTimeField(
        null=True, blank=True, help_text="When the reservation ends; never where empty."
    )
    origin = models.CharField(max_length=10, choices=Origins, default=Origins.FILES)
    seed = models.BigIntegerField(help_text="Makes the same form from the same pool. Secret.")
    created_at = models.DateTimeField(auto_now_add=True)
    questions = models.ManyToManyField(Question, through="ExamFormItem", related_name="forms")

    missing: int
    held_back: bool
    size: int
    sat: int
    has_sat: bool

    objects = ExamFormQuerySet.as_manager()

    class Meta:
        db_table = "exams_form"
        constraints = [
            is_one_of("kind", ExamFormKinds.values, "form_kind_is_known"),
            is_one_of("origin", Origins.values, "form_origin_is_known"),
            models.CheckConstraint(
                condition=Q(kind=ExamFormKinds.FIXED) & ~Q(slug="")
                | Q(kind=ExamFormKinds.FRESH, slug=""),
                name="form_slug_if_fixed",
            ),
            models.CheckConstraint(
                condition=Q(is_reserved=False, reserved_until__isnull=True)
                | Q(is_reserved=True, kind=ExamFormKinds.FIXED),
                name="form_reserved_is_fixed",
            ),
            models.UniqueConstraint(
                fields=["exam", "slug"],
                condition=Q(kind=ExamFormKinds.FIXED, is_archived=False),
                name="form_slug_is_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.title or gettext("Form %(number)s") % {"number": self.pk}

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
