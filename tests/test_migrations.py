"""Migrations that are unsafe while people sit exams are found before they are released."""

import os
import re
import subprocess
import sys

import pytest

from examapp.runtime import postgres
from tests.support.processes import ROOT, environment

# Each is found in a table that was there before; the first two are as they should be.
MIGRATIONS = {
    "0002_column_that_may_be_empty": "AddField('Thing', 'note', models.TextField(null=True))",
    "0003_index_made_beside": "AddIndexConcurrently('Thing', Index(fields=['name'], name='i'))",
    "0004_column_that_must_not": "AddField('Thing', 'size', models.IntegerField(default=1))",
    "0005_index_that_locks": "AddIndex('Thing', Index(fields=['note'], name='j'))",
    "0006_column_gone": "RemoveField('Thing', 'note')",
    "0007_column_renamed": "RenameField('Thing', 'name', 'title')",
    "0008_column_of_another_type": "AlterField('Thing', 'size', models.CharField(max_length=9))",
    "0009_unique": "AlterUniqueTogether('Thing', {('title',)})",
    "0010_no_way_back": "RunPython(lambda apps, schema_editor: None)",
    "0011_table_gone": "DeleteModel('Thing')",
}
HEAD = """
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import models
from django.db.models import BigAutoField, Index, TextField
from django.db.migrations import *

class Migration(Migration):
    atomic = {atomic}
    initial = {initial}
    dependencies = [{after}]
    operations = [{operation}]
"""
FIRST = "CreateModel('Thing', [('id', BigAutoField(primary_key=True)), ('name', TextField())])"


@pytest.fixture
def lint(tmp_path):
    """A function that lints an app of its own and returns the verdict of each migration."""

    def lint(migrations):
        folder = tmp_path / "unsafe" / "migrations"
        folder.mkdir(parents=True)
        for place in (folder.parent, folder):
            (place / "__init__.py").touch()
        before = ""
        for name, operation in {"0001_initial": FIRST, **migrations}.items():
            after = f"('unsafe', '{before}')" if before else ""
            text = HEAD.format(
                atomic="Concurrently" not in operation,
                initial=not before,
                after=after,
                operation=operation,
            )
            (folder / f"{name}.py").write_text(text)
            before = name
        (tmp_path / "unsafe_settings.py").write_text(
            "from tests.lint_settings import *\n"
            "INSTALLED_APPS = [*INSTALLED_APPS, 'unsafe']\n"
            "MIGRATION_LINTER_OPTIONS |= {'include_apps': ['unsafe'], 'quiet': []}\n"
        )
        done = manage(
            tmp_path,
            *("lintmigrations", "--no-cache"),
            DJANGO_SETTINGS_MODULE="unsafe_settings",
            PYTHONPATH=os.pathsep.join([str(tmp_path), str(ROOT)]),
        )
        verdicts = dict(re.findall(r"\(unsafe, (\w+)\)\.\.\. (\w+)", done.stdout))
        return verdicts, done

    return lint


def manage(home, *arguments, **values):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(home, DATABASE_URL=postgres.url("postgres"), SECRET_KEY="x" * 60, **values),
        capture_output=True,
        text=True,
        timeout=240,
    )


def test_what_locks_breaks_or_cannot_be_undone_is_found(lint):
    verdicts, done = lint(MIGRATIONS)
    assert done.returncode == 1, done.stderr
    assert verdicts.keys() == {"0001_initial", *MIGRATIONS}
    fine = {name for name, verdict in verdicts.items() if verdict == "OK"}
    assert fine == {"0001_initial", *list(MIGRATIONS)[:2]}, done.stdout
