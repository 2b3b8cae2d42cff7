from django.apps import AppConfig
from django.db.models import Exists, OuterRef


class ReportsConfig(AppConfig):
    name = "examapp.reports"
    label = "reports"

    def ready(self) -> None:
        """Connect the receivers, and tell those below what is known here."""
        from examapp.practice import suggesting
        from examapp.reports.models import ItemStatistics
        from examapp.reports.weak_areas import report
        from questions import marks

        flagged = ItemStatistics.objects.pooled().filter(question=OuterRef("pk"), severity__gt=0)
        suggesting.register(report.next_questions)
        marks.register("flagged", "Flagged by item analysis", lambda: Exists(flagged), waits=True)
