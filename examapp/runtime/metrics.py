"""What this process counts; a scrape adds up all web processes of one server."""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess

# Seconds; the save of an answer should fall into the first few.
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)

# Each has labels: one without would settle where it counts when it is imported, which in a fork is
# before the web server has its folder (see serve.py).
requests = Counter("examapp_requests", "Requests answered.", ["view", "method", "status"])
request_seconds = Histogram(
    "examapp_request_seconds", "Seconds to an answer.", ["view"], buckets=_BUCKETS
)
saves = Counter("examapp_saves", "Saves of answers by what became of them.", ["outcome"])


def exposition() -> bytes:
    """Return the counts as text in Prometheus's format."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest()
