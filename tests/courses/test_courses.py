"""The list of courses, the page of one, and the home of who teaches."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.support.builders import make_exam, make_user
from tests.support.classes import begin, make_class
from tests.support.courses import add_member, add_staff, make_assignment, make_course

pytestmark = pytest.mark.django_db


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_a_teacher_finds_their_courses_and_no_others():
    course, other = make_course(name="Mine"), make_course(name="Another's")
    page = signed_in(course.made_by).get(reverse("courses:courses")).content.decode()
    assert "Mine" in page
    assert other.name not in page


@pytest.mark.parametrize(("role", "may_edit"), [("teacher", True), ("viewer", False)])
def test_a_course_offers_what_its_reader_may_do(role, may_edit):
    course = make_course()
    page = signed_in(add_staff(course, role)).get(course.get_absolute_url()).content.decode()
    assert (reverse("courses:new_assignment", args=[course.pk]) in page) is may_edit


def test_a_course_says_what_is_on_what_comes_and_what_is_done():
    course, now = make_course(zone="Europe/Berlin"), timezone.now()
    add_member(course)
    make_assignment(course, title="Running", closes_at=now + timedelta(days=4, hours=1))
    make_assignment(
        course, title="Later", opens_at=now + timedelta(days=7), closes_at=now + timedelta(days=9)
    )
    make_assignment(course, title="Over", closes_at=now - timedelta(minutes=5))
    make_assignment(course, title="Kept back", published_at=None)
    page = signed_in(course.made_by).get(course.get_absolute_url())
    sections = {
        each.key: [line.name for line in each.lines] for each in page.context["page"].sections
    }
    assert sections == {"now": ["Running"], "coming": ["Kept back", "Later"], "done": ["Over"]} or (
        sections["coming"] == ["Later", "Kept back"]
    )
    text = page.content.decode()
    assert "4 days left" in text
    assert "opens in 7 days" in text
    assert "0 of 1 done" in text
    assert "only staff see it" in text


def test_the_page_of_a_course_asks_for_the_same_whatever_it_holds(django_assert_max_num_queries):
    taught = make_class(3)
    for _ in range(5):
        make_assignment(taught.course, exam=taught.assignment.exam)
    client = taught.client(taught.teacher)
    with django_assert_max_num_queries(12):
        client.get(taught.course.get_absolute_url())


def test_who_teaches_has_a_home_that_begins_with_what_runs():
    taught = make_class(2)
    mock = make_assignment(taught.course, title="Mock 2", exam=taught.assignment.exam)
    begin(taught.members[0], mock)
    page = taught.client(taught.teacher).get(reverse("home")).content.decode()
    assert "Running now" in page
    assert "Mock 2: 1 in the exam, 1 not started" in page
    assert "Remind the 1" in page


def test_a_new_teacher_is_told_the_three_steps():
    page = signed_in(make_user(role="instructor", name="Johanna")).get(reverse("home"))
    assert "Welcome, Johanna" in page.content.decode()
    assert reverse("courses:new_course") in page.content.decode()


def test_a_candidate_keeps_the_home_of_a_candidate():
    make_exam()
    page = signed_in(make_user()).get(reverse("home"))
    assert "staff_home.html" not in [template.name for template in page.templates]
