#!/usr/bin/env python
"""Command line of the project."""

import os
import sys

# Commands that never ask the database; `up` and the tests start theirs themselves.
WITHOUT_DATABASE = {
    "bank_coverage",
    "build_forms",
    "check",
    "collectstatic",
    "diffsettings",
    "findstatic",
    "help",
    "item_analysis",
    "lint_bank",
    "startapp",
    "test",
    "up",
    "version",
}


def main() -> int:
    """Run one management command, with the embedded database started when none is configured."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "examapp.settings")
    from django.core.management import execute_from_command_line

    from examapp.runtime import postgres
    from examapp.runtime.home import StartError

    command = next(iter(sys.argv[1:]), "help")
    needs_database = command not in WITHOUT_DATABASE and not command.startswith("-")
    try:
        if needs_database and not os.environ.get("DATABASE_URL"):
            postgres.ensure()
        execute_from_command_line(sys.argv)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        postgres.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
