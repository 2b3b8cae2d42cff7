from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "examapp.privacy"
    label = "privacy"

    def ready(self) -> None:
        from examapp.accounts import guests
        from examapp.privacy import services

        guests.on_sign_in.append(services.merge_guest)
