"""Health: the process, and whether it can serve."""

import threading

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from examapp.celery import app
from examapp.views import health

# The parts are asked on connections of their own, which see what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


def failing():
    """Return what /readyz names, after checking that its status says the same."""
    reply = Client().get("/readyz")
    named = reply.json()["failing"]
    assert (reply.status_code, "Retry-After" in reply) == ((503, True) if named else (200, False))
    assert reply["Cache-Control"] == "no-store"
    return named


def test_the_process_answers_without_asking_anything(away):
    away()
    reply = Client().get("/healthz")
    assert (reply.status_code, reply.content) == (200, b"ok\n")


def test_ready_when_database_broker_and_migrations_are():
    assert failing() == {}


def test_a_migration_that_waits_is_named():
    recorder = MigrationRecorder.Migration.objects.filter(app="reports", name="0001_initial")
    row = recorder.get()
    recorder.delete()
    try:
        assert failing() == {"migrations": "1 not applied; run migrate"}
    finally:
        row.save(force_insert=True)


def test_a_database_that_is_away_is_named(away):
    away()
    assert failing() == {"database": "OperationalError", "migrations": "OperationalError"}
    away(False)
    assert failing() == {}


def test_a_database_that_acknowledges_what_is_not_on_disk_is_named(monkeypatch):
    options = connection.settings_dict["OPTIONS"]
    risky = options["options"].replace("synchronous_commit=on", "synchronous_commit=off")
    monkeypatch.setitem(options, "options", risky)
    assert failing() == {"database": "synchronous_commit is off"}


def test_a_broker_that_is_away_is_named(settings, monkeypatch):
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(app, "connection_for_write", lambda: app.connection(settings.BROKER_URL))
    assert list(failing()) == ["broker"]


def test_a_broker_whose_folder_was_deleted_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("EXAMAPP_HOME", str(tmp_path))
    assert failing() == {"broker": "its folder is missing"}


def test_a_part_that_is_silent_is_not_waited_for(monkeypatch):
    go_on = threading.Event()
    monkeypatch.setattr(health, "_broker", lambda: go_on.wait(30) and "")
    monkeypatch.setattr(health, "READY_SECONDS", 0.5)
    try:
        assert failing().get("broker") == "no answer within 0.5 s"
    finally:
        go_on.set()
