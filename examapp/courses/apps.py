from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "examapp.courses"
    label = "courses"

    def ready(self) -> None:
        """Register what exams ask of courses."""
        from examapp.courses.services import attempts, releases
        from examapp.exams import hooks
        from questions.hooks import course_exams

        hooks.releases.register("courses", releases.of_sittings)
        hooks.held_back.register("courses", releases.is_held_back)
        hooks.kept_forms.register("courses", releases.kept_forms)
        hooks.told_elsewhere.register("courses", releases.is_of_a_course)
        hooks.required_sittings.register("courses", releases.is_required)
        hooks.starters.register(attempts.PURPOSE, attempts.go_on)
        course_exams.register("courses", releases.open_exams)
