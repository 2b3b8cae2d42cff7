from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "examapp.courses"
    label = "courses"
