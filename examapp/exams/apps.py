from django.apps import AppConfig
from django.db.models import Exists, OuterRef


class ExamsConfig(AppConfig):
    name = "examapp.exams"
    label = "exams"

    def ready(self) -> None:
        from examapp.exams.models import SessionItem
        from questions import marks

        asked = SessionItem.objects.filter(version__question=OuterRef("pk"))
        marks.register("never_used", "Never asked in an exam", lambda: ~Exists(asked))
