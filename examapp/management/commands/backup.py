"""`manage.py backup FILE`: everything that matters, in one file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from examapp.runtime.backup import BackupError, dump


class Command(BaseCommand):
    help = "Write the whole database into FILE; the site may run meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: object) -> None:
        try:
            dump(connection.get_connection_params(), file.absolute())
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Written to {file}: {file.stat().st_size:,} bytes.")
