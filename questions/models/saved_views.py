"""Views of the question list that people saved."""

from django.conf import settings
from django.db import models

from questions.models.blueprint import Exam


class SavedView(models.Model):
    """A question list under a name: the query of its address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "exam", "name"], name="saved_view_name_is_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name
