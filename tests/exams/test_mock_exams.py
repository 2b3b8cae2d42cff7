"""The mock exams on the launch page: taken, next, reserved, and the new mix."""

import pytest
from django.urls import reverse

from examapp.exams import services
from examapp.exams.models import ExamSession
from examapp.exams.services import exam_forms
from examapp.exams.services.mock_exams import mocks_of, next_mock
from questions.models import Question
from questions.services import retirement
from tests.support.builders import make_exam

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(db):
    return make_exam(forms=3)


@pytest.fixture
def mocks(exam, instructor):
    return [
        exam_forms.publish(
            exam, title=f"Mock exam {n}", places=exam_forms.generate(exam), by=instructor
        )
        for n in (1, 2)
    ]


def states(candidate, exam):
    return [mock.state for mock in mocks_of(candidate, exam)]


def start(client, exam, **fields):
    return client.post(reverse("exams:start", args=[exam.code]), fields)


def test_the_first_that_is_not_taken_is_next(candidate, outsider, exam, mocks):
    assert states(candidate, exam) == ["next", "open"]
    services.finish(services.start(candidate, exam=exam, form=mocks[0]).pk)
    assert states(candidate, exam) == ["taken", "next"]
    assert next_mock(candidate, exam) == mocks[1]
    assert states(outsider, exam) == ["next", "open"]


def test_what_is_reserved_or_revised_is_not_next(candidate, exam, mocks, instructor):
    exam_forms.reserve(mocks[0], by=instructor, is_reserved=True)
    retirement.retire(mocks[1].questions.first(), by=instructor)
    assert states(candidate, exam) == ["reserved", "revised"]
    assert next_mock(candidate, exam) is None


def test_a_start_without_a_choice_takes_the_next_one(candidate, candidate_client, exam, mocks):
    start(candidate_client, exam)
    session = ExamSession.objects.get()
    assert session.form == mocks[0]
    services.finish(session.pk)
    start(candidate_client, exam)
    assert ExamSession.objects.open().get().form == mocks[1]


def test_a_reserved_mock_exam_is_shown_and_not_started(candidate_client, exam, mocks, instructor):
    exam_forms.reserve(mocks[0], by=instructor, is_reserved=True)
    page = candidate_client.get(reverse("exams:launch", args=[exam.code])).content.decode()
    assert "Kept for an assignment" in page
    assert start(candidate_client, exam, form=mocks[0].slug).status_code == 422
    assert not ExamSession.objects.exists()


def test_a_discarded_mock_exam_is_next_again(candidate, candidate_client, exam, mocks):
    session = services.start(candidate, exam=exam, form=mocks[0])
    services.discard(session.pk, candidate=candidate)
    assert states(candidate, exam) == ["next", "open"]


def test_the_cards_show_score_and_way_on(candidate, candidate_client, exam, mocks):
    session = services.start(candidate, exam=exam, form=mocks[0])
    services.finish(session.pk)
    reply = candidate_client.get(reverse("exams:launch", args=[exam.code]))
    text = reply.content.decode()
    assert "1 of 2 taken" in text
    assert reverse("exams:result", args=[session.pk]) in text
    assert "<b>100</b>" in text
    assert "Take again" in text
    assert reply.context["next"].form == mocks[1]
    assert "Your other mock exams stay new" in text


def test_once_all_are_taken_the_new_mix_comes_first(candidate, candidate_client, exam, mocks):
    for mock in mocks:
        services.finish(services.start(candidate, exam=exam, form=mock).pk)
    reply = candidate_client.get(reverse("exams:launch", args=[exam.code]))
    assert reply.context["next"] is None
    assert "New mix of questions" in reply.content.decode()
    start(candidate_client, exam)
    assert ExamSession.objects.open().get().form.kind == "fresh"
    assert Question.objects.count() == 36
