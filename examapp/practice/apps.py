from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "examapp.practice"
    label = "practice"

    def ready(self) -> None:
        """Tell the exams which questions were seen here."""
        from examapp.exams import exposure
        from examapp.practice.models import PracticeItem

        exposure.register("practice", lambda who: PracticeItem.objects.seen_by(who))
