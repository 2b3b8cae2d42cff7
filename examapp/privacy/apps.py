from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "examapp.privacy"
    label = "privacy"
