"""Callers of the API: a candidate and an author, with their tokens."""

import json
from dataclasses import replace

import pytest
from django.test import Client

from examapp.api import services
from questions.items.content import data_of
from questions.models import ExamRole
from tests.support.builders import make_item, make_user, sound_options


class Caller:
    """A program with a token."""

    def __init__(self, user, *scopes):
        self.user = user
        self.token, self.secret = services.issue(user, name="a program", scopes=scopes)
        self.client = Client(raise_request_exception=False)

    def call(self, method, path, body=None, **headers):
        head = {"Authorization": f"Bearer {self.secret}", **headers}
        data = {} if body is None else {"data": json.dumps(body)}
        return self.client.generic(
            method,
            f"/api/v1{path}",
            content_type="application/json",
            headers=head,
            **data,
        )

    def get(self, path, **headers):
        return self.call("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self.call("POST", path, body, **headers)

    def put(self, path, body=None, **headers):
        return self.call("PUT", path, body, **headers)

    def delete(self, path, **headers):
        return self.call("DELETE", path, **headers)


@pytest.fixture
def caller(candidate):
    return Caller(candidate, "read", "sit")


@pytest.fixture
def author(exam, instructor):
    ExamRole.objects.create(user=instructor, exam=exam, role="author")
    return Caller(instructor, "read", "author")


@pytest.fixture
def reviewer(exam):
    user = make_user(name="Rita Reviewer", role="instructor")
    ExamRole.objects.create(user=user, exam=exam, role="reviewer")
    return Caller(user, "read", "author")


def question_in(topic, item_type="multiple_choice", **fields):
    """Return a whole question of a topic as a program sends it."""
    tags = {"topic": topic.slug, "task": topic.task.number, "sources": ("a-guide",)}
    item = make_item(item_type, "sent", **tags | fields)
    item = replace(item, options=sound_options(len(item.options)))
    return {name: value for name, value in data_of(item).items() if name != "ref"}
