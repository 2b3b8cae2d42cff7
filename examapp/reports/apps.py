from django.apps import AppConfig
from django.db.models import Exists, OuterRef


class ReportsConfig(AppConfig):
    name = "examapp.reports"
    label = "reports"

    def ready(self) -> None:
        """Connect the receivers, and tell the bank by which findings its list can be narrowed."""
        from examapp.reports import receivers  # noqa: F401  (connects them)
        from examapp.reports.models import ItemStatistics
        from questions import marks

        flagged = ItemStatistics.objects.pooled().filter(question=OuterRef("pk"), severity__gt=0)
        marks.register("flagged", "Flagged by item analysis", lambda: Exists(flagged), waits=True)
