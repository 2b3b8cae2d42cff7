from django.apps import AppConfig
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy


class ReportsConfig(AppConfig):
    name = "examapp.reports"
    label = "reports"

    def ready(self) -> None:
        """Connect the receivers, and register what reports know for the apps below."""
        from examapp.exams.hooks import estimates
        from examapp.reports import mix_ups, receivers  # noqa: F401  (connects them)
        from examapp.reports.measurement.verdicts import ENOUGH_ANSWERS
        from examapp.reports.models import ItemStatistics
        from examapp.reports.weak_areas import report
        from examapp.reports.weak_areas.sitting_estimate import sitting_estimate
        from questions import hooks
        from questions.hooks import QuestionFilter, question_filters, recommendations

        pooled = ItemStatistics.objects.pooled().filter(question=OuterRef("pk"))
        flagged = pooled.filter(severity__gt=0)
        shares = pooled.known(least=ENOUGH_ANSWERS).values("facility")
        estimates.register("reports", sitting_estimate)
        hooks.mix_ups.register("reports", mix_ups.mix_ups)
        recommendations.register("reports", report.next_questions)
        hooks.surveys.register("reports", report.survey_questions)
        hooks.right_shares.register("reports", lambda: Subquery(shares))
        question_filters.register(
            "flagged",
            QuestionFilter(
                "flagged",
                gettext_lazy("Flagged by item analysis"),
                lambda: Exists(flagged),
                needs_attention=True,
            ),
        )
