from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "examapp.practice"
    label = "practice"

    def ready(self) -> None:
        """Register which questions were seen in practice, and how often an exam was practiced."""
        from examapp.practice.models import PracticeItem, PracticeSet
        from questions.hooks import exam_uses, seen_questions

        seen_questions.register("practice", lambda who: PracticeItem.objects.seen_by(who))
        exam_uses.register("practice", lambda exam: PracticeSet.objects.outside_team(exam).count())
