"""Back up a database into one file and restore it, with PostgreSQL's own programs.

The programs come with the embedded server's wheel, so that they are there wherever the product is.
"""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from examapp.runtime import postgres

_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


class BackupError(Exception):
    """Why there is no backup, or nothing was restored, in a sentence."""


def dump(database: Mapping[str, Any], path: Path) -> None:
    """Write a database into `path`, whole or not at all.

    `database` says where it is in libpq's words: host, port, user, password, dbname. Raises
    BackupError.
    """
    if path.exists():
        raise BackupError(f"{path} exists already; choose another name, nothing is overwritten.")
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise BackupError(f"Cannot write in {path.parent}: {error.strerror}.") from None
    os.close(handle)
    try:
        _run("pg_dump", ["--format=custom", "--no-owner", "--file", draft], database)
        with open(draft, "rb") as file:
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        raise BackupError(f"{path} exists already; nothing is overwritten.") from None
    finally:
        os.unlink(draft)


def restore(database: Mapping[str, Any], path: Path) -> None:
    """Put a backup in the place of what the database holds, all of it or nothing.

    Raises BackupError, and leaves everything as it was, when the file is none of ours.
    """
    if not path.is_file():
        raise BackupError(f"There is no file {path}.")
    _run(
        "pg_restore",
        [
            *("--dbname", str(database["dbname"]), "--clean", "--if-exists", "--no-owner"),
            *("--single-transaction", "--exit-on-error", str(path)),
        ],
        database,
    )


def _run(program: str, arguments: list[str], database: Mapping[str, Any]) -> None:
    given = {_VARIABLES[name]: str(database[name]) for name in _VARIABLES if database.get(name)}
    done = subprocess.run(
        [str(postgres.binary(program)), *arguments],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        why = done.stderr.strip().splitlines() or ["no reason given"]
        raise BackupError(f"{program} failed: {' '.join(why[:3])}")
