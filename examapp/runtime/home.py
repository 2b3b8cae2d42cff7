"""The folder `var/`: everything a running copy keeps on this machine, unless it is told otherwise.

`EXAMAPP_HOME` names the folder that holds `var/`; unset, it is the project's own. Nothing here
needs Django: settings read it, and so do the processes that run before settings can be read.
"""

import os
import secrets
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


class StartError(Exception):
    """What keeps the product from starting, in one sentence that says what to do."""


def folder() -> Path:
    """Return `var/`, made when absent.

    Raises:
        StartError: when the folder cannot be made or written.
    """
    var = _var()
    _make(var)
    if not os.access(var, os.W_OK | os.X_OK):
        raise StartError(_unwritable(var, "it is read-only for this user"))
    return var


def postgres() -> Path:
    """Return the folder of the embedded database; it need not exist yet."""
    return _var() / "postgres"


def broker() -> Path:
    """Return the folder of the embedded broker, made with its two inner folders."""
    path = folder() / "broker"
    for name in ("control", "processed"):
        _make(path / name)
    return path


def secret_key() -> str:
    """Return this home's own secret key, made on first use and readable by its owner alone."""
    path = folder() / "secret-key"
    try:
        return _read_or_make(path, secrets.token_urlsafe(50))
    except OSError as error:
        raise StartError(_unwritable(path, error.strerror or "it cannot be read")) from error


def demo_passwords() -> Path:
    """Return the file that remembers the demo accounts' passwords, for the next start to show."""
    return folder() / "demo-passwords"


def beat_schedule() -> Path:
    """Return the file in which Celery's beat remembers what it ran last."""
    return folder() / "beat-schedule"


def _var() -> Path:
    return Path(os.environ.get("EXAMAPP_HOME") or PROJECT).expanduser().absolute() / "var"


def _make(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(_unwritable(path, error.strerror or "it cannot be made")) from error


def _read_or_make(path: Path, fresh: str) -> str:
    """Return the text of a private file, writing `fresh` whole and once when there is none."""
    try:
        text = path.read_text().strip()
    except FileNotFoundError:
        text = ""
    if text:
        return text
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(fresh)
    try:
        os.link(draft, path)  # of two that make it at once, one wins and both read the same
    except FileExistsError:
        if not path.read_text().strip():
            os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return path.read_text().strip()


def _unwritable(path: Path, why: str) -> str:
    return (
        f"Cannot keep data in {path}: {why}. Make the folder writable, or set EXAMAPP_HOME "
        f"to one that is, for example EXAMAPP_HOME=$HOME/examapp make run."
    )
