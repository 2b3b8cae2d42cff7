"""The demo course: its figures, and that one command takes all of it away."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from examapp.accounts.models import User
from examapp.courses.models import Attempt, Course
from examapp.courses.services import demo
from examapp.exams.models import ExamForm, ExamFormItem, ExamSession, Score
from questions.models import Question
from tests.support.builders import make_exam, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    exam = make_exam(forms=3)
    form = ExamForm.objects.create(exam=exam, kind="fixed", slug="mock-1", title="Mock 1", seed=0)
    questions = list(Question.objects.filter(exam=exam)[:12])
    ExamFormItem.objects.bulk_create(
        ExamFormItem(form=form, position=place, question=question, is_scored=place <= 10)
        for place, question in enumerate(questions, 1)
    )
    return make_user(role="instructor", email="instructor@example.com")


def load(*arguments):
    call_command("load_demo_course", *arguments, stdout=StringIO())


def test_thirty_people_of_whom_28_sat_and_two_did_not(owner):
    load()
    course = Course.objects.get()
    assert (course.is_demo, course.members.active().count(), course.made_by) == (True, 30, owner)
    mock = course.assignments.order_by("opens_at").first()
    assert mock.taken.count() == 28
    credits = Score.objects.filter(session__attempt__assignment=mock)
    assert Counter(score.credit for score in credits) == Counter(
        round(right / 50 * 10) for right in demo.RIGHT_OF_50
    )
    assert set(ExamSession.objects.values_list("is_trial", flat=True)) == {True}


def test_the_figures_are_those_of_the_screens():
    scaled = [
        700 + (right - 35) * 20 if right >= 35 else round(100 + right / 35 * 600)
        for right in demo.RIGHT_OF_50
    ]
    assert (len(scaled), sum(score >= 700 for score in scaled)) == (28, 17)
    assert (min(scaled), max(scaled), round(sum(scaled) / 28)) == (529, 880, 719)


def test_a_second_time_changes_nothing(owner):
    load()
    load()
    assert Course.objects.count() == 1


def test_one_command_takes_all_of_it_away(owner):
    before = User.objects.count()
    load()
    load("--remove")
    assert (Course.objects.count(), Attempt.objects.count()) == (0, 0)
    assert (ExamSession.objects.count(), User.objects.count()) == (0, before)


def test_nobody_can_sign_in_as_one_of_them(owner, client):
    load()
    person = User.objects.filter(email__endswith=demo.DOMAIN).first()
    assert not person.has_usable_password()


def test_without_a_mock_exam_it_says_so():
    make_user(email="instructor@example.com", role="instructor")
    with pytest.raises(CommandError, match="load a bank"):
        load()
