"""The lines of docs/api.md and its client are run against the site."""

import json
import re
import runpy
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from django.db import connection

from questions.models import Import, Topic
from questions.services import importing
from tests.api.conftest import Caller
from tests.questions.test_importing import csv_of, items_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
LINES = [
    line
    for block in re.findall(r"```sh\n(.*?)```", (DOCS / "api.md").read_text(), re.DOTALL)
    for line in block.strip().splitlines()
]
pytestmark = pytest.mark.django_db(transaction=True)


def run(line, **values):
    """Run one documented line as a shell would, and return what it prints."""
    assert line.startswith("curl ")
    words = [
        re.sub(r"\$([A-Z]+)", lambda found: str(values[found[1]]), word)
        for word in shlex.split(line)
    ]
    done = subprocess.run(words, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, (line, done.stderr)
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
def test_every_documented_line_works(live_server, exam, author, candidate, tmp_path):
    sitter = Caller(candidate, "read", "sit")
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    path = tmp_path / "questions.csv"
    path.write_bytes(csv_of(items_of(topic, 3)))
    values = {"SITE": live_server.url, "EXAM": exam.code, "FILE": path}
    seen = 0
    for line in LINES:
        needs_bank = "/questions" in line or "/imports" in line
        needs_bank = needs_bank or "/export" in line or "/statistics" in line
        token = author.secret if needs_bank else sitter.secret
        text = run(line, TOKEN=token, **values)
        seen += 1
        if line.endswith('/sessions"'):
            values["SESSION"] = json.loads(text)["id"]
        elif line.endswith('/imports"'):
            values["IMPORT"] = json.loads(text)["id"]
        elif line.endswith('/commit"'):
            importing.execute(Import.objects.get().pk)
    assert seen == len(LINES) > 12
    connection.close()


def test_the_documented_client_sits_an_exam(live_server, exam, caller):
    module = runpy.run_path(str(DOCS / "examples" / "client.py"))
    client = module["Client"](live_server.url, caller.secret)
    assert [each["code"] for each in client.exams()] == [exam.code]
    session = client.start(exam.code)
    for item in client.paper(session):
        (saved,) = client.answer(session, {item["position"]: None})
        assert saved["status"] == "saved"
    assert client.finish(session)["scaled"] == exam.scale_min
    assert [each["id"] for each in client.history()] == [session["id"]]
    with pytest.raises(module["Refusal"], match="404"):
        client.start("none")
    connection.close()
