from django.apps import AppConfig
from django.utils import translation as django_translation

from questions import translation


class QuestionsConfig(AppConfig):
    name = "questions"
    verbose_name = "Question bank"

    def ready(self) -> None:
        """Let Django translate what the pure modules say."""
        translation.use(django_translation.gettext, django_translation.ngettext)
