"""Load a bank's fixed mock forms into the database."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from examapp.exams.services import form_loading
from questions.bank_files import folder
from questions.bank_files.problems import BankError
from questions.models import Exam


class Command(BaseCommand):
    help = "Load a bank folder's forms.yaml, after load_bank: all or nothing, safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the bank's folder")

    def handle(self, *, path: Path, **options: object) -> None:
        try:
            bank = folder.read_bank(path)
            exam = Exam.objects.get(code=bank.plan.code)
            report = form_loading.load(exam, bank.forms)
        except (BankError, LookupError, Exam.DoesNotExist) as error:
            raise CommandError(f"no form was loaded:\n{error}") from error
        self.stdout.write(
            f"{exam.code}: {report.forms} fixed forms, {report.new} new, {report.archived} archived"
        )
