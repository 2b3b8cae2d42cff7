"""Health: whether this process answers, and whether it can serve."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from examapp.runtime import home, serve

# Seconds the parts, asked side by side, may take before what is silent counts as failing.
READY_SECONDS = 1.0
_probes = ThreadPoolExecutor(max_workers=6, thread_name_prefix="ready")


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether this process can serve; 503 names each part that fails."""
    asked = {
        "database": _probes.submit(_on_own_connection, _database),
        "migrations": _probes.submit(_on_own_connection, _migrations),
        "broker": _probes.submit(_broker),
    }
    wait(asked.values(), timeout=READY_SECONDS)
    failing = {"server": "is stopping"} if serve.is_draining() else {}
    for part, answer in asked.items():
        try:
            reason = answer.result(timeout=0)
        except TimeoutError:
            reason = f"no answer within {READY_SECONDS:g} s"
        except Exception as error:  # any failure of a part is what is being asked about
            reason = type(error).__name__
        if reason:
            failing[part] = reason
    return JsonResponse(
        {"status": "failing" if failing else "ready", "failing": failing},
        status=503 if failing else 200,
        headers={"Cache-Control": "no-store", **({"Retry-After": "5"} if failing else {})},
    )


def _on_own_connection(probe: Callable[[], str]) -> str:
    try:
        return probe()
    finally:
        connection.close()


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        (value,) = cursor.fetchone()
    return "" if value != "off" else "synchronous_commit is off"


def _migrations() -> str:
    waiting = _migrations_on_disk() - set(MigrationRecorder(connection).applied_migrations())
    return f"{len(waiting)} not applied; run migrate" if waiting else ""


@cache
def _migrations_on_disk() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def _broker() -> str:
    if not settings.BROKER_URL:
        return "" if (home.folder() / "broker").is_dir() else "its folder is missing"
    with current_app.connection_for_write() as broker:
        broker.connect()
    return ""
