"""Assignments: made, changed, given out, taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from examapp.courses.models import Letter
from examapp.courses.pages import for_you
from examapp.courses.pages.sitters import sitters
from examapp.courses.pages.standing import standings
from examapp.courses.services import assignments, attempts, courses, roster
from examapp.courses.services.errors import CourseArchived, HasBegun, NotGiven, NotReady
from questions.models import Question
from tests.support.courses import add_member, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course()


def make(course, **fields):
    values = {
        "title": "Mock 1",
        "exam": course.exams.get(),
        "kind": "mix_each",
        "answers_release": "never",
        "explanations_release": "never",
        **fields,
    }
    return assignments.create(course, by=course.made_by, terms=assignments.Terms(**values))


def publish(course, assignment, **options):
    assignments.publish(assignment, by=course.made_by, **options)
    assignment.refresh_from_db()
    return assignment


def test_what_is_made_is_seen_by_nobody_until_it_is_given_out(course):
    assignment = make(course)
    assert not assignment.is_published
    assert publish(course, assignment).is_published
    first = assignment.published_at
    assert publish(course, assignment).published_at == first


def test_letters_go_to_all_who_are_given_it_once(course):
    one, _ = add_member(course), add_member(course)
    add_member(course, state="left")
    add_member(course, wants_letters=False)
    assignment = publish(course, make(course), send=True)
    assert Letter.objects.filter(kind="given", assignment=assignment).count() == 2
    second = publish(course, make(course), to=[one], send=True)
    assert [each.membership for each in Letter.objects.filter(assignment=second)] == [one]
    assert assignments.members_of(second) == [one]


def test_one_for_named_people_never_becomes_one_for_all(course, client):
    invited = add_member(course, state="invited")
    member = add_member(course)
    assignment = publish(course, make(course), to=[invited])
    # The row of the only one who was named goes, with the right to it.
    roster.take_back(course, by=course.made_by, members=[invited.pk])
    assignment.refresh_from_db()
    assert not assignment.recipients.exists()
    assert not assignment.is_given_to(member)
    assert assignments.members_of(assignment) == []
    assert for_you.given_to(member.user) == []
    assert sitters(assignment) == []
    assert [each.given for each in standings([course])] == [0]
    with pytest.raises(NotGiven):
        attempts.start(member.user, assignment=assignment)
    client.force_login(course.made_by)
    page = client.get(reverse("courses:gradebook", args=[course.pk])).context["page"]
    assert [cell.text for row in page.rows for cell in row.cells] == ["not given"]


def test_it_is_given_to_somebody(course):
    with pytest.raises(NotReady, match="Nobody would get"):
        publish(course, make(course), to=[])


def test_an_archived_course_is_given_nothing(course):
    assignment = make(course)
    courses.archive(course, by=course.made_by)
    course.refresh_from_db()
    with pytest.raises(CourseArchived):
        make(course)
    assignment.refresh_from_db()
    with pytest.raises(CourseArchived):
        publish(course, assignment)


def test_what_would_be_closed_already_is_not_given_out(course):
    past = timezone.now() - timedelta(hours=1)
    with pytest.raises(NotReady, match="closed already"):
        publish(course, make(course, closes_at=past))


def test_a_bank_that_is_too_small_is_said_before_it_is_given_out(course):
    assignment = make(course)
    Question.objects.filter(topic__task__domain__number=2).update(status="retired")
    with pytest.raises(NotReady):
        publish(course, assignment)


def test_practice_without_topics_is_not_given_out(course):
    with pytest.raises(NotReady, match="topics"):
        publish(course, make(course, kind="practice", question_count=5))


def test_nobody_begun_everything_may_change(course):
    assignment = make(course)
    terms = assignments.Terms(
        title="Mock 2",
        exam=assignment.exam,
        kind="mix_one",
        answers_release="never",
        explanations_release="never",
    )
    changed = assignments.change(assignment, by=course.made_by, terms=terms)
    assert (changed.title, changed.kind, changed.form is None) == ("Mock 2", "mix_one", False)
    form = changed.form
    again = assignments.change(changed, by=course.made_by, terms=terms)
    assert again.form == form


def test_once_begun_the_dates_may_change_and_the_questions_may_not(course):
    assignment = publish(course, make(course))
    attempts.start(add_member(course).user, assignment=assignment)
    values = {
        "title": "Mock 1",
        "exam": assignment.exam,
        "answers_release": "never",
        "explanations_release": "never",
    }
    later = timezone.now() + timedelta(days=9)
    terms = assignments.Terms(kind="mix_each", closes_at=later, **values)
    assert assignments.change(assignment, by=course.made_by, terms=terms).closes_at == later
    with pytest.raises(HasBegun):
        assignments.change(
            assignment, by=course.made_by, terms=assignments.Terms(kind="mix_one", **values)
        )
    for verb in (assignments.withdraw, assignments.delete):
        with pytest.raises(HasBegun):
            verb(assignment, by=course.made_by)


def test_what_nobody_has_begun_is_taken_back(course):
    assignment = publish(course, make(course))
    assert not assignments.withdraw(assignment, by=course.made_by).is_published
    assignments.delete(assignment, by=course.made_by)
    assert course.assignments.count() == 0


def test_given_again_it_is_for_those_named_now(course):
    one, two = add_member(course), add_member(course)
    assignment = publish(course, make(course), to=[one])
    assignments.withdraw(assignment, by=course.made_by)
    publish(course, assignment, to=[two], send=True)
    assert assignments.members_of(assignment) == [two]
    assert Letter.objects.get(kind="given").membership == two


@pytest.mark.parametrize(
    ("moved", "due"),
    [
        ({}, 3),
        ({"closes_at": 2}, 2),
        ({"closes_at": 4}, 3),
        ({"opens_at": 3, "closes_at": 9}, None),
    ],
)
def test_a_due_date_stays_within_a_window_that_moves(course, moved, due):
    now = timezone.now()

    def in_hours(hours):
        return None if hours is None else now + timedelta(hours=hours)

    assignment = make(course, opens_at=in_hours(1), due_at=in_hours(3), closes_at=in_hours(5))
    moments = {name: in_hours(hours) for name, hours in moved.items()}
    terms = replace(assignments.terms_of(assignment), **moments)
    changed = assignments.change(assignment, by=course.made_by, terms=terms)
    assert changed.due_at == in_hours(due)
