"""Write which topics and items carry what a bank is to cover."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from questions.bank_files import folder
from questions.bank_files.problems import BankError
from questions.lint.coverage import FILE, coverage


class Command(BaseCommand):
    help = "Write COVERAGE.md of a bank folder: objectives, facts and headings, topics, items."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the bank's folder")
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail when the file is not current"
        )

    def handle(self, *, path: Path, check: bool, **options: object) -> None:
        try:
            text = coverage(folder.read_bank(path))
        except BankError as error:
            raise CommandError(f"the bank cannot be read:\n{error}") from error
        file = path / FILE
        is_current = file.is_file() and file.read_text(encoding="utf-8") == text
        if check and not is_current:
            raise CommandError(f"{file} is not current; run manage.py bank_coverage {path}")
        if not is_current:
            file.write_text(text, encoding="utf-8")
        self.stdout.write(f"{file} is current")
