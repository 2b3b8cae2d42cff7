from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "examapp.courses"
    label = "courses"

    def ready(self) -> None:
        """Register what exams ask of courses."""
        from examapp.courses.services import releases
        from examapp.exams import hooks

        hooks.releases.register("courses", releases.of_sittings)
