from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "examapp.accounts"
    label = "accounts"

    def ready(self) -> None:
        from examapp.accounts import receivers  # noqa: F401
        from examapp.accounts.languages import chosen_by
        from questions import hooks

        hooks.chosen_languages.register("accounts", chosen_by)
