"""Which questions a mock exam keeps for itself, and from whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from examapp.exams import services
from examapp.exams.assembly.optimizer import BankTooSmall
from examapp.exams.models import ExamForm, ExamSession
from examapp.exams.services import exam_forms
from examapp.exams.services.free_questions import free_questions
from examapp.practice import services as practice
from questions.models import ExamRole
from tests.support.addresses import form_address as address
from tests.support.builders import make_exam, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(db):
    return make_exam(forms=3)


@pytest.fixture
def owner(instructor, exam):
    ExamRole.objects.create(user=instructor, exam=exam, role="owner")
    return instructor


@pytest.fixture
def mock(exam, owner):
    return exam_forms.publish(exam, title="Mock exam 1", places=exam_forms.generate(exam), by=owner)


def keys(questions):
    return set(questions.values_list("pk", flat=True))


def test_a_mock_exam_keeps_its_questions_until_one_has_sat_it(exam, mock, candidate, outsider):
    own = keys(mock.questions)
    assert not keys(free_questions(candidate, exam)) & own
    services.start(candidate, exam=exam, form=mock)
    assert keys(free_questions(candidate, exam)) >= own
    assert not keys(free_questions(outsider, exam)) & own


def test_a_discarded_sitting_frees_nothing(exam, mock, candidate):
    session = services.start(candidate, exam=exam, form=mock)
    ExamSession.objects.filter(pk=session.pk).update(
        status="discarded", finish_reason="discarded", finished_at=timezone.now()
    )
    assert not keys(free_questions(candidate, exam)) & keys(mock.questions)


def test_an_archived_form_and_a_form_drawn_fresh_keep_nothing(exam, mock, owner, candidate):
    exam_forms.archive(mock, by=owner)
    services.start(make_user(), exam=exam)
    assert len(free_questions(candidate, exam)) == 36


def test_a_reserved_form_keeps_its_questions_from_everybody_until_it_closes(
    exam, mock, owner, candidate
):
    session = services.start(candidate, exam=exam, form=mock)
    services.finish(session.pk)
    soon = timezone.now() + timedelta(hours=1)
    exam_forms.reserve(mock, by=owner, is_reserved=True, until=soon)
    assert not keys(free_questions(candidate, exam)) & keys(mock.questions)
    ExamForm.objects.filter(pk=mock.pk).update(reserved_until=timezone.now())
    assert keys(free_questions(candidate, exam)) >= keys(mock.questions)


def test_a_new_mix_takes_only_what_is_free(exam, mock, candidate):
    session = services.start(candidate, exam=exam)
    asked = set(session.items.values_list("version__question", flat=True))
    assert asked <= keys(free_questions(candidate, exam))


def test_a_new_mix_never_breaks_into_a_mock_exam(candidate, instructor):
    exam = make_exam(forms=1)
    exam_forms.publish(exam, title="All", places=exam_forms.generate(exam), by=instructor)
    with pytest.raises(BankTooSmall):
        services.start(candidate, exam=exam)


def test_practice_counts_and_draws_only_what_is_free(exam, mock, candidate):
    assert sum(practice.counts_by_topic(candidate, exam).values()) == 24
    drawn = practice.start(candidate, exam=exam, choice=practice.Choice(40))
    asked = set(drawn.items.values_list("version__question", flat=True))
    assert len(asked) == 24
    assert not asked & keys(mock.questions)
    services.finish(services.start(candidate, exam=exam, form=mock).pk)
    assert sum(practice.counts_by_topic(candidate, exam).values()) == 36


def test_an_owner_reserves_a_form_and_frees_it(exam, mock, owner, instructor_client):
    page = address(exam, "reserve", mock.pk)
    reply = instructor_client.post(page, {"is_reserved": "on", "until": "2099-01-31T09:30"})
    assert reply.status_code == 302
    mock.refresh_from_db()
    assert mock.is_reserved
    assert mock.reserved_until.year == 2099
    assert "Reserved until" in instructor_client.get(reply.url).content.decode()
    instructor_client.post(page, {})
    mock.refresh_from_db()
    assert (mock.is_reserved, mock.reserved_until) == (False, None)
    reply = instructor_client.post(page, {"is_reserved": "on", "until": "some day"})
    assert reply.status_code == 422
    assert "Write a day and a time." in reply.content.decode()
