from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "examapp.practice"
    label = "practice"
