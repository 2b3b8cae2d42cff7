"""Whatever a program sends to any documented call, the site has an answer and no failure."""

import pytest
import requests
import schemathesis
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examapp.api.views.reference import schema
from examapp.exams import services
from questions.models import ExamRole, Question, Topic
from questions.services import drafts, exports
from questions.services.imports import run as import_run
from tests.api.conftest import Caller
from tests.support.builders import make_exam, make_user
from tests.support.databases import kept_for_module
from tests.support.imports import csv_of, items_of

pytestmark = pytest.mark.django_db

SCHEMA = schemathesis.openapi.from_dict(schema())
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]


@pytest.fixture(scope="module")
def program_of_module(django_db_setup, django_db_blocker):
    with kept_for_module(django_db_blocker, make_program) as program:
        yield program


@pytest.fixture
def program(program_of_module, db, settings):
    """A program whose calls are not counted, and what it may name."""
    settings.API_CALLS_PER_MINUTE = settings.SAVES_PER_MINUTE = 10**6
    return program_of_module


def make_program():
    """Return an author of a bank with a sitting and an import, as a caller, and what is there."""
    exam = make_exam()
    user = make_user(role="instructor")
    ExamRole.objects.create(user=user, exam=exam, role="owner")
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    content = csv_of(items_of(topic, 2))
    run = import_run.keep(exam, by=user, content=content, file_name="a.csv", name="csv")
    return Caller(user, "read", "sit", "author"), {
        "code": exam.code,
        "session_id": str(services.start(user, exam=exam).pk),
        "import_id": str(run.pk),
        "export_id": str(exports.ask(exam, name="csv", status="", by=user).pk),
        "ref": written(exam, user),
    }


def written(exam, user):
    """Return the ref of a live question with a draft, so that every verb has something to do."""
    question = Question.objects.filter(exam=exam).first()
    drafts.revise(question, by=user)
    return question.ref


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.label)
def test_no_call_fails(operation, program):
    caller, known = program

    @given(data=st.data())
    @settings(
        max_examples=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    def fuzz(data):
        case = data.draw(operation.as_strategy())
        # Half of the calls reach something that is there.
        if data.draw(st.booleans()):
            case.path_parameters = {
                name: known.get(name, value) for name, value in (case.path_parameters or {}).items()
            }
        reply = send(caller, case)
        assert reply.status_code < 500, (case.method, case.formatted_path, case.body)
        if reply.status_code >= 400 and "answers" not in operation.label:
            assert reply["Content-Type"] in ("application/problem+json", "text/html; charset=utf-8")
        assert connection.connection is None or not connection.needs_rollback

    fuzz()


def send(caller, case):
    """Send a case as the site's own test client does."""
    kwargs = case.as_transport_kwargs(base_url="http://testserver")
    prepared = requests.Request(
        method=kwargs.pop("method"),
        url=kwargs.pop("url"),
        **{
            name: value
            for name, value in kwargs.items()
            if name in ("params", "json", "data", "files", "headers")
        },
    ).prepare()
    client = Client(raise_request_exception=False)
    body = prepared.body or b""
    return client.generic(
        prepared.method,
        prepared.path_url,
        body.encode() if isinstance(body, str) else body,
        content_type=prepared.headers.get("Content-Type", "application/octet-stream"),
        headers={"Authorization": f"Bearer {caller.secret}"},
    )
