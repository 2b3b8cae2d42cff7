"""What a scraper of Prometheus reads."""

import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from examapp.operations import services
from examapp.operations.models import Sweep
from examapp.runtime.metrics import exposition

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with all figures to who brings the token; to others there is no such page."""
    token = settings.METRICS_TOKEN
    sent = request.headers.get("Authorization", "")
    if not token or not secrets.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        raise Http404
    return HttpResponse(exposition() + _of_the_database(), content_type=CONTENT_TYPE)


def _of_the_database() -> bytes:
    registry = CollectorRegistry()
    for name, value in vars(services.status()).items():
        text = name.replace("_", " ")
        Gauge(f"examapp_{name}", f"{text}, from the database.", registry=registry).set(value)
    runs = Gauge("examapp_sweep_runs", "Runs of a sweep.", ["task"], registry=registry)
    work = Gauge("examapp_sweep_found", "What it found to do.", ["task"], registry=registry)
    last = Gauge("examapp_sweep_last", "Unix time of its last run.", ["task"], registry=registry)
    for sweep in Sweep.objects.all():
        runs.labels(sweep.task).set(sweep.runs)
        work.labels(sweep.task).set(sweep.found)
        last.labels(sweep.task).set(sweep.last_at.timestamp())
    _add_prediction_errors(registry)
    return generate_latest(registry)


def _add_prediction_errors(registry: CollectorRegistry) -> None:
    labels = ("exam", "predicted_by")
    brier = Gauge(
        "examapp_next_answers_brier",
        "Mean squared error of predictions of the next answers.",
        labels,
        registry=registry,
    )
    log_loss = Gauge(
        "examapp_next_answers_log_loss",
        "Mean logarithmic loss, in nats, of predictions of the next answers.",
        labels,
        registry=registry,
    )
    for row in services.prediction_errors():
        brier.labels(row.exam, row.predicted_by).set(row.brier)
        log_loss.labels(row.exam, row.predicted_by).set(row.log_loss)
