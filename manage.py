#!/usr/bin/env python
"""Command line of the project."""

import os
import sys


def main() -> None:
    """Run one management command, with the embedded database started when none is configured."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "examapp.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
