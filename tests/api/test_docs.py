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
from questions.services import exports
from questions.services.imports import preview
from questions.services.imports import run as import_run
from tests.api.conftest import Caller, question_in
from tests.support.imports import csv_of, items_of

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
def test_every_documented_line_works(live_server, exam, author, reviewer, candidate, tmp_path):
    sitter = Caller(candidate, "read", "sit")
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    path = tmp_path / "questions.csv"
    path.write_bytes(csv_of(items_of(topic, 3)))
    written = tmp_path / "question.json"
    written.write_text(json.dumps(question_in(topic)))
    values = {"SITE": live_server.url, "EXAM": exam.code, "FILE": path, "QUESTION": written}
    values["REVIEWER"] = reviewer.secret
    seen = 0
    for line in LINES:
        words = ("/questions", "/imports", "/export", "/statistics")
        token = author.secret if any(word in line for word in words) else sitter.secret
        text = run(line, TOKEN=token, **values)
        seen += 1
        if line.endswith('/sessions"'):
            values["SESSION"] = json.loads(text)["id"]
        elif line.endswith('/imports"'):
            values["IMPORT"] = json.loads(text)["id"]
            preview.execute(Import.objects.get().pk)
        elif line.endswith('/commit"'):
            import_run.execute(Import.objects.get().pk)
        elif line.endswith('/exports"'):
            values["EXPORT"] = json.loads(text)["id"]
            exports.execute(values["EXPORT"])
        elif line.endswith('/questions"'):
            values["REF"] = json.loads(text)["ref"]
        elif line.endswith('/draft"') and "ETAG" not in values:
            values["ETAG"] = json.loads(text)["etag"]
    assert seen == len(LINES) > 24
    assert b"Stem of" in text
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


def test_the_documented_client_writes_questions(live_server, exam, author):
    module = runpy.run_path(str(DOCS / "examples" / "client.py"))
    client = module["Client"](live_server.url, author.secret)
    question = question_in(Topic.objects.filter(task__domain__exam=exam).first())
    draft = client.write(exam.code, question)
    changed = client.rewrite(exam.code, draft, question | {"stem": "Another stem?"})
    assert changed["item"]["stem"] == "Another stem?"
    with pytest.raises(module["Refusal"], match="412"):
        client.rewrite(exam.code, draft, question)
    assert client.submit(exam.code, changed)["stage"] == "in_review"
    job = client.export(exam.code, "yaml")
    exports.execute(job["id"])
    assert client.exported(exam.code, job)["status"] == "done"
    connection.close()
