"""Load a bank folder into the database: its questions, notes and fixed mock forms."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from examapp.exams.services import form_loading
from questions import services
from questions.bank_files.problems import BankError


class Command(BaseCommand):
    help = "Load a bank folder (exam.yaml, notes/, items/, cases/, forms.yaml): all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the bank's folder")
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="let the files win over what was edited in the site; old versions stay in history",
        )

    def handle(self, *, path: Path, overwrite: bool = False, **options: object) -> None:
        if not path.is_dir():
            raise CommandError(f"{path} is not a folder; give the folder that holds exam.yaml")
        try:
            with transaction.atomic():
                report = services.load(path, overwrite=overwrite)
                forms = form_loading.load(report.exam, report.forms)
        except (BankError, LookupError) as error:
            raise CommandError(f"nothing was loaded:\n{error}") from error
        self.stdout.write(
            f"{report.exam.code}: {report.items} items in {report.topics} topics, "
            f"{report.new_versions} new versions, {report.retired} retired; "
            f"{forms.forms} fixed forms, {forms.new} new, {forms.archived} archived"
        )
        if report.kept:
            self.stdout.write(
                f"{len(report.kept)} kept as edited in the site, though the files differ: "
                f"{', '.join(report.kept)}. Export them into the files, or load with --overwrite."
            )
