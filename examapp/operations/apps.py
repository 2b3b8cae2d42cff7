from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "examapp.operations"
    label = "operations"

    def ready(self) -> None:
        from examapp.operations import receivers  # noqa: F401  (connects them)
