"""What a sitting, its end and a save can be."""

from django.db import models
from django.utils.translation import gettext_lazy


class SessionStatuses(models.TextChoices):
    OPEN = "open", gettext_lazy("Open")
    FINISHED = "finished", gettext_lazy("Finished")
    DISCARDED = "discarded", gettext_lazy("Discarded")


class FinishReasons(models.TextChoices):
    SUBMITTED = "submitted", gettext_lazy("Submitted")
    EXPIRED = "expired", gettext_lazy("Time ran out")
    DISCARDED = "discarded", gettext_lazy("Discarded")


class Outcomes(models.TextChoices):
    SAVED = "saved", gettext_lazy("Saved")
    SUPERSEDED = "superseded", gettext_lazy("Older than what the same client had saved")
    STALE = "stale", gettext_lazy("Saw an older revision")
    LATE = "late", gettext_lazy("After the end")
