from django.apps import AppConfig


class ExamappConfig(AppConfig):
    name = "examapp"
    verbose_name = "Practice exams"

    def ready(self) -> None:
        from examapp import celery  # noqa: F401  (tasks bind to this application)
