"""An exam that starts and an answer that is explained follow each other; twins without the lock."""

import pytest
from django.db import transaction

from examapp.exams import services as exams
from examapp.exams.open_exam import ExamRunning
from examapp.exams.services import candidate_lock
from examapp.practice import services
from examapp.practice.models import PracticeItem
from examapp.practice.services import Choice
from examapp.study import services as study
from examapp.study.models import Card
from examapp.study.services import keeping, queue
from questions.models import Question
from tests.practice.conftest import right_of
from tests.support.builders import make_exam
from tests.support.races import Held, Waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(candidate, exam):
    """An answer to the first question of a set, to be given."""
    made = services.start(candidate, exam=exam, choice=Choice(3))
    item = made.items.select_related("version").get(position=1)

    def answer():
        return services.answer(
            made.pk, 1, candidate=candidate, response=right_of(item), sureness="sure"
        )

    return answer


@pytest.fixture
def elsewhere(db):
    """Another exam, whose start locks nothing of the first."""
    return make_exam()


def test_an_answer_waits_for_an_exam_that_starts_and_is_refused(candidate, asked, elsewhere):
    start = Held(lambda: exams.start(candidate, exam=elsewhere))
    answer = Waiting(asked)
    start.commit()
    with pytest.raises(ExamRunning):
        answer.result()
    assert not PracticeItem.objects.answered().exists()


def test_an_exam_waits_for_an_answer_that_is_stored(candidate, asked, elsewhere):
    answer = Held(asked)
    start = Waiting(lambda: exams.start(candidate, exam=elsewhere))
    answer.commit()
    session = start.result()
    assert PracticeItem.objects.answered().get().answered_at < session.started_at


def test_without_the_lock_an_answer_is_explained_in_an_exam(
    candidate, asked, elsewhere, monkeypatch
):
    monkeypatch.setattr(candidate_lock, "lock", lambda candidate: None)
    start = Held(lambda: exams.start(candidate, exam=elsewhere))
    # The control: nothing keeps it from being stored while the exam is about to be open.
    asked()
    start.commit()
    assert PracticeItem.objects.answered().exists()


def test_a_review_waits_for_an_exam_that_starts_and_is_refused(candidate, exam, elsewhere):
    keeping.save(candidate, Question.objects.first())
    card = Card.objects.get()
    token = queue.asked(card, Question.objects.filter(exam=exam)).token
    start = Held(lambda: exams.start(candidate, exam=elsewhere))

    def answer():
        with transaction.atomic():
            return study.shown(candidate, token)

    review = Waiting(answer)
    start.commit()
    with pytest.raises(ExamRunning):
        review.result()
