from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "examapp.api"
    label = "api"

    def ready(self) -> None:
        from examapp.api import receivers  # noqa: F401
