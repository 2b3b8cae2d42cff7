"""Write a bank's questions to a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from questions.exchange.registry import WRITTEN
from questions.models import Exam, Question, QuestionStatuses
from questions.services import exports


class Command(BaseCommand):
    help = "Write the newest wording of a bank's questions to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--exam", required=True, help="Code of the exam.")
        parser.add_argument("--format", choices=sorted(WRITTEN), required=True)
        parser.add_argument("--status", choices=QuestionStatuses.values, default="")
        parser.add_argument("-o", "--output", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        exam = Exam.objects.filter(code__iexact=options["exam"]).first()
        if exam is None:
            raise CommandError(f"There is no exam {options['exam']}.")
        questions = Question.objects.filter(exam=exam)
        if options["status"]:
            questions = questions.in_status(options["status"])
        exported = exports.export(exam, questions, name=options["format"], by=None)
        options["output"].write_bytes(exported.dumped.content)
        for loss in exported.dumped.losses:
            self.stderr.write(f"{loss.ref}: {loss.reason}")
        self.stdout.write(f"{exported.count} questions written to {options['output']}.")
