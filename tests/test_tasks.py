"""The worker knows every task that is asked of it."""

import ast
import json

from django.conf import settings

from tests.support.processes import ROOT, run_python

# What a worker does when it starts, in a process that imported nothing else before; its look at the
# database is left out.
KNOWN = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "examapp.settings"
import django
django.setup()
from celery.fixups.django import DjangoWorkerFixup
DjangoWorkerFixup.validate_models = lambda self: None
from examapp.celery import app
app.loader.import_default_modules()
print(json.dumps(sorted(app.tasks)))
"""


def written():
    """Yield the name of every task in the source."""
    for path in [*ROOT.glob("examapp/**/tasks.py"), *ROOT.glob("questions/**/tasks.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "shared_task":
                yield next(word.value.value for word in node.keywords if word.arg == "name")


def test_the_worker_knows_every_task_and_all_that_beat_asks_for(tmp_path):
    known = set(json.loads(run_python(tmp_path, KNOWN).stdout.splitlines()[-1]))
    asked = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert len(asked) > 10
    assert {*written(), *asked} - known == set()
