"""Behind PgBouncer in transaction mode, where each transaction may have another connection."""

import getpass
import json
import os
import shutil
import subprocess
import uuid
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tests.faults.crowd import Candidate
from tests.support.processes import free_port, run_python, wait_for

pytestmark = pytest.mark.nightly

CONFIG = """
[databases]
{name} = host={host} port={database_port} user={user} pool_size={size}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
server_lifetime = 3600
server_round_robin = 1
ignore_startup_parameters = options,extra_float_digits
logfile = {folder}/pgbouncer.log
pidfile = {folder}/pgbouncer.pid
"""
SWEEP = """
import django, json
django.setup()
from examapp.exams import tasks
print(json.dumps(tasks.finish_overdue()))
"""


@contextmanager
def pooler(stage, folder, *, size=3):
    """Run PgBouncer before a stage's database; give the URL that leads through it."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        pytest.skip("pgbouncer is not here; install it with: apt-get install pgbouncer")
    parts, port = urlsplit(stage.url), free_port()
    query, name = parse_qs(parts.query), parts.path.strip("/")
    user = parts.username or "postgres"
    config = folder / "pgbouncer.ini"
    config.write_text(
        CONFIG.format(
            **{"name": name, "host": query["host"][0], "database_port": query["port"][0]},
            **{"user": user, "size": size, "port": port, "folder": folder},
        )
    )
    # It refuses to run as root.
    command = [program, str(config)]
    account = "pgserver" if os.geteuid() == 0 else getpass.getuser()
    if os.geteuid() == 0:
        command = [program, "-u", account, str(config)]
        shutil.chown(folder, account)
        shutil.chown(config, account)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"postgresql://{user}@127.0.0.1:{port}/{name}"
    try:
        wait_for(lambda: answers(url), seconds=20, what="pgbouncer")
        yield url
    finally:
        process.terminate()
        process.wait()


def answers(url):
    try:
        with psycopg.connect(url, connect_timeout=2, autocommit=True) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


@pytest.fixture
def pooled(make_stage, tmp_path_factory):
    """A stage whose programs reach the database through the pooler alone."""
    folder = tmp_path_factory.mktemp("pooler")
    for above in (folder, *folder.parents):
        if os.geteuid() == 0 and str(above) not in ("/", "/tmp"):
            above.chmod(above.stat().st_mode | 0o711)
    stage = make_stage(candidates=6)
    with pooler(stage, folder) as url:
        stage.environment |= {
            "DATABASE_URL": url,
            "DATABASE_POOLED": "true",
            "SECRET_KEY": (stage.home / "var" / "secret-key").read_text(),
            "BROKER_URL": "",
        }
        yield stage


def test_a_sitting_from_start_to_end_and_the_sweep_of_one_left_alone(pooled):
    pooled.start("web")
    pooled.wait_until_up()
    places = []
    for number, account in enumerate(pooled.accounts):
        candidate = Candidate(pooled, account, seed=number, pause=0)
        form = {"form": "fresh", "agree": "yes"}
        status, place, _ = candidate.post_form(f"/exams/{pooled.exam_code}/start/", form)
        assert status == 302, place
        row = {"position": 1, "response": None, "client": str(uuid.uuid4()), "seq": 1}
        reply = candidate.try_once(
            "POST", f"{place}answers/", json.dumps([row]), "application/json"
        )
        assert reply[0] == 200
        places.append((candidate, place))
    for candidate, place in places[:-1]:
        form = {"pending": "[]", "action": "end", "confirm": "yes"}
        assert candidate.post_form(f"{place}finish/", form)[0] == 302
    with psycopg.connect(pooled.url, autocommit=True) as direct:
        # No slot of the line is left taken on a connection that went back to the pool.
        (held,) = direct.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        ).fetchone()
        assert held == 0
        direct.execute(
            "UPDATE exams_examsession SET started_at = started_at - interval '1 day',"
            " deadline_at = deadline_at - interval '1 day' WHERE status = 'open'"
        )
    swept = run_python(
        pooled.home,
        SWEEP,
        **{name: pooled.environment[name] for name in ("DATABASE_POOLED", "SECRET_KEY")},
        DATABASE_URL=pooled.environment["DATABASE_URL"],
        DJANGO_SETTINGS_MODULE="examapp.settings",
    )
    assert swept.returncode == 0, swept.stderr
    assert json.loads(swept.stdout.splitlines()[-1]) == 1
    states = pooled.rows("SELECT status, count(*) FROM exams_examsession GROUP BY 1")
    assert states == [("finished", 6)]


def test_control_a_lock_of_the_connection_stays_taken_behind_the_pooler(pooled):
    """The twin: the slots as locks of a connection: nobody can give them back."""
    url = pooled.environment["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as one, psycopg.connect(url) as other:
        # Another transaction is under way on one of the pool's connections.
        other.execute("SELECT 1")
        one.execute("SELECT pg_advisory_lock(24135, 1)")
        other.execute("SELECT 1")
        other.commit()
        freed = [one.execute("SELECT pg_advisory_unlock(24135, 1)").fetchone()[0] for _ in range(1)]
        assert freed == [False]
