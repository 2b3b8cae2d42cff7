"""Who works on a bank, and a draft to work on."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from questions.models import ExamRole, Topic
from questions.services import drafts
from tests.support.bank_folders import Folder
from tests.support.builders import make_exam, make_item, make_user, sound_options


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def made(person, **changes):
    """The reply to a new exam."""
    fields = {"title": "Tiny", "code": "tiny", "start": "empty", **changes}
    return client_of(person).post(reverse("questions:new_exam"), fields)


def member(exam, role, name):
    user = make_user(name=name, role="instructor")
    ExamRole.objects.create(user=user, exam=exam, role=role)
    return user


@pytest.fixture
def author(exam):
    return member(exam, "author", "Ann Author")


@pytest.fixture
def reviewer(exam):
    return member(exam, "reviewer", "Ron Reviewer")


@pytest.fixture
def owner(exam):
    return member(exam, "owner", "Olga Owner")


@pytest.fixture
def stranger(db):
    """The owner of another exam."""
    return member(make_exam(forms=1), "owner", "Stan Stranger")


@pytest.fixture
def admin(db):
    return make_user(name="Ada Admin", role="admin")


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


@pytest.fixture
def topic(exam):
    return Topic.objects.filter(task__domain__exam=exam).first()


def whole(draft, item_type="multiple_choice", **fields):
    """Return an item that can be published, for a draft."""
    data = draft.item
    tags = {"topic": data["topic"], "task": data["task"], "sources": ("a-guide",)}
    item = make_item(item_type, data["ref"], **tags | fields)
    return item if "options" in fields else replace(item, options=sound_options(len(item.options)))


def sound(question, **fields):
    """Return an item that can be published, for a question."""
    item = make_item(question.type, question.ref, sources=("a-guide",), **fields)
    return replace(item, options=sound_options(len(item.options)))


@pytest.fixture
def draft(exam, author, topic):
    """A draft of the author's that can be given to review."""
    begun = drafts.create(exam, by=author, topic=topic)
    return drafts.save(begun, item=whole(begun), by=author, revision=1)
