"""People of a course: the list, adding to it, one of them, the code on the board."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from examapp.accounts.models import Accommodation
from examapp.courses.models import CourseEntry, Letter, Membership
from tests.support.builders import make_user
from tests.support.classes import make_class
from tests.support.courses import add_member, add_staff, make_assignment, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course(name="Evening class")


@pytest.fixture
def teacher(course, client):
    client.force_login(course.made_by)
    return client


def address(name, course, *more):
    return reverse(f"courses:{name}", args=[course.pk, *more])


def test_those_who_have_not_joined_stand_first(course, teacher):
    add_member(course, make_user(name="Amara"))
    add_member(course, state="invited", name="Lin", letter="sent")
    add_member(course, state="invited", name="Yusuf", letter="failed")
    page = teacher.get(address("members", course))
    assert [line.name for line in page.context["page"].lines] == ["Yusuf", "Lin", "Amara"]
    assert "Email came back" in page.content.decode()


def test_extra_time_is_shown_without_its_reason(course, teacher):
    person = make_user(name="Elif")
    Accommodation.objects.create(user=person, time_factor="1.25")
    add_member(course, person)
    add_member(course, make_user(name="Hugo"), extra_minutes=15)
    page = teacher.get(f"{address('members', course)}?show=extra-time").content.decode()
    assert "+25 %" in page or "+15 min" in page


def test_the_list_asks_for_the_same_whatever_the_number_of_people(
    course, teacher, django_assert_max_num_queries
):
    for _ in range(3):
        add_member(course)
    with django_assert_max_num_queries(15):
        teacher.get(address("members", course))
    for _ in range(30):
        add_member(course)
    with django_assert_max_num_queries(15):
        teacher.get(address("members", course))


CSV = b"""email,name,external id,group,extra time
maja@example.org,Maja,7,A,
not-an-address,Nobody,8,A,
ravi@example.org,Ravi,9,B,a lot
ines@example.org,Ines,10,B,15
ines@example.org,Ines,10,B,15
"""


def test_a_file_is_looked_at_before_anything_is_done(course, teacher):
    upload = SimpleUploadedFile("people.csv", CSV)
    page = teacher.post(address("add_people", course), {"file": upload, "do": "look"})
    text = page.content.decode()
    assert "2 new people" in text
    assert "2 lines cannot be read" in text
    assert "Line 3" in text
    assert "Line 4, extra time" in text
    assert "1 is in the list twice" in text
    assert "Add 2 people" in text
    assert not course.members.exists()
    # What the file held is there for the next button.
    assert "maja@example.org" in text


def test_the_list_that_was_looked_at_is_added(course, teacher):
    data = {"text": CSV.decode(), "do": "add", "invite": "on"}
    assert teacher.post(address("add_people", course), data).status_code == 302
    assert set(course.members.values_list("email", "extra_minutes")) == {
        ("maja@example.org", 0),
        ("ines@example.org", 15),
    }
    assert Letter.objects.filter(kind="invitation").count() == 2
    page = teacher.get(address("members", course)).content.decode()
    assert "2 people added." in page
    # A second time changes nothing.
    teacher.post(address("add_people", course), data)
    assert course.members.count() == 2


def test_nobody_is_invited_whom_the_teacher_does_not_want_to_write_to(course, teacher):
    teacher.post(address("add_people", course), {"text": "maja@example.org", "do": "add"})
    assert course.members.count() == 1
    assert not Letter.objects.exists()


def test_an_empty_list_keeps_the_form_with_its_error(course, teacher):
    page = teacher.post(address("add_people", course), {"text": " ", "do": "look"})
    assert page.status_code == 422
    assert "Paste at least one address" in page.content.decode()


def test_typing_asks_for_the_look_alone_and_never_adds(course, teacher):
    data = {"text": "maja@example.org", "do": "add"}
    page = teacher.post(address("add_people", course), data, headers={"HX-Request": "true"})
    assert b"<html" not in page.content
    assert b"1 new person" in page.content
    assert not course.members.exists()


def test_a_person_is_changed_and_the_log_says_so(course, teacher):
    member = add_member(course, make_user(name="Elif"))
    data = {"name": "Elif Y", "time_factor": "1.5", "extra_minutes": "0", "group": "A"}
    teacher.post(address("member", course, member.pk), data)
    member.refresh_from_db()
    assert (member.name, member.time_factor, member.group) == ("Elif Y", 1.5, "A")
    entry = CourseEntry.objects.get(verb="member_changed")
    assert entry.details["member"] == member.pk


def test_an_assignment_of_a_person_closes_or_closed(course, teacher):
    member, now = add_member(course), timezone.now()
    make_assignment(course, is_for_all=True, title="Open")
    past = {"opens_at": now - timedelta(days=2), "closes_at": now - timedelta(minutes=1)}
    make_assignment(course, is_for_all=True, title="Over", **past)
    page = teacher.get(address("member", course, member.pk)).content.decode()
    said = dict(re.findall(r">(Open|Over)<.*?(Closes|Closed) ", page, re.DOTALL))
    assert said == {"Open": "Closes", "Over": "Closed"}


def test_what_was_typed_stays_when_it_is_refused(course, teacher):
    member = add_member(course, make_user(name="Elif"))
    data = {"name": "Elif", "time_factor": "0.5", "extra_minutes": "0", "group": "evening"}
    page = teacher.post(address("member", course, member.pk), data)
    assert page.status_code == 422
    assert 'value="0.5"' in page.content.decode()
    assert 'value="evening"' in page.content.decode()


def test_an_address_of_another_in_the_course_is_refused_at_its_place(course, teacher):
    add_member(course, make_user(email="ada@example.com"))
    member = add_member(course, state="invited", email="old@example.com")
    data = {"name": "Ada", "email": "ADA@example.com", "time_factor": "1", "extra_minutes": "0"}
    page = teacher.post(address("member", course, member.pk), data)
    assert page.status_code == 422
    assert page.context["form"].errors == {
        "email": ["Another person in this course has this address."]
    }
    member.refresh_from_db()
    assert (member.email, member.name) == ("old@example.com", "")
    assert not CourseEntry.objects.filter(verb="member_changed").exists()


def test_a_change_writes_no_other_column(course, teacher):
    member = add_member(course, make_user(name="Elif"))
    form = {"name": "Elif Y", "time_factor": "1", "extra_minutes": "0", "group": ""}
    with CaptureQueriesContext(connection) as made:
        teacher.post(address("member", course, member.pk), form)
    update = next(q["sql"] for q in made if q["sql"].startswith('UPDATE "courses_membership"'))
    assert '"state"' not in update
    assert '"name"' in update


@pytest.mark.parametrize("number", ["²", "9" * 30, "-1", "", "x"])
def test_what_is_no_number_picks_nobody(course, teacher, number):
    reply = teacher.post(address("act", course), {"member": number, "do": "remove"}, follow=True)
    assert "Pick at least one person first." in reply.content.decode()
    staff = teacher.post(address("staff", course), {"do": "remove", "person": number})
    assert staff.status_code == 404


@pytest.mark.parametrize(
    ("state", "verb", "after"),
    [
        ("active", "remove", "left"),
        ("left", "readd", "invited"),
        ("waiting", "approve", "active"),
    ],
)
def test_people_who_are_picked_are_let_in_removed_and_brought_back(
    course, teacher, state, verb, after
):
    member = add_member(course, state=state)
    teacher.post(address("act", course), {"member": member.pk, "do": verb})
    member.refresh_from_db()
    assert member.state == after


def test_somebody_of_another_course_is_never_touched(course, teacher):
    member = add_member(make_course())
    teacher.post(address("act", course), {"member": member.pk, "do": "remove"})
    assert Membership.objects.get(pk=member.pk).state == "active"
    assert teacher.get(address("member", course, member.pk)).status_code == 404


def test_the_code_goes_on_and_off(course, teacher):
    teacher.post(address("code", course), {"do": "rotate"})
    course.refresh_from_db()
    page = teacher.get(address("members", course)).content.decode()
    assert course.join_code[:4] in page
    assert "M0 0h7v1h-7z" in page
    assert "0 joined" in teacher.get(address("board", course)).content.decode()
    teacher.post(address("code", course), {"do": "off"})
    assert "The code is off" in teacher.get(address("board", course)).content.decode()


def test_an_assistant_reads_the_list_and_changes_nothing(course, client):
    add_member(course, make_user(name="Amara"))
    client.force_login(add_staff(course, "assistant"))
    page = client.get(address("members", course)).content.decode()
    assert "Amara" in page
    assert reverse("courses:add_people", args=[course.pk]) not in page
    assert client.post(address("code", course)).status_code == 404


def test_who_joins_by_code_is_asked_for_where_staff_approve(course, teacher):
    add_member(course, make_user(name="Vera"), state="waiting")
    page = teacher.get(address("members", course)).content.decode()
    assert "1 person asks to join with the code" in page


def test_a_person_has_a_page_with_what_they_did(client):
    taught = make_class(1, right=1)
    client.force_login(taught.teacher)
    page = client.get(address("member", taught.course, taught.members[0].pk)).content.decode()
    assert "1000" in page
