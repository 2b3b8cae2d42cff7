from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "examapp.practice"
    label = "practice"

    def ready(self) -> None:
        """Register what was seen in practice, how often an exam was, and how readers stand."""
        from examapp.practice.models import PracticeItem, PracticeSet
        from examapp.practice.services import topic_states
        from questions import hooks
        from questions.compiled_query import CompiledQuery

        seen = CompiledQuery(PracticeItem.objects.seen_by)
        hooks.seen_questions.register("practice", lambda who: dict(seen.rows(who)))
        hooks.exam_uses.register(
            "practice", lambda exam: PracticeSet.objects.outside_team(exam).count()
        )
        hooks.topic_states.register("practice", topic_states.topic_states)
