"""Import a file of questions into a bank, as drafts."""

from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from questions.exchange.collector import Loaded
from questions.exchange.detection import looks_like
from questions.exchange.registry import READ, guessed
from questions.exchange.text_files import ENCODINGS, MOST_BYTES, FormatError
from questions.models import Duplicates, Exam, Import, ImportStatuses, Topic
from questions.services.audit import Actor
from questions.services.imports import plan
from questions.services.imports import run as import_run


class Command(BaseCommand):
    help = "Take a file of questions into a bank, as drafts: all of them or none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--exam", required=True, help="Code of the exam.")
        parser.add_argument("--format", choices=sorted(READ), default="", help="Guessed if absent.")
        parser.add_argument("--encoding", default="", help="utf-8, utf-16 or cp1252 (Latin-1).")
        parser.add_argument(
            "--answer",
            action="append",
            default=[],
            metavar="QUESTION=ANSWER",
            help="What the file leaves open, as keys=zero; the command says what it is.",
        )
        parser.add_argument("--topic", default="", help="Slug, for questions that name none.")
        parser.add_argument("--duplicates", choices=Duplicates.values, default=Duplicates.SKIP)
        parser.add_argument("--by", default="", help="E-mail of who imports; updates need it.")
        parser.add_argument(
            "--leave-out-problems", action="store_true", help="Take the rows that are fine."
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done.")

    def handle(self, *args: Any, **options: Any) -> None:
        exam = Exam.objects.filter(code__iexact=options["exam"]).first()
        if exam is None:
            raise CommandError(f"There is no exam {options['exam']}.")
        topic = _topic(exam, options["topic"])
        by = _importer(options["by"], is_required=options["duplicates"] == Duplicates.UPDATE)
        path: Path = options["file"]
        content = _content(path)
        name = options["format"] or guessed(path.name, content)
        if not name:
            raise CommandError(f"{path.name}: {looks_like(path.name, content)}.")
        answers = dict(answer.partition("=")[::2] for answer in options["answer"])
        try:
            loaded = plan.read(content, name=name, encoding=options["encoding"], answers=answers)
        except FormatError as error:
            raise CommandError(f"{path.name}: {error}") from None
        planned = plan.plan(exam, loaded, default_topic=topic)
        self._ask(loaded)
        self._report(planned)
        if planned.problems and not options["leave_out_problems"]:
            raise CommandError("Nothing was imported.")
        if options["dry_run"]:
            return
        run = import_run.keep(
            exam,
            by=by,
            content=content,
            file_name=path.name,
            name=name,
            encoding=options["encoding"],
            answers=answers,
        )
        import_run.queue(
            run,
            topic=topic,
            duplicates=options["duplicates"],
            leaves_out_problems=options["leave_out_problems"],
        )
        self._execute(run)

    def _execute(self, run: Import) -> None:
        run = import_run.execute(run.pk)
        if run.status != ImportStatuses.DONE:
            raise CommandError(f"Nothing was imported: {run.report['problems'][0]['reason']}")
        created, updated = len(run.report["created"]), len(run.report["updated"])
        skipped = run.report["skipped_count"]
        self.stdout.write(f"{created} created as drafts, {updated} changed, {skipped} skipped.")

    def _ask(self, loaded: Loaded) -> None:
        if loaded.encoding:
            self.stderr.write(f"Its characters were read as {ENCODINGS[loaded.encoding]}.")
        for question in loaded.questions:
            if not question.is_needed:
                continue
            self.stderr.write(f"{question.title}? Say it with one of:")
            for answer, label in question.answers:
                self.stderr.write(f"  --answer {question.name}={answer}  {label}")

    def _report(self, planned: plan.Plan) -> None:
        for problem in planned.problems:
            self.stderr.write(str(problem))
        for row in planned.rows:
            for warning in row.imported.warnings:
                self.stderr.write(f"row {row.imported.row}: {warning}")
        self.stdout.write(
            f"{len(planned.fresh)} new, {len(planned.twins)} like one of the bank, "
            f"{len(planned.same)} in it already, {len(planned.problems)} with a problem."
        )


def _topic(exam: Exam, slug: str) -> Topic | None:
    if not slug:
        return None
    topics = Topic.objects.filter(task__domain__exam=exam).select_related("task")
    topic = topics.filter(slug=slug).first()
    if topic is None:
        raise CommandError(f"{exam.code} has no topic {slug}.")
    return topic


def _importer(email: str, *, is_required: bool) -> Actor | None:
    people = get_user_model()._default_manager
    by = people.filter(email__iexact=email).first() if email else None
    if by is None and (email or is_required):
        raise CommandError("Say with --by whose change it is: the e-mail of an account.")
    return by


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CommandError(f"{path.name} is larger than {MOST_BYTES // 1024**2} MB.")
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None
