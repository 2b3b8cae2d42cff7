"""The embedded database: started once, shared, recovered, and gone with its last user."""

import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from examapp.runtime.postgres_parent import LOOK_SECONDS, QUICK_DEATHS
from tests.support.processes import (
    ROOT,
    end_all,
    environment,
    processes_of,
    run_python,
    wait_for,
)

ENSURE = "from examapp.runtime import postgres; print(postgres.ensure(), flush=True); "
REFUSED = """
from examapp.runtime import home, postgres
try:
    postgres.ensure()
except home.StartError as error:
    print("refused:", error)
"""


@pytest.fixture
def home(tmp_path):
    yield tmp_path
    end_all(tmp_path)


def using(home):
    """Start a process that uses the database until its standard input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", ENSURE + "import sys; sys.stdin.read()"],
        cwd=ROOT,
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    url = process.stdout.readline().strip()
    assert url.startswith("postgresql://")
    return process, url


def answer(url, query):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query).fetchone()[0]


def postmaster(home):
    return int((home / "var/postgres/data/postmaster.pid").read_text().splitlines()[0])


def test_commits_reach_the_disk_before_they_are_acknowledged(home):
    process, url = using(home)
    assert answer(url, "SHOW synchronous_commit") == "on"
    assert answer(url, "SHOW fsync") == "on"
    process.kill()


def test_the_server_outlives_its_first_user_and_ends_with_its_last(home):
    first, url = using(home)
    second, url_again = using(home)
    assert url_again == url
    first.kill()
    first.wait()
    assert answer(url, "SELECT 1") == 1
    second.kill()
    second.wait()
    wait_for(lambda: not processes_of(home), seconds=15, what="server and parent ended")


def test_what_was_written_is_there_however_often_the_server_was_killed(home):
    """More often in a row than a server that never served is started."""
    process, url = using(home)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")

    def is_back():
        try:
            return answer(url, "SELECT n FROM kept") == 7
        except psycopg.OperationalError:
            return False

    for _ in range(QUICK_DEATHS):
        killed = postmaster(home)
        os.kill(killed, signal.SIGKILL)
        wait_for(is_back, what="the parent started the server again")
        assert postmaster(home) != killed
        # Until the parent, too, has seen that it serves.
        time.sleep(2 * LOOK_SECONDS)
    process.kill()


def test_a_server_that_cannot_start_is_given_up(home):
    process, url = using(home)
    assert answer(url, "SELECT 1") == 1
    end_all(home)
    process.wait()
    (home / "var/postgres/data/postgresql.conf").write_text("port = none\n")
    result = run_python(home, REFUSED)
    assert "refused: The database did not start" in result.stdout
    wait_for(lambda: not processes_of(home), seconds=15, what="the parent gave up")


def test_a_server_whose_keeper_and_users_were_killed_is_started_anew(home):
    process, url = using(home)
    end_all(home)
    process.wait()
    assert (home / "var/postgres/data/postmaster.pid").exists()
    # The number in the pid file now belongs to a stranger: this very test.
    lines = (home / "var/postgres/data/postmaster.pid").read_text().splitlines()
    pid_file = home / "var/postgres/data/postmaster.pid"
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    process, url = using(home)
    assert answer(url, "SELECT 1") == 1
    process.kill()


def test_an_interrupted_first_start_is_made_good_and_said(home):
    (home / "var/postgres/data.draft/base").mkdir(parents=True)
    result = run_python(home, ENSURE)
    assert result.returncode == 0, result.stderr
    assert "interrupted" in result.stderr


def test_a_half_made_database_is_moved_aside_and_said(home):
    (home / "var/postgres/data/base/1").mkdir(parents=True)
    (home / "var/postgres/data/PG_VERSION").write_text("18\n")
    result = run_python(home, ENSURE)
    assert result.returncode == 0, result.stderr
    assert "half made" in result.stderr
    assert list((home / "var/postgres").glob("data.half-made-*/PG_VERSION"))


def test_a_damaged_database_that_held_something_is_never_moved(home):
    (home / "var/postgres/data/base/16384").mkdir(parents=True)
    result = run_python(home, REFUSED)
    assert "refused:" in result.stdout
    assert "restore it from a backup" in result.stdout
    assert (home / "var/postgres/data/base/16384").is_dir()


def test_a_database_of_another_version_is_refused_with_what_to_do(home):
    data = home / "var/postgres/data"
    (data / "global").mkdir(parents=True)
    (data / "global/pg_control").write_bytes(b"x")
    (data / "PG_VERSION").write_text("16\n")
    assert "made by PostgreSQL 16" in run_python(home, REFUSED).stdout


def test_a_path_too_long_for_a_socket_gets_a_short_folder(home):
    deep = home / ("a" * 60) / ("B" * 60)
    deep.mkdir(parents=True)
    process, url = using(deep)
    assert answer(url, "SELECT 1") == 1
    process.kill()
    wait_for(lambda: not processes_of(deep), what="server ended")
