from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from examapp.study.services import rebuild


class Command(BaseCommand):
    """Compare each card with what its log comes to; with --write bring it there."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="Correct cards that differ.")

    def handle(self, *args: Any, **options: Any) -> None:
        differing = rebuild.differing()
        if options["write"]:
            rebuild.rebuild(differing)
        self.stdout.write(f"Cards that differ from their log: {len(differing)}")
