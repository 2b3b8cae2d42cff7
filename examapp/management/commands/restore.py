"""`manage.py restore FILE`: a backup in the place of what the database holds."""

from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from examapp.exams.models import ExamSession
from examapp.runtime.backup import BackupError, restore


class Command(BaseCommand):
    help = "Restore FILE; stop web, worker and beat first. All of it is restored or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="Replace what the database holds."
        )

    def handle(self, *, file: Path, replace: bool, **options: object) -> None:
        if not replace and _holds_sessions():
            raise CommandError(
                "The database holds exam sessions, which a restore would replace. Back them up, "
                "then say --replace."
            )
        connection.close()
        try:
            restore(connection.get_connection_params(), file.absolute())
        except BackupError as error:
            raise CommandError(str(error)) from None
        # A backup of an older release is brought up to this one.
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(f"Restored from {file}.")


def _holds_sessions() -> bool:
    if ExamSession._meta.db_table not in connection.introspection.table_names():
        return False
    return ExamSession.objects.exists()
