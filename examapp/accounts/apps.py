from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "examapp.accounts"
    label = "accounts"
