"""A new course, its settings, who teaches it, its copy, its archive."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from examapp.courses.models import Course, Letter
from examapp.courses.services import letters
from tests.support.builders import make_exam, make_user
from tests.support.courses import add_member, add_staff, make_assignment, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course(name="Evening class")


@pytest.fixture
def owner(course, client):
    client.force_login(course.made_by)
    return client


def address(name, course):
    return reverse(f"courses:{name}", args=[course.pk])


def filled(exam, **changes):
    return {
        "name": "Data team",
        "exams": [exam.pk],
        "zone": "Europe/Berlin",
        "retention_days": "365",
        **changes,
    }


def test_a_course_needs_a_name_and_a_zone(client):
    exam = make_exam()
    client.force_login(make_user(role="instructor"))
    reply = client.post(reverse("courses:new_course"), filled(exam))
    made = Course.objects.get()
    assert reply["Location"] == made.get_absolute_url()
    assert (made.name, made.zone, made.staff.get().is_owner) == ("Data team", "Europe/Berlin", True)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"exams": []}, "Choose at least one exam."),
        ({"starts_on": "2027-02-01", "ends_on": "2027-01-01"}, "ends before it starts"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, changes, sentence):
    exam = make_exam()
    client.force_login(make_user(role="instructor"))
    page = client.post(reverse("courses:new_course"), filled(exam, **changes))
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert 'value="Data team"' in page.content.decode()


def test_settings_are_changed(course, owner):
    owner.post(address("course_settings", course), filled(course.exams.get(), retention_days="30"))
    course.refresh_from_db()
    assert (course.name, course.retention_days) == ("Data team", 30)


def test_a_colleague_is_added_by_address_and_made_owner(course, owner):
    colleague = make_user(role="instructor", email="kim@example.com", name="Kim")
    owner.post(
        address("staff", course), {"do": "add", "email": "kim@example.com", "role": "viewer"}
    )
    assert course.staff.get(user=colleague).role == "viewer"
    owner.post(address("staff", course), {"do": "own", "person": colleague.pk})
    assert course.staff.get(user=colleague).is_owner
    assert not course.staff.get(user=course.made_by).is_owner


def test_an_address_that_nobody_has_is_said_at_its_place(course, owner):
    page = owner.post(
        address("staff", course), {"do": "add", "email": "no@example.com", "role": "viewer"}
    )
    assert page.status_code == 422
    assert "Nobody has an account with this address." in page.content.decode()


def test_the_last_owner_stays(course, owner):
    owner.post(address("staff", course), {"do": "remove", "person": course.made_by_id})
    assert course.staff.filter(is_owner=True).exists()


def test_a_teacher_who_does_not_own_it_hands_nothing_over(course):
    client = Client()
    client.force_login(add_staff(course, "teacher"))
    assert client.post(address("staff", course), {"do": "own"}).status_code == 404
    assert client.get(address("course_settings", course)).status_code == 200


def test_a_copy_has_the_assignments_and_not_the_people(course, owner):
    add_member(course)
    make_assignment(course, title="Mock 1")
    owner.post(address("copy", course), {"name": "Next year"})
    copy = Course.objects.get(name="Next year")
    assert not copy.members.exists()
    assert not copy.assignments.get().is_published


def test_an_archived_course_is_read_and_not_changed(course, owner):
    owner.post(address("archive_course", course))
    course.refresh_from_db()
    assert course.is_archived
    page = owner.get(course.get_absolute_url()).content.decode()
    assert "archived" in page
    assert reverse("courses:new_assignment", args=[course.pk]) not in page
    owner.post(address("archive_course", course))
    course.refresh_from_db()
    assert not course.is_archived


# --- Switches -------------------------------------------------------------------------------------

SWITCHES = ["mails_invitations", "mails_due", "mails_released", "mails_changed"]


@pytest.mark.parametrize("name", [*SWITCHES, "needs_approval"])
def test_each_switch_is_set_and_put_back(course, owner, name):
    at, exam = address("course_settings", course), course.exams.get()
    assert f'name="{name}"' in owner.get(at).content.decode()
    for value in (True, False):
        owner.post(at, filled(exam, **{name: "on"} if value else {}))
        course.refresh_from_db()
        assert getattr(course, name) is value


def test_a_new_course_writes_all_emails_and_lets_people_in(client):
    exam = make_exam()
    client.force_login(make_user(role="instructor"))
    client.post(reverse("courses:new_course"), filled(exam))
    made = Course.objects.get()
    assert [getattr(made, name) for name in SWITCHES] == [True] * 4
    assert not made.needs_approval


def test_a_copy_keeps_the_switches(course, owner):
    owner.post(address("course_settings", course), filled(course.exams.get(), mails_due="on"))
    owner.post(address("copy", course), {"name": "Copy"})
    copied = Course.objects.exclude(pk=course.pk).get()
    assert [getattr(copied, name) for name in SWITCHES] == [False, True, False, False]


@pytest.mark.parametrize("role", ["assistant", "viewer"])
def test_who_does_not_teach_switches_nothing(course, role):
    client = Client()
    client.force_login(add_staff(course, role))
    reply = client.post(
        address("course_settings", course), filled(course.exams.get(), needs_approval="on")
    )
    assert reply.status_code == 404
    course.refresh_from_db()
    assert not course.needs_approval


def test_without_invitations_nobody_is_written_to(course, owner):
    Course.objects.update(mails_invitations=False)
    page = owner.get(address("add_people", course)).content.decode()
    assert "invitations are turned off" in page
    assert 'name="invite"' not in page
    people = {"text": "maja@example.org", "do": "add", "invite": "on"}
    owner.post(address("add_people", course), people)
    member = course.members.get()
    assert not Letter.objects.exists()
    reply = owner.post(address("act", course), {"member": member.pk, "do": "invite"}, follow=True)
    assert "Nothing was sent" in reply.content.decode()
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("switch", "kind"),
    [
        ("mails_invitations", "invitation"),
        ("mails_due", "due"),
        ("mails_released", "released"),
        ("mails_changed", "changed"),
    ],
)
def test_a_letter_that_waits_is_not_sent_once_its_kind_is_off(course, switch, kind):
    member = add_member(course, state="invited", token="t") if kind == "invitation" else None
    member = member or add_member(course)
    given = None if kind == "invitation" else make_assignment(course)
    for value, sent in ((False, 0), (True, 1)):
        Course.objects.update(**{switch: value})
        Letter.objects.create(membership=member, kind=kind, assignment=given, occasion=str(value))
        letters.send()
        assert len(mail.outbox) == sent
