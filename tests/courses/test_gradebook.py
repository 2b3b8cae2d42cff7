"""The gradebook: scores and words, never 0 for nothing; files for other programs."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from examapp.courses.models import CourseEntry, Membership, Override
from tests.support.builders import make_user, regrade_with_key
from tests.support.classes import make_class
from tests.support.courses import add_member, make_assignment
from tests.support.sittings import corrected

pytestmark = pytest.mark.django_db


@pytest.fixture
def taught():
    taught = make_class(2, right=1)
    taught.members.append(add_member(taught.course, make_user(name="Lin"), external_id="7"))
    return taught


def page_of(taught, person=None, **query):
    address = reverse("courses:gradebook", args=[taught.course.pk])
    return taught.client(person or taught.teacher).get(address, query)


def grades(taught, **query):
    return {
        row.name: [cell.text for cell in row.cells]
        for row in page_of(taught, **query).context["page"].rows
    }


def test_a_person_has_a_score_or_a_word(taught):
    assert grades(taught) == {"Student 000": ["1000"], "Student 001": ["100"], "Lin": ["open"]}


def test_it_is_shown_in_per_cent_and_as_passed_or_not(taught):
    assert grades(taught, show="percent")["Student 000"] == ["100 %"]
    assert grades(taught, show="passed") == {
        "Student 000": ["passed"],
        "Student 001": ["not yet"],
        "Lin": ["open"],
    }


def test_nothing_is_never_zero(taught):
    now, exam = timezone.now(), taught.assignment.exam
    make_assignment(
        taught.course,
        exam=exam,
        opens_at=now - timedelta(days=3),
        closes_at=now - timedelta(days=1),
    )
    Membership.objects.filter(pk=taught.members[0].pk).update(joined_at=now - timedelta(days=9))
    later = make_assignment(
        taught.course,
        exam=exam,
        opens_at=now + timedelta(days=3),
        closes_at=now + timedelta(days=4),
    )
    Override.objects.create(assignment=later, membership=taught.members[2], is_excused=True)
    found = grades(taught)
    assert found["Student 000"][0] == "not taken"
    # Who joined after the end was not given it.
    assert found["Lin"][0] == "not given"
    assert found["Student 000"][2].startswith("from ")
    assert found["Lin"][2] == "excused"


def test_a_changed_score_is_marked(taught):
    session = taught.members[0].attempts.get().session
    scored = session.items.filter(is_scored=True, version__type="multiple_choice")
    item = scored.exclude(version__key__right=[1]).first()
    regrade_with_key(item.version, keyed_by=corrected(item.version, (1,)), reason="Wrong key.")
    score = session.scores.get(is_current=True)
    cell = page_of(taught).context["page"].rows[-2].cells[0]
    assert (cell.text, cell.note) == (str(score.scaled), "changed")
    assert score.scaled < 1000


def test_who_left_stays_as_a_former_member(taught):
    add_member(taught.course, make_user(name=""), state="left", name="", email="")
    assert "Former member" in page_of(taught).content.decode()


def test_a_viewer_sees_the_class_and_nobody(taught):
    text = page_of(taught, taught.viewer).content.decode()
    assert "Student 000" not in text
    assert "Mock 1" in text


def test_a_viewer_is_not_told_how_many_of_a_few_passed(taught):
    assert [cell.note for cell in page_of(taught).context["page"].sums] == ["1 of 2 passed"]
    seen = page_of(taught, taught.viewer).context["page"].sums
    assert [(cell.text, cell.note) for cell in seen] == [("–", "2 done")]
    five = make_class(5, right=2)
    assert "2 of 5 passed" in page_of(five, five.viewer).content.decode()


def test_it_asks_for_the_same_whatever_the_number(taught, django_assert_max_num_queries):
    for _ in range(10):
        add_member(taught.course)
    client = taught.client(taught.teacher)
    with django_assert_max_num_queries(15):
        client.get(reverse("courses:gradebook", args=[taught.course.pk]))


def table(taught, kind):
    address = reverse("courses:grades_file", args=[taught.course.pk, kind])
    reply = taught.client(taught.teacher).post(address)
    return list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))


def test_canvas_gets_its_columns_and_the_points_possible(taught):
    head, points, *rows = table(taught, "canvas")
    assert head[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert head[5].startswith("Mock 1 (")
    assert points == ["Points Possible", "", "", "", "", "1000"]
    lin = next(row for row in rows if row[0] == "Lin")
    assert (lin[2], lin[5]) == ("7", "")


def test_moodle_gets_its_columns(taught):
    head, *rows = table(taught, "moodle")
    assert head == ["First name", "Last name", "ID number", "Email address", "Mock 1"]
    assert ["Student", "000"] in [row[:2] for row in rows]


def test_without_names_there_is_nobody(taught):
    text = str(table(taught, "nameless"))
    assert "Student 0" not in text
    assert "example.com" not in text


def test_who_took_a_file_is_logged(taught):
    table(taught, "csv")
    entry = CourseEntry.objects.get(verb="exported")
    assert entry.actor_id == taught.teacher.pk
    assert entry.details["kind"] == "csv"


def test_a_name_never_becomes_a_formula(taught):
    Membership.objects.filter(pk=taught.members[2].pk).update(name="=1+1")
    assert not any(row[0].startswith("=") for row in table(taught, "csv"))


def test_a_file_of_an_unknown_kind_is_not_there(taught):
    address = reverse("courses:grades_file", args=[taught.course.pk, "nothing"])
    assert taught.client(taught.teacher).post(address).status_code == 404
