from django.apps import AppConfig
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy


class ExamsConfig(AppConfig):
    name = "examapp.exams"
    label = "exams"

    def ready(self) -> None:
        """Register by what of past exams the bank's list can be narrowed."""
        from examapp.exams.models import ProblemReport, SessionItem
        from examapp.exams.services.problems import waiting_reports
        from questions.hooks import QuestionFilter, question_filters, team_tasks

        asked = SessionItem.objects.filter(version__question=OuterRef("pk"))
        for question_filter in (
            QuestionFilter(
                "never_used", gettext_lazy("Never asked in an exam"), lambda: ~Exists(asked)
            ),
            QuestionFilter(
                "reported",
                gettext_lazy("Reported by students"),
                lambda: ProblemReport.objects.open().on(OuterRef("pk")),
            ),
        ):
            question_filters.register(question_filter.name, question_filter)
        team_tasks.register("exams", waiting_reports)
