from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "examapp.api"
    label = "api"
