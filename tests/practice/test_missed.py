"""Practice of exactly what was missed, in one sitting or in all."""

import pytest
from django.urls import reverse

from examapp.exams import services as exams
from examapp.exams.services.missed import missed_questions
from examapp.practice.models import PracticeSet
from tests.support.builders import make_exam, right_response, wrong_response
from tests.support.sittings import answer_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(db):
    return make_exam(forms=1)


def sit(candidate, exam, wrong):
    """Sit the exam with the questions of these refs wrong; refs are stable over sittings."""
    session = exams.start(candidate, exam=exam)
    refs = dict(session.items.values_list("position", "version__question"))
    answer_all(
        session,
        lambda item: (wrong_response if wrong(refs[item.position]) else right_response)(item),
    )
    return exams.finish(session.pk)


def start(client, exam, **fields):
    return client.post(reverse("practice:missed", args=[exam.code]), fields)


def asked():
    items = PracticeSet.objects.get().items.order_by("position")
    return list(items.values_list("version__question", flat=True))


def test_a_sitting_s_missed_questions_are_practiced_in_their_order(
    candidate, candidate_client, exam
):
    session = sit(candidate, exam, wrong=lambda key: key % 3 == 0)
    wrong = session.items.exclude(credit=1).order_by("position")
    wrong = list(wrong.values_list("version__question", flat=True))
    assert wrong
    start(candidate_client, exam, session=session.pk)
    assert asked() == wrong
    assert PracticeSet.objects.get().title == "What you missed in New mix of questions"


def test_without_a_sitting_the_newest_answer_to_a_question_rules(candidate, candidate_client, exam):
    sit(candidate, exam, wrong=lambda key: key % 2 == 0)
    second = sit(candidate, exam, wrong=lambda key: key % 3 == 0)
    wrong = set(second.items.exclude(credit=1).values_list("version__question", flat=True))
    assert set(missed_questions(candidate, exam)) == wrong
    exams.leave_out(second.pk, candidate=candidate)
    assert set(missed_questions(candidate, exam)) != wrong


def test_nothing_missed_says_so(candidate, candidate_client, exam):
    session = sit(candidate, exam, wrong=lambda key: False)
    reply = start(candidate_client, exam, session=session.pk)
    assert reply["Location"] == reverse("practice:choose", args=[exam.code])
    assert not PracticeSet.objects.exists()


@pytest.mark.parametrize("named", ["no-uuid", "6d3f7f3e-54a7-4f6a-9ab0-6a5a5d6f9f11"])
def test_another_s_sitting_is_not_found(outsider, candidate_client, exam, named):
    theirs = sit(outsider, exam, wrong=lambda key: True)
    for session in (named, theirs.pk):
        assert start(candidate_client, exam, session=session).status_code == 404
