from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "examapp.reports"
    label = "reports"

    def ready(self) -> None:
        from examapp.reports import receivers  # noqa: F401  (connects them)
