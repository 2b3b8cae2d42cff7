"""Letters: sent once, in the zone of who reads them, given up after three failures."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from examapp.courses.models import Course, Letter, Membership
from examapp.courses.pages.members_page import member_line
from examapp.courses.services import letters
from examapp.courses.services import members as member_services
from tests.support.courses import add_member, make_assignment, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return add_member(make_course(name="Class 4"))


def test_an_invitation_leads_to_joining_and_the_list_says_that_it_went_out(settings):
    invited = add_member(make_course(name="Class 4"), state="invited")
    member_services.invite([invited])
    assert (letters.send(), letters.send()) == (1, 0)
    (letter,) = mail.outbox
    assert letter.subject == "You are invited to Class 4"
    assert letter.to == [invited.email]
    address = settings.SITE_URL + reverse("courses:join_invited", args=[invited.token])
    assert address in letter.body
    invited.refresh_from_db()
    assert invited.letter == "sent"


@pytest.mark.parametrize("kind", ["given", "due", "reminder", "released", "changed"])
def test_each_letter_names_the_assignment_and_leads_to_it(member, kind):
    assignment = make_assignment(member.course, title="Tom & Jerry's mock")
    letters.write([member], kind=kind, assignment=assignment)
    letters.send()
    (letter,) = mail.outbox
    assert "Tom & Jerry's mock" in letter.subject
    assert reverse("courses:assigned", args=[assignment.pk]) in letter.body
    assert "{" not in letter.body


def test_moments_stand_in_the_zone_of_who_reads(member):
    from examapp.accounts.models import Preferences

    Preferences.objects.create(user=member.user, time_zone="Asia/Tokyo")
    assignment = make_assignment(member.course)
    letters.write([member], kind="due", assignment=assignment)
    letters.send()
    assert "Tokyo time" in mail.outbox[0].body


@pytest.mark.parametrize("change", ["left", "joined", "archived", "deleted"])
def test_what_has_passed_is_not_written_about(member, change):
    kind = "invitation" if change == "joined" else "given"
    assignment = None if kind == "invitation" else make_assignment(member.course)
    Letter.objects.create(membership=member, kind=kind, assignment=assignment)
    if change == "left":
        member_services.end(member)
    elif change == "archived":
        Course.objects.update(archived_at="2026-01-01T00:00:00Z")
    elif change == "deleted":
        type(member.user).objects.filter(pk=member.user_id).update(is_active=False)
    letters.send()
    assert mail.outbox == []
    assert not Letter.objects.waiting().exists()


@pytest.mark.parametrize(
    ("was_sent", "shown"), [(False, "Not invited yet"), (True, "Invited just now")]
)
def test_an_invitation_that_is_switched_off_is_not_shown_as_sent(was_sent, shown):
    invited = add_member(make_course(), state="invited")
    if was_sent:
        member_services.invite([invited])
        letters.send()
    member_services.invite([invited], occasion="again")
    Course.objects.update(mails_invitations=False)
    assert letters.send() == 0
    assert len(mail.outbox) == was_sent
    assert not Letter.objects.waiting().exists()
    invited.refresh_from_db()
    line = member_line(invited, invited.course, may_edit=True, now=timezone.now())
    assert line.pill.text == shown


def test_a_letter_that_fails_stops_no_other_and_is_given_up(member, monkeypatch):
    course = member.course
    broken = add_member(course, state="invited", email="broken@example.com")
    sound = add_member(course, state="invited", email="sound@example.com")
    member_services.invite([broken, sound])
    send_mail = letters.send_mail

    def send_or_break(subject, text, *, to):
        if "broken" in to:
            raise OSError("the server hung up")
        return send_mail(subject, text, to=to)

    monkeypatch.setattr(letters, "send_mail", send_or_break)
    assert [letters.send() for _ in range(4)] == [1, 0, 0, 0]
    states = dict(Membership.objects.filter(state="invited").values_list("email", "letter"))
    assert states == {"broken@example.com": "failed", "sound@example.com": "sent"}
