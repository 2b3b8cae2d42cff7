from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "examapp.practice"
    label = "practice"

    def ready(self) -> None:
        """Register which questions were seen in practice, and how readers of notes stand."""
        from examapp.practice.models import PracticeItem
        from examapp.practice.services import topic_states
        from questions import hooks

        hooks.seen_questions.register("practice", lambda who: PracticeItem.objects.seen_by(who))
        hooks.topic_states.register("practice", topic_states.topic_states)
