"""Forms: which questions a sitting asks, in which order."""

from django.db import models

from questions.models import Exam, Question, is_one_of


class FormKinds(models.TextChoices):
    FRESH = "fresh", "Fresh"
    FIXED = "fixed", "Fixed"


class Form(models.Model):
    """A list of questions for one sitting: drawn fresh, or fixed for many."""

    Kind = FormKinds

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="forms")
    title = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=10, choices=FormKinds, default=FormKinds.FRESH)
    seed = models.BigIntegerField(help_text="Makes the same form from the same pool. Secret.")
    created_at = models.DateTimeField(auto_now_add=True)
    questions = models.ManyToManyField(Question, through="FormItem", related_name="forms")

    class Meta:
        constraints = [is_one_of("kind", FormKinds, "form_kind_is_known")]

    def __str__(self) -> str:
        return self.title or f"Form {self.pk}"


class FormItem(models.Model):
    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="form_items")
    is_scored = models.BooleanField()

    class Meta:
        ordering = ["form", "position"]
        constraints = [
            models.UniqueConstraint(fields=["form", "position"], name="form_position_is_unique"),
            models.UniqueConstraint(fields=["form", "question"], name="form_question_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.position}"
