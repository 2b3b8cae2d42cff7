"""Who sees and starts an exam, in each state of its life."""

import pytest
from django.db import IntegrityError
from django.db.models import Q
from django.urls import reverse

from examapp.exams import services
from examapp.exams.models import ExamSession
from questions.access import may_take, takeable_exams
from questions.hooks import course_exams
from questions.models import Exam, ExamRole
from tests.support.builders import make_exam, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam():
    return make_exam()


def into(exam, state):
    Exam.objects.filter(pk=exam.pk).update(state=state)


@pytest.fixture
def owner(exam):
    person = make_user(role="instructor")
    ExamRole.objects.create(user=person, exam=exam, role="owner")
    return person


@pytest.mark.parametrize(
    ("state", "candidate_may", "team_may"),
    [
        ("draft", False, True),
        ("courses", False, True),
        ("open", True, True),
        ("closed", False, True),
        ("archived", False, False),
        ("deleted", False, False),
    ],
)
def test_the_state_says_who_may_take_it(exam, owner, state, candidate_may, team_may):
    into(exam, state)
    assert may_take(make_user(), exam) is candidate_may
    assert may_take(owner, exam) is team_may
    assert may_take(make_user(role="instructor"), exam) is candidate_may


def test_a_course_opens_an_exam_to_its_people(exam):
    into(exam, "courses")
    member, other = make_user(), make_user()
    course_exams.register("test", lambda key: Q(pk=exam.pk) if key == member.pk else Q(pk=None))
    try:
        assert may_take(member, exam)
        assert not may_take(other, exam)
        into(exam, "draft")
        assert not may_take(member, exam)
    finally:
        course_exams.unregister("test")


@pytest.mark.parametrize("state", ["draft", "courses", "closed", "archived", "deleted"])
def test_nobody_else_learns_of_it_or_starts_it(exam, client, state):
    into(exam, state)
    person = make_user()
    with pytest.raises(services.ExamNotOpen):
        services.start(person, exam=exam)
    client.force_login(person)
    for name in ("home", "exams:catalogue"):
        assert exam.title not in client.get(reverse(name)).content.decode()
    for name in ("exams:launch", "practice:choose"):
        assert client.get(reverse(name, args=[exam.code])).status_code == 404
    for name in ("exams:start", "practice:start"):
        assert client.post(reverse(name, args=[exam.code])).status_code == 404
    assert not ExamSession.objects.exists()


@pytest.mark.parametrize("state", ["draft", "courses", "closed"])
def test_strangers_do_not_read_its_notes(exam, client, state):
    into(exam, state)
    assert client.get(reverse("questions:notes", args=[exam.code])).status_code == 404


def test_who_sat_it_is_told_that_it_closed(exam, client):
    person = make_user()
    session = services.finish(services.start(person, exam=exam).pk)
    into(exam, "closed")
    client.force_login(person)
    launch = client.get(reverse("exams:launch", args=[exam.code]))
    assert "This exam is closed" in launch.content.decode()
    assert client.post(reverse("exams:start", args=[exam.code])).status_code == 409
    assert client.get(reverse("exams:result", args=[session.pk])).status_code == 200
    assert client.get(reverse("questions:notes", args=[exam.code])).status_code == 200


def test_who_is_in_it_goes_on_after_it_closed(exam):
    person = make_user()
    session = services.start(person, exam=exam)
    into(exam, "closed")
    assert services.start(person, exam=exam) == session


def test_the_database_knows_the_states(exam):
    with pytest.raises(IntegrityError):
        into(exam, "asleep")


def test_a_new_row_is_a_draft_of_its_team(exam):
    assert Exam._meta.get_field("state").default == "draft"
    assert exam in takeable_exams(make_user())
