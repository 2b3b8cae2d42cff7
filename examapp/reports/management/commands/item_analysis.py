"""Analyse any table of answers, persons by items, and print the figures as JSON."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from examapp.reports.measurement import tables


class Command(BaseCommand):
    help = "Item analysis of a CSV file: item names, then a row a person of 0, 1 or nothing."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--responses", type=Path, required=True, metavar="FILE.csv")

    def handle(self, *, responses: Path, **options: object) -> None:
        try:
            with responses.open(encoding="utf-8-sig", newline="") as lines:
                table = tables.read(lines)
        except OSError as error:
            raise CommandError(f"{responses} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise CommandError(f"{responses} is not text in UTF-8.") from None
        except tables.TableError as error:
            raise CommandError(f"{responses}: {error}") from None
        self.stdout.write(json.dumps(tables.analyse(table), indent=1, allow_nan=False))
