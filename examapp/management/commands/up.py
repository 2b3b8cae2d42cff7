"""Start the whole product on this machine: database, web, worker and beat under one parent."""

import errno
import gc
import os
import re
import signal
import socket
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import yaml
from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import resolve
from filelock import FileLock, Timeout

from examapp.accounts.models import User
from examapp.accounts.services import DEMO_INSTRUCTOR, create_demo_accounts
from examapp.runtime import home, postgres, probe
from examapp.runtime.supervisor import Child, Supervisor
from examapp.web.numbers import whole_number
from questions.models import Exam, Roles
from questions.services import team

HOST = "127.0.0.1"
# Warned of and as it should be on one's own machine: no collected files, a worker run as root.
QUIET_MESSAGES = ("No directory at", "You're running the worker")
QUIET = ",".join(f"ignore:{message}" for message in QUIET_MESSAGES)
# What the children run, beside the tasks and the pages.
PROGRAMS = (
    "examapp.wsgi",
    "examapp.runtime.web_server",
    "examapp.runtime.message_files",
    "celery.bin.celery",
    "celery.apps.worker",
    "celery.apps.beat",
    "celery.concurrency.prefork",
    "celery.fixups.django",
)
BANKS = home.PROJECT / "questions" / "banks"


class Command(BaseCommand):
    help = "Start everything on this machine and stop it with one Ctrl-C; the data stays in var/."
    requires_system_checks = ()

    def handle(self, **options: object) -> None:
        port = port_from_environment()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with only_one(port):
                refuse_taken_port(port)
                self._prepare()
                status = self._serve(port)
        except home.StartError as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            self.stdout.write("Stopped before it was up.")
            sys.exit(130)
        finally:
            postgres.stop()
        self.stdout.write("Stopped. The data stays in " + str(home.folder()))
        if status:
            sys.exit(status)

    def _prepare(self) -> None:
        """Bring the database to where the product can run on it; quick when it already is.

        Done by a process of its own, so that the parent does not keep what a bank takes to load.
        """
        if settings.EMBEDDED:
            postgres.ensure()
        self.stdout.flush()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                self._prepare_database()
                status = 0
            except (CommandError, home.StartError) as error:
                self.stderr.write(str(error))
            except Exception:
                traceback.print_exc()
            finally:
                self.stdout.flush()
                self.stderr.flush()
                os._exit(status)
        try:
            failed = os.waitpid(pid, 0)[1]
        except KeyboardInterrupt:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        if failed:
            raise CommandError("The database could not be prepared; see above why.")

    def _prepare_database(self) -> None:
        if is_behind():
            self.stdout.write("Preparing the database ...")
            call_command("migrate", interactive=False, verbosity=0)
        for folder in absent_banks():
            self.stdout.write(f"Loading the bank {folder.name} ...")
            call_command("load_bank", folder, stdout=self.stdout)
        is_first = not User.objects.exists()
        if settings.EMBEDDED:
            make_demo_accounts()
            own_exams()
            if is_first and settings.DEMO_COURSE:
                self.stdout.write("Making a demo course of 30 invented students ...")
                call_command("load_demo_course", stdout=self.stdout)

    def _serve(self, port: int) -> int:
        forks = sys.platform == "linux"
        if forks:
            load_programs()
        supervisor = Supervisor(
            children(port),
            {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "examapp.settings",
                "PYTHONUNBUFFERED": "1",
                "PYTHONWARNINGS": os.environ.get("PYTHONWARNINGS") or QUIET,
            },
            forks=forks,
            is_ready=lambda: probe.ask("/healthz", port=port, timeout_seconds=1)[0] == 200,
            announce=lambda: self._announce(port),
        )
        return supervisor.run()

    def _announce(self, port: int) -> None:
        lines = [f"The site is up: http://localhost:{port}"]
        lines += [f"  sign in as {account}" for account in demo_accounts()]
        lines.append("Ctrl-C stops it; the data stays.")
        self.stdout.write("\n" + "\n".join(lines) + "\n")
        self.stdout.flush()


def port_from_environment() -> int:
    text = os.environ.get("PORT") or "8000"
    port = whole_number(text, most=65535)
    if not port:
        raise CommandError(f"PORT is {text!r}; set it to a number from 1 to 65535.")
    return port


@contextmanager
def only_one(port: int) -> Iterator[None]:
    """Hold this home's lock, which the kernel drops with us, so that it can never be stale."""
    note = home.folder() / "up.txt"
    try:
        with FileLock(home.folder() / "up.lock", blocking=False):
            note.write_text(f"process {os.getpid()}, http://localhost:{port}")
            yield
    except Timeout as error:
        holder = note.read_text() if note.is_file() else "starting"
        raise home.StartError(
            f"The site already runs from {home.folder()} ({holder}). "
            "Stop it with Ctrl-C where it was started, or set EXAMAPP_HOME (and PORT) for a second."
        ) from error


def refuse_taken_port(port: int) -> None:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except OSError as error:
            why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error})"
            other = port + 1 if port < 65535 else 8000
            raise home.StartError(
                f"Port {port} {why}. Stop what uses it, or choose another: PORT={other} make run."
            ) from None


def load_programs() -> None:
    """Load what web, workers and beat run, once and before they part: they share its memory.

    Nothing is connected by it. What is loaded stays, so that no collection looks through it, which
    would copy its pages.
    """
    if not os.environ.get("PYTHONWARNINGS"):
        for message in QUIET_MESSAGES:
            warnings.filterwarnings("ignore", re.escape(message))
    for name in PROGRAMS:
        import_module(name)
    resolve("/healthz")
    current_app.autodiscover_tasks(force=True)
    gc.collect()
    gc.freeze()


def is_behind() -> bool:
    """Whether a migration waits to be applied."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def absent_banks() -> list[Path]:
    """Return the shipped bank folders whose exam the database does not hold."""
    codes = {
        str(yaml.safe_load(path.read_text(encoding="utf-8"))["code"]): path.parent
        for path in sorted(BANKS.glob("*/exam.yaml"))
    }
    known = set(Exam.objects.filter(code__in=codes).values_list("code", flat=True))
    return [folder for code, folder in codes.items() if code not in known]


def make_demo_accounts() -> None:
    """Make the demo accounts that are missing, and keep a line for each with its first password."""
    made = create_demo_accounts(os.environ.get("DEMO_PASSWORD", ""))
    if made:
        memory = home.demo_passwords()
        with open(memory, "a", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.writelines(f"{email}  password {word}\n" for email, word in made.items())


def demo_accounts() -> list[str]:
    """Return a line for each demo account with its first password."""
    memory = home.demo_passwords()
    return memory.read_text().splitlines() if settings.EMBEDDED and memory.exists() else []


def own_exams() -> None:
    """Make the demo instructor the owner of exams that nobody owns, who then works alone."""
    instructor = User.objects.filter(email=DEMO_INSTRUCTOR).first()
    for exam in Exam.objects.exclude(roles__role=Roles.OWNER) if instructor else ():
        team.grant(exam, user=instructor, role=Roles.OWNER, by=None)
        team.allow_self_approval(exam, is_allowed=True, by=None)


def children(port: int) -> list[Child]:
    """Return the programs that make up the product on one machine."""
    # The checks are those of `manage.py check`; in each worker they cost a second and much memory.
    celery = [sys.executable, "-m", "celery", "--quiet", "--skip-checks", "-A", "examapp"]
    return [
        Child(
            "web",
            [
                *(sys.executable, "-m", "examapp.runtime.serve"),
                *("--host", HOST, "--port", str(port), "--drain", "0"),
            ],
        ),
        *(
            Child(
                name,
                [
                    *(*celery, "worker", "--loglevel", "INFO", "--concurrency", "1"),
                    *("--queues", queue, "--hostname", f"{queue}@%h"),
                    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
                ],
                waits=True,
            )
            for name, queue in (("worker", "short"), ("files", "long"))
        ),
        Child(
            "beat",
            [
                *celery[:-1],
                *("examapp.beat", "beat", "--loglevel", "WARNING"),
                *("--schedule", str(home.beat_schedule()), "--pidfile", ""),
            ],
            waits=True,
        ),
    ]
