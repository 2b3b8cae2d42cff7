"""An exam that many people sat."""

import secrets
from random import Random
from unittest.mock import patch

import pytest

from examapp.exams import services as exams
from examapp.exams.models import SessionItem
from questions.models import Exam, ExamRole
from tests.support.builders import make_exam, make_user, right_response, wrong_response
from tests.support.databases import kept_for_module
from tests.support.sittings import answer_all

CROWD = 30


def sit(person, exam, *, right=lambda item, position: True):
    """Sit the exam from start to end; `right` says which answers are."""
    session = exams.start(person, exam=exam)
    answer_all(
        session,
        lambda item: right_response(item) if right(item, item.position) else wrong_response(item),
    )
    return exams.finish(session.pk)


def joined(instructor, exam):
    """Put an instructor into the team of an exam; return the exam."""
    ExamRole.objects.create(user=instructor, exam=exam, role="author")
    return exam


@pytest.fixture(scope="module")
def crowd_of_module(django_db_setup, django_db_blocker):
    """The key of the crowd's exam."""
    with kept_for_module(django_db_blocker, crowded_exam) as exam:
        yield exam.pk


def crowded_exam():
    exam = make_exam(forms=1)
    # The same papers in every run: what they are compared with holds for most draws, not for all.
    with patch.object(secrets, "randbits", Random(1).getrandbits):
        for number in range(CROWD):
            share = number % 5
            sit(make_user(), exam, right=lambda item, position, share=share: position % 4 < share)
    SessionItem.objects.update(elapsed_ms=30_000)
    return exam


@pytest.fixture
def crowd(crowd_of_module, db):
    """Thirty people who sat an exam of one form; of each five one knows all, one nothing."""
    return Exam.objects.get(pk=crowd_of_module)


@pytest.fixture
def finished(session):
    """A finished session, all right in domain 2 and all wrong in domain 1."""
    answer_all(
        session,
        lambda item: (
            right_response(item) if item.topic.task.domain.number == 2 else wrong_response(item)
        ),
    )
    exams.finish(session.pk)
    return session
