"""What a sitting, its end and a save can be."""

from django.db import models


class SessionStatuses(models.TextChoices):
    OPEN = "open", "Open"
    FINISHED = "finished", "Finished"
    DISCARDED = "discarded", "Discarded"


class FinishReasons(models.TextChoices):
    SUBMITTED = "submitted", "Submitted"
    EXPIRED = "expired", "Time ran out"
    DISCARDED = "discarded", "Discarded"


class Outcomes(models.TextChoices):
    SAVED = "saved", "Saved"
    SUPERSEDED = "superseded", "Older than what the same client had saved"
    STALE = "stale", "Saw an older revision"
    LATE = "late", "After the end"
