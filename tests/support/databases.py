"""The test database: a copy of a migrated one, and emptied where a rollback does not do."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import TransactionTestCase
from filelock import FileLock
from pytest_django import DjangoDbBlocker

from examapp.runtime import home

PREFIX = "examapp_template_"


def use_template() -> None:
    """Let the test database be a copy of the migrated one; make that one where it is missing."""
    name = PREFIX + _state_of_migrations()
    with FileLock(home.folder() / "template.lock"):
        kept = _templates()
        if name not in kept:
            _make(name)
            _drop(kept)
    connection.settings_dict["TEST"] |= {"TEMPLATE": name, "MIGRATE": False}


def _state_of_migrations() -> str:
    """Return a digest of all that makes the tables: every app's migrations, and Django."""
    digest = hashlib.sha256(f"{version('django')} {connection.settings_dict['OPTIONS']}".encode())
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(f"{app.label}/{path.name}".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _templates() -> list[str]:
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        return [name for (name,) in cursor.fetchall()]


def _make(name: str) -> None:
    """Migrate under another name first, so that what has the name is whole."""
    kept, begun = connection.settings_dict["NAME"], f"{name}_begun"
    test = connection.settings_dict["TEST"]
    before = test["NAME"]
    test["NAME"] = begun
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
    finally:
        connection.close()
        test["NAME"] = before
        connection.settings_dict["NAME"] = kept
        settings.DATABASES[connection.alias]["NAME"] = kept
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{begun}" RENAME TO "{name}"')


def _drop(names: list[str]) -> None:
    with connection.creation._nodb_cursor() as cursor:
        for name in names:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


# What migrating writes and no test changes.
_FROM_MIGRATING = {"django_content_type", "auth_permission"}


def empty(case: TransactionTestCase) -> None:
    """Delete the rows of a test, in place of Django's flush; it truncates all tables, in seconds.

    As a truncation does, the locks wait for whoever still writes.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        names = set(connection.introspection.django_table_names(only_existing=True))
        tables = [connection.ops.quote_name(name) for name in names - _FROM_MIGRATING]
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        # Neither foreign keys nor triggers ask about a table that is emptied with all others.
        cursor.execute("SET LOCAL session_replication_role = replica")
        looks = " UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT 1 FROM {t})" for t in tables)
        cursor.execute(looks)
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")


@contextmanager
def kept_for_module[Made](blocker: DjangoDbBlocker, make: Callable[[], Made]) -> Iterator[Made]:
    """Keep what `make` makes in a transaction around all tests of a module, none with its own.

    What a test does to its rows is undone at the test's end; an object is given to each as a copy.
    """
    with blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        try:
            made = make()
        except BaseException:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)
            raise
    yield made
    with blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)
