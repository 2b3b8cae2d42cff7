"""Health: the process, and whether it can serve."""

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from examapp.celery import app
from examapp.views import health


def ready():
    return Client().get("/readyz")


def test_the_process_answers_without_asking_anything():
    reply = Client().get("/healthz")
    assert (reply.status_code, reply.content) == (200, b"ok\n")


@pytest.mark.django_db(transaction=True)
def test_ready_when_database_broker_and_migrations_are():
    reply = ready()
    assert (reply.status_code, reply.json()["failing"]) == (200, {})


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_waits_is_named():
    recorder = MigrationRecorder.Migration.objects.filter(app="reports", name="0001_initial")
    row = recorder.get()
    recorder.delete()
    try:
        reply = ready()
    finally:
        row.save(force_insert=True)
    assert reply.status_code == 503
    assert reply.json()["failing"] == {"migrations": "1 not applied; run migrate"}
    assert reply["Retry-After"]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_is_named(settings, monkeypatch):
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(app.conf, "broker_url", settings.BROKER_URL)
    monkeypatch.setattr(app, "connection_for_write", lambda: app.connection(settings.BROKER_URL))
    assert list(ready().json()["failing"]) == ["broker"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_named_without_long_waiting(monkeypatch):
    def refuse(*args):
        raise health.connection.Database.OperationalError("refused")

    monkeypatch.setattr(health, "_database", refuse)
    monkeypatch.setattr(health, "_migrations", refuse)
    reply = ready()
    assert reply.status_code == 503
    assert reply.json()["failing"] == {
        "database": "OperationalError",
        "migrations": "OperationalError",
    }
