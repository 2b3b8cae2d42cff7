"""Courses for programs: the same services, under the scope `teach`."""

import pytest

from examapp.courses.models import CourseEntry, Override
from examapp.courses.services import attempts
from examapp.exams import services as exams
from tests.api.conftest import Caller
from tests.support.api import problem
from tests.support.builders import make_user
from tests.support.courses import add_member, add_staff, make_assignment, make_course
from tests.support.sittings import answer_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course()


@pytest.fixture
def teacher(course):
    return Caller(course.made_by, "teach")


def of_role(course, role):
    return Caller(add_staff(course, role), "teach")


def test_the_scope_is_asked_for(course):
    assert problem(Caller(course.made_by, "read").get("/courses"), 403)["scope"] == "teach"


def test_one_s_own_courses_and_no_other_s(course, teacher):
    make_course()
    (found,) = teacher.get("/courses").json()["items"]
    assert (found["id"], found["role"]) == (course.pk, "teacher")
    assert teacher.get(f"/courses/{course.pk}").json() == found
    problem(Caller(make_user(role="instructor"), "teach").get(f"/courses/{course.pk}"), 404)
    problem(Caller(add_member(course).user, "teach").get(f"/courses/{course.pk}"), 404)


def test_people_are_added_changed_and_removed_only_when_named(course, teacher):
    at = f"/courses/{course.pk}/members"
    here = add_member(course)
    people = {"members": [{"email": "Ada@example.com", "name": "Ada", "extra_minutes": 30}]}
    first = teacher.post(at, people).json()
    assert (len(first["added"]), first["removed"]) == (1, [])
    assert teacher.post(at, people).json() == {"added": [], "changed": [], "removed": []}
    people["members"][0]["name"] = "Ada L."
    assert teacher.post(at, people | {"remove": [here.pk]}).json() == {
        "added": [],
        "changed": first["added"],
        "removed": [here.pk],
    }
    found = {row["email"]: row for row in teacher.get(at).json()["items"]}
    assert found["ada@example.com"]["extra_minutes"] == 30
    assert found[here.email]["state"] == "left"


@pytest.mark.parametrize("email", ["nobody", "a@b\0.c", ""])
def test_what_is_no_address_is_refused(course, teacher, email):
    problem(teacher.post(f"/courses/{course.pk}/members", {"members": [{"email": email}]}), 422)
    assert course.members.count() == 0


@pytest.fixture
def sat(course):
    """An assignment that one has ended and another is in."""
    assignment = make_assignment(course)
    done, running = add_member(course, name="Ada", external_id="s1"), add_member(course)
    attempt = attempts.start(done.user, assignment=assignment)
    answer_all(attempt.session)
    exams.finish(attempt.session_id)
    answer_all(attempts.start(running.user, assignment=assignment).session)
    return assignment


def test_progress_says_how_far_and_nothing_of_the_answers(course, teacher, sat):
    reply = teacher.get(f"/courses/{course.pk}/assignments/{sat.pk}/progress")
    assert sorted(row["state"] for row in reply.json()) == ["done", "in"]
    (running,) = (row for row in reply.json() if row["state"] == "in")
    assert (running["answered"], running["total"]) == (12, 12)
    assert "Option" not in reply.text


def test_results_as_json_and_csv_and_each_call_is_logged(course, teacher, sat):
    at = f"/courses/{course.pk}/assignments/{sat.pk}/results"
    (row,) = teacher.get(at).json()
    assert (row["name"], row["scaled"], row["is_pass"]) == ("Ada", 1000, True)
    text = teacher.get(f"{at}?format=csv").text
    assert text.splitlines()[0].startswith("member,name,external_id")
    assert ",Ada,s1,1,1000,True," in text
    assert CourseEntry.objects.filter(verb="exported").count() == 2


def test_other_terms_for_one_or_a_group(course, teacher, sat):
    member = add_member(course)
    at = f"/courses/{course.pk}/assignments/{sat.pk}/overrides"
    for _ in range(2):
        made = teacher.post(at, {"member": member.pk, "extra_minutes": 15})
        assert made.status_code == 200, made.text
    assert Override.objects.get().extra_minutes == 15
    problem(teacher.post(at, {}), 422)
    problem(teacher.post(at, {"member": member.pk, "group": "evening"}), 422)
    problem(teacher.post(at, {"member": add_member(make_course()).pk}), 404)


def test_a_moment_without_its_offset_is_refused(course, teacher, sat):
    at = f"/courses/{course.pk}/assignments/{sat.pk}/overrides"
    later = {"group": "evening", "closes_at": "2027-07-09T18:00:00"}
    problem(teacher.post(at, later), 422)
    assert not Override.objects.exists()
    assert teacher.post(at, later | {"closes_at": "2027-07-09T18:00:00+02:00"}).status_code == 200


@pytest.mark.parametrize(
    ("role", "reads", "changes"), [("viewer", 404, 404), ("assistant", 200, 404)]
)
def test_who_may_what(course, sat, role, reads, changes):
    caller = of_role(course, role)
    at = f"/courses/{course.pk}"
    assert caller.get(at).status_code == 200
    assert caller.get(f"{at}/assignments").status_code == 200
    for what in ("members", f"assignments/{sat.pk}/progress", f"assignments/{sat.pk}/results"):
        assert caller.get(f"{at}/{what}").status_code == reads
    people = {"members": [{"email": "ada@example.com"}]}
    assert caller.post(f"{at}/members", people).status_code == changes
    terms = {"group": "evening"}
    assert caller.post(f"{at}/assignments/{sat.pk}/overrides", terms).status_code == changes


def test_an_archived_course_is_given_nobody(course, teacher):
    type(course).objects.update(archived_at="2026-01-01T00:00:00Z")
    people = {"members": [{"email": "ada@example.com"}]}
    problem(teacher.post(f"/courses/{course.pk}/members", people), 409)
