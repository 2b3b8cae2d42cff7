"""Images of an exam's questions, cases and notes."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from questions.models.blueprint import Exam
from questions.models.choices import person


class Image(models.Model):
    """An image for stems and notes, as our own encoder wrote it; its bytes never change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="images")
    alt = models.CharField(max_length=300, help_text="What it shows, for who cannot see it.")
    media_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    uploaded_by = person()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["exam", "digest"], name="image_is_kept_once"),
            models.CheckConstraint(condition=~Q(alt=""), name="image_has_a_description"),
            models.CheckConstraint(
                condition=Q(media_type__in=["image/png", "image/jpeg"]), name="image_type_is_safe"
            ),
            models.CheckConstraint(
                condition=Q(width__gte=1, height__gte=1, width__lte=4096, height__lte=4096),
                name="image_size_is_bounded",
            ),
        ]

    def __str__(self) -> str:
        return self.alt

    def get_absolute_url(self) -> str:
        return reverse("questions:image", args=[self.pk])
