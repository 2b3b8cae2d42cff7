from django.apps import AppConfig


class StudyConfig(AppConfig):
    name = "examapp.study"
    label = "study"

    def ready(self) -> None:
        """Connect what waits for the end of a sitting and for corrected keys."""
        from examapp.exams import hooks
        from examapp.study import receivers  # noqa: F401  (connects them)
        from examapp.study.services import saved

        hooks.kept_questions.register("study", saved.kept)
