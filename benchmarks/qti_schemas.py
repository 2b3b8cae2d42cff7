"""Whether what is written as QTI is valid by the official schemas: the whole bank, and more.

Run as `python -m benchmarks.qti_schemas VERSION SCHEMA [BANK]`, with 2.1, 2.2 or 3.0 and the path
of that version's schema of items, the schemas that it names beside it. Prints each document that
is not valid with the first reason, and ends with status 1 when there is one.
"""

import argparse
import io
import os
import zipfile
from pathlib import Path

from lxml import etree

BANK = Path("questions/banks/aif-c01")


def invalid(version: str, schema: etree.XMLSchema, bank: Path) -> tuple[int, dict[str, str]]:
    """Return how many documents were written, and the first error of those that are not valid."""
    from questions.bank_files.folder import read_bank
    from questions.exchange import qti_writer
    from tests.support.rich_items import ITEMS, PICTURE, PNG

    items = [*(placed.item for placed in read_bank(bank).items), *ITEMS]
    dumped = qti_writer.dumps(items, version, {PICTURE: PNG})
    archive = zipfile.ZipFile(io.BytesIO(dumped.content))
    names = [name for name in archive.namelist() if name.startswith("items/")]
    wrong = {}
    for name in names:
        if not schema.validate(etree.fromstring(archive.read(name))):
            wrong[name] = str(schema.error_log[0])
    return len(names), wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("version", choices=["2.1", "2.2", "3.0"])
    parser.add_argument("schema", type=Path)
    parser.add_argument("bank", type=Path, nargs="?", default=BANK)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "examapp.settings")
    import django

    django.setup()
    count, wrong = invalid(
        options.version, etree.XMLSchema(etree.parse(options.schema)), options.bank
    )
    for name, reason in wrong.items():
        print(f"{name}: {reason}")
    print(f"QTI {options.version}: {count - len(wrong)} of {count} documents are valid")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
