from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "examapp.practice"
    label = "practice"

    def ready(self) -> None:
        """Register which questions were seen in practice."""
        from examapp.practice.models import PracticeItem
        from questions.hooks import seen_questions

        seen_questions.register("practice", lambda who: PracticeItem.objects.seen_by(who))
