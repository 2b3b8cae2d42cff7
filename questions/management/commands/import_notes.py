"""Place a file of study notes in an exam."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from questions.models import Exam
from questions.services import note_imports
from questions.services.note_imports import NotesReport

MOST_BYTES = 5_000_000


class Command(BaseCommand):
    help = "Place study notes (Markdown) in an exam: topics, hidden notes, drafts of questions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the notes, as Markdown in UTF-8")
        parser.add_argument("--exam", required=True, help="the exam's code")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be done, and do nothing"
        )
        parser.add_argument(
            "--publish", action="store_true", help="show the notes to readers; drafts stay drafts"
        )

    def handle(
        self, *, file: Path, exam: str, dry_run: bool, publish: bool, **options: object
    ) -> None:
        target = Exam.objects.filter(code__iexact=exam).first()
        if target is None:
            codes = ", ".join(Exam.objects.values_list("code", flat=True)) or "none yet"
            raise CommandError(f"there is no exam {exam!r}; there are: {codes}")
        report = note_imports.import_notes(
            target, _text(file), file=file.name, publish=publish, dry_run=dry_run
        )
        for line in _lines(report):
            self.stdout.write(line)
        if dry_run:
            self.stdout.write("Nothing was written: this was a dry run.")


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise CommandError(f"{file} is larger than {MOST_BYTES // 1_000_000} MB; split it")
        return file.read_text(encoding="utf-8").replace("\0", "")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read as UTF-8 text: {error}") from error


def _lines(report: NotesReport) -> list[str]:
    kinds = ", ".join(f"{count} {kind}" for kind, count in report.drafted.items()) or "none"
    lines = [
        f"Placed: {report.domains} domains, {report.tasks} tasks, {report.topics} topics "
        f"({report.new_topics} new), of {report.headings} headings",
        f"Drafted: {report.drafted.total()} items ({kinds}); {report.known_drafts} were there",
        f"Left: {len(report.left)}",
    ]
    for left in report.left:
        span = str(left.first) if left.first == left.last else f"{left.first}-{left.last}"
        lines.append(f"  line {span}: {left.text[:80]}: {left.reason}")
    return lines
