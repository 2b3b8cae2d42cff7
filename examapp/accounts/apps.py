from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "examapp.accounts"
    label = "accounts"

    def ready(self) -> None:
        from examapp.accounts import receivers  # noqa: F401
