from django.apps import AppConfig


class ExamsConfig(AppConfig):
    name = "examapp.exams"
    label = "exams"
