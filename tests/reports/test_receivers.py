"""The bell for a report: rung after the commit, and no harm when nobody hears it."""

import socket

import pytest
from django.urls import reverse

from examapp.exams import services as exams
from examapp.exams.signals import session_finished
from examapp.reports import tasks
from examapp.reports.models import WeakAreaReport
from examapp.reports.weak_areas import report
from tests.support.processes import run_python

pytestmark = pytest.mark.django_db


def test_the_end_rings_after_the_commit(session, django_capture_on_commit_callbacks, monkeypatch):
    rung = []
    monkeypatch.setattr(tasks.compute, "delay_on_commit", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        exams.finish(session.pk)
        assert rung == []
    assert rung == [str(session.pk)]


@pytest.fixture(params=["refuses", "accepts and is silent"])
def dead_broker(request):
    """The address of a broker that is of no use."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        if request.param != "refuses":
            listening.listen()
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


RING = """
import time, uuid, django, kombu.exceptions
django.setup()
from examapp.reports.tasks import compute
for _ in range(2):  # the first one loads modules too
    before = time.monotonic()
    try:
        compute.delay(str(uuid.uuid4()))
    except kombu.exceptions.OperationalError:
        seconds = time.monotonic() - before
print(seconds)
"""


def test_a_dead_broker_holds_nobody_up(dead_broker, tmp_path):
    rung = run_python(
        tmp_path, RING, BROKER_URL=dead_broker, DJANGO_SETTINGS_MODULE="examapp.settings"
    )
    assert rung.returncode == 0, rung.stderr
    # By default a silent broker holds a caller for over 25 seconds.
    assert float(rung.stdout) < 12


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_does_not_keep_an_exam_from_ending(candidate_client, session, monkeypatch):
    def refuse(*args, **options):
        raise ConnectionError("broker away")

    monkeypatch.setattr(tasks.compute, "apply_async", refuse)
    reply = candidate_client.post(
        reverse("exams:finish", args=[session.pk]), {"pending": "[]", "confirm": "yes"}
    )
    assert reply["Location"] == reverse("exams:result", args=[session.pk])
    assert candidate_client.get(reply["Location"]).context["score"].is_current
    # What no bell reached, the sweep finds.
    assert report.compute_missing() == 1


def test_a_bell_for_nothing_is_harmless(session):
    session_finished.send_robust(type(session), session_id=session.pk)
    tasks.compute(str(session.pk))
    assert not WeakAreaReport.objects.exists()
