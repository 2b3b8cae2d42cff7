from django.apps import AppConfig
from django.db.models import OuterRef


class ExamsConfig(AppConfig):
    name = "examapp.exams"
    label = "exams"

    def ready(self) -> None:
        """Tell the bank by which marks of sittings its list can be narrowed."""
        from examapp.exams.models import ProblemReport
        from questions import marks

        marks.register(
            "reported",
            "Reported by candidates",
            lambda: ProblemReport.objects.open().on(OuterRef("pk")),
        )
