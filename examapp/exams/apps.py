from django.apps import AppConfig
from django.db.models import Exists, OuterRef


class ExamsConfig(AppConfig):
    name = "examapp.exams"
    label = "exams"

    def ready(self) -> None:
        """Tell the bank by which marks of sittings its list can be narrowed."""
        from examapp.exams.models import ProblemReport, SessionItem
        from questions import marks

        asked = SessionItem.objects.filter(version__question=OuterRef("pk"))
        marks.register("never_used", "Never asked in an exam", lambda: ~Exists(asked))
        marks.register(
            "reported",
            "Reported by candidates",
            lambda: ProblemReport.objects.open().on(OuterRef("pk")),
        )
