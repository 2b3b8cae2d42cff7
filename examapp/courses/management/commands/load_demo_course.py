"""Load a demo course with invented students, or remove it."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from examapp.accounts.models import User
from examapp.accounts.services import DEMO_INSTRUCTOR
from examapp.courses.services import demo


class Command(BaseCommand):
    help = "Load a demo course of 30 invented students with sittings; --remove deletes all of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--owner", default=DEMO_INSTRUCTOR, help="address of its teacher")
        parser.add_argument(
            "--remove", action="store_true", help="delete the course and its people"
        )

    def handle(self, *, owner: str, remove: bool = False, **options: object) -> None:
        if remove:
            self.stdout.write(f"Removed the demo course and its {demo.remove()} people.")
            return
        teacher = User.objects.filter(email__iexact=owner).first()
        if teacher is None:
            raise CommandError(f"nobody here has the address {owner}")
        try:
            course = demo.load(teacher)
        except demo.NothingToShow as error:
            raise CommandError("no exam has a mock exam to sit: load a bank first") from error
        self.stdout.write(f"Demo course: {course.name}, taught by {teacher.email}")
