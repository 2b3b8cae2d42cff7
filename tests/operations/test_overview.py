"""The operators' page: how things stand, and running a failed task again."""

from datetime import timedelta

import pytest
from celery import shared_task
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from examapp.celery import app
from examapp.exams import services as exams
from examapp.operations import services
from examapp.operations.models import Sweep, TaskFailure
from examapp.reports.tasks import compute_missing
from tests.support.builders import make_exam, make_user
from tests.support.pages import html_of
from tests.support.sittings import let_time_pass

pytestmark = pytest.mark.django_db


class OutOfLuck(Exception):
    """What the task of these tests ends with."""


@shared_task(name="tests.fail")
def fail(number):
    raise OutOfLuck("ada@example.com answered B")


@pytest.fixture
def admin_client():
    client = Client()
    client.force_login(make_user(role="admin"))
    return client


@pytest.fixture
def sent(monkeypatch):
    """Names and arguments of the tasks that are rung for."""
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, args: sent.append((name, args)))
    return sent


def page(client):
    return client.get(reverse("operations:overview"))


def test_admins_alone_see_it(candidate_client, instructor_client, admin_client):
    assert page(admin_client).status_code == 200
    for client in (candidate_client, instructor_client):
        assert page(client).status_code == 404
        assert client.post(reverse("operations:retry", args=[1])).status_code == 404
    assert page(Client()).status_code == 302


def test_it_tells_of_open_and_overdue_sessions_and_of_reports_that_wait(admin_client, candidate):
    session = exams.start(candidate, exam=make_exam())
    exams.start(make_user(), exam=make_exam())
    exams.finish(exams.start(make_user(), exam=make_exam()).pk)
    let_time_pass(session, hours=2)
    standing = page(admin_client).context["standing"]
    assert (standing.open_sessions, standing.overdue_sessions) == (2, 1)
    assert standing.reports_waiting == 1
    assert standing.oldest_report_seconds >= 0


def test_it_costs_the_same_for_many_sessions(admin_client):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert page(admin_client).status_code == 200
        return len(asked)

    exam = make_exam()
    exams.start(make_user(), exam=exam)
    one = cost()
    for _ in range(5):
        exams.start(make_user(), exam=exam)
    assert cost() == one


def test_a_sweep_is_noted_with_what_it_found(admin_client, candidate):
    exams.finish(exams.start(candidate, exam=make_exam()).pk)
    for _ in range(2):
        compute_missing.apply()
    sweep = Sweep.objects.get()
    assert (sweep.task, sweep.runs, sweep.found) == ("reports.compute_missing", 2, 1)
    assert "reports.compute_missing" in page(admin_client).content.decode()


def test_a_failed_task_is_kept_without_what_was_said_and_runs_again_once(admin_client, sent):
    fail.apply(args=[7])
    failure = TaskFailure.objects.get()
    assert (failure.task, failure.arguments, failure.error) == ("tests.fail", [7], "OutOfLuck")
    text = page(admin_client).content.decode()
    assert "OutOfLuck" in text
    assert "ada@example.com" not in text
    for done in ("tests.fail is running again.", "tests.fail was already run again."):
        reply = admin_client.post(reverse("operations:retry", args=[failure.pk]), follow=True)
        assert reply.redirect_chain == [(reverse("operations:overview"), 302)]
        assert done in html_of(reply)
    assert sent == [("tests.fail", [7])]
    assert "OutOfLuck" not in page(admin_client).content.decode()


def test_a_broker_that_is_away_leaves_the_failure_to_be_run_again(admin_client, monkeypatch):
    fail.apply(args=[7])

    def refuse(name, args):
        raise ConnectionError

    monkeypatch.setattr(app, "send_task", refuse)
    failure = TaskFailure.objects.get()
    reply = admin_client.post(reverse("operations:retry", args=[failure.pk]), follow=True)
    assert "did not accept it (ConnectionError)" in reply.content.decode()
    assert TaskFailure.objects.waiting().get() == failure


def test_a_failure_that_cannot_be_noted_changes_nothing(monkeypatch, caplog):
    def refuse(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(services, "note_failure", refuse)
    monkeypatch.setattr(services, "note_sweep", refuse)
    assert fail.apply(args=[7]).failed()
    assert compute_missing.apply().successful()
    assert "failure_not_noted" in caplog.text
    assert "sweep_not_noted" in caplog.text


def test_the_age_of_the_oldest_report_is_told(candidate):
    session = exams.start(candidate, exam=make_exam())
    exams.finish(session.pk)
    score = session.scores.get()
    type(score).objects.update(scored_at=score.scored_at - timedelta(minutes=5))
    assert services.status().oldest_report_seconds >= 300
