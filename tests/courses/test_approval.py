"""Joining by the code where staff approve who joins: who waits, who is told, who is written to."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from examapp.accounts.models import User
from examapp.courses import tasks
from examapp.courses.models import CourseEntry, Membership, Refusal
from examapp.courses.services import attempts, courses, joining, letters, privacy, refusals
from examapp.courses.services.errors import NotAMember
from tests.support.builders import make_user
from tests.support.courses import add_member, add_staff, make_assignment, make_course
from tests.support.races import while_it_mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    course = make_course()
    courses.rotate_code(course, by=course.made_by)
    return courses.change(course, by=course.made_by, needs_approval=True)


def test_staff_approve_who_joins_by_code(course):
    member = joining.join_by_code(make_user(), code=course.join_code)
    assert member.state == "waiting"
    with pytest.raises(NotAMember):
        attempts.member_of(member.user, make_assignment(course))
    assert joining.approve(member, by=course.made_by).state == "active"


def test_who_is_turned_down_is_not_kept(course):
    member = joining.join_by_code(make_user(), code=course.join_code)
    for _ in range(2):
        joining.refuse(member, by=course.made_by)
    assert course.members.count() == 0
    assert CourseEntry.objects.filter(verb="refused").count() == 1
    assert Refusal.objects.get().user == member.user


def test_who_is_let_in_is_written_to_once(course, settings):
    member = joining.join_by_code(make_user(), code=course.join_code)
    Membership.objects.update(wants_letters=False)
    for _ in range(2):
        joining.approve(member, by=course.made_by)
    assert letters.send() == 1
    (letter,) = mail.outbox
    assert (letter.subject, letter.to) == (f"You are in {course.name}", [member.user.email])
    assert settings.SITE_URL + reverse("courses:for_you") in letter.body


@pytest.fixture
def refused(course):
    """Somebody who was just turned down."""
    member = joining.join_by_code(make_user(), code=course.join_code)
    joining.refuse(member, by=course.made_by)
    return member.user


def test_who_is_turned_down_is_written_to_once_whatever_message_is_lost(course, client):
    person = joining.join_by_code(make_user(), code=course.join_code).user
    client.force_login(course.made_by)
    member = course.members.get().pk
    client.post(reverse("courses:act", args=[course.pk]), {"member": member, "do": "remove"})
    assert (tasks.send_letters(), tasks.send_letters()) == (1, 0)
    (letter,) = mail.outbox
    assert letter.subject == f"You were not let into {course.name}"
    assert letter.to == [person.email]
    assert not Refusal.objects.exists()


def test_who_deleted_the_account_meanwhile_is_not_written_to(refused):
    User.objects.filter(pk=refused.pk).update(is_active=False)
    assert tasks.send_letters() == 0
    assert mail.outbox == []
    assert not Refusal.objects.exists()


def test_who_is_forgotten_is_owed_no_letter(refused):
    privacy.forget(refused)
    assert not Refusal.objects.exists()


def test_a_letter_that_fails_is_tried_again_and_given_up(refused, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("the server hung up")

    with monkeypatch.context() as broken:
        broken.setattr(refusals, "send_mail", fail)
        assert [refusals.send() for _ in range(2)] == [0, 0]
        assert Refusal.objects.get().tries == 2
        refusals.send()
    assert not Refusal.objects.exists()
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_once_and_neither_waits(refused, monkeypatch, caplog):
    assert while_it_mails(refusals, refusals.send, monkeypatch) == (1, 0)
    assert caplog.records == []
    assert [letter.to for letter in mail.outbox] == [[refused.email]]
    assert not Refusal.objects.exists()


def test_two_accounts_of_one_person_are_owed_what_either_was(refused):
    survivor = make_user()
    joining.merge(survivor, absorbed=refused)
    refusals.send()
    assert mail.outbox[0].to == [survivor.email]


def test_who_asks_to_join_stands_on_the_home_of_who_may_let_them_in(course, client):
    joining.join_by_code(make_user(), code=course.join_code)
    for person, is_told in ((course.made_by, True), (add_staff(course, "assistant"), False)):
        client.force_login(person)
        waiting = client.get(reverse("home")).context["page"].waiting
        told = [(task.name, task.count) for task in waiting]
        assert told == ([("Person asks to join", 1)] if is_told else [])


def test_one_who_waits_is_given_nothing_and_seen_by_nobody(course, client):
    given = make_assignment(course)
    member = joining.join_by_code(make_user(name="Vera Wait"), code=course.join_code)
    client.force_login(member.user)
    assert client.get(reverse("courses:assigned", args=[given.pk])).status_code == 404
    client.force_login(course.made_by)
    for name in ("live", "results"):
        address = reverse(f"courses:{name}", args=[course.pk, given.pk])
        assert "Vera Wait" not in client.get(address).content.decode()
    assert (
        "Vera Wait"
        not in client.get(reverse("courses:gradebook", args=[course.pk])).content.decode()
    )


def test_who_was_invited_needs_no_approval_once_the_address_is_proved(course):
    invited = add_member(course, state="invited", email="ada@example.com", external_id="s1")
    person = make_user(email="ada@example.com")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    member = joining.join_by_code(person, code=course.join_code)
    assert (member.pk, member.state, member.external_id) == (invited.pk, "active", "s1")
