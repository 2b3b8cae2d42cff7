"""Coming into a course by letter, by code, with approval; leaving and being removed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from examapp.courses import consent
from examapp.courses.models import Attempt, Membership, Recipient
from examapp.courses.services import assignments, attempts, courses, joining
from examapp.courses.services import members as member_services
from examapp.courses.services.errors import (
    CodeFull,
    CodeLocked,
    CodeUnknown,
    CodeWrong,
    LastOwner,
    NotAMember,
)
from examapp.exams import services as exams
from questions.models import Topic
from tests.support.builders import make_user
from tests.support.courses import add_member, add_staff, make_assignment, make_course
from tests.support.races import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    course = make_course()
    courses.rotate_code(course, by=course.made_by)
    course.refresh_from_db()
    return course


def test_joining_by_code_keeps_the_consent_that_was_shown(course):
    person = make_user(name="Ada")
    member = joining.join_by_code(person, code=course.join_code)
    assert (member.state, member.user, member.name) == ("active", person, "Ada")
    assert (member.consent_version, member.consented_at is None) == (consent.CURRENT, False)


def test_a_code_is_read_as_people_type_it(course):
    code = course.join_code
    typed = f" {code[:4].lower()}-{code[4:].lower()} "
    assert joining.course_of_code(typed) == course


def test_joining_twice_changes_nothing(course):
    person = make_user()
    first = joining.join_by_code(person, code=course.join_code)
    assert joining.join_by_code(person, code=course.join_code) == first
    course.refresh_from_db()
    assert course.join_count == 1


@pytest.mark.parametrize("code", ["", "NOPE", "BCDFGHJK"])
def test_an_unknown_code_opens_nothing(course, code):
    with pytest.raises(CodeUnknown):
        joining.join_by_code(make_user(), code=code)


def test_a_code_that_leaked_opens_nothing_once_it_is_rotated(course):
    old = course.join_code
    new = courses.rotate_code(course, by=course.made_by)
    with pytest.raises(CodeUnknown):
        joining.join_by_code(make_user(), code=old)
    assert joining.join_by_code(make_user(), code=new).state == "active"


def test_a_code_expires(course):
    past = timezone.now() - timedelta(seconds=1)
    code = courses.rotate_code(course, by=course.made_by, expires_at=past)
    with pytest.raises(CodeUnknown):
        joining.join_by_code(make_user(), code=code)


def test_a_code_that_is_switched_off_opens_nothing(course):
    courses.switch_off_code(course, by=course.made_by)
    with pytest.raises(CodeUnknown):
        joining.join_by_code(make_user(), code=course.join_code)


def test_a_code_has_places(course):
    code = courses.rotate_code(course, by=course.made_by, limit=1)
    joining.join_by_code(make_user(), code=code)
    with pytest.raises(CodeFull):
        joining.join_by_code(make_user(), code=code)


def test_an_archived_course_lets_nobody_in(course):
    courses.archive(course, by=course.made_by)
    with pytest.raises(CodeUnknown):
        joining.join_by_code(make_user(), code=course.join_code)


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_taken_once():
    course = make_course()
    code = courses.rotate_code(course, by=course.made_by, limit=1)

    def join(person):
        try:
            return joining.join_by_code(person, code=code)
        except CodeFull:
            return None

    one, two = make_user(), make_user()
    joined = together(lambda: join(one), lambda: join(two))
    assert joined.count(None) == 1
    assert course.members.count() == 1


@pytest.mark.django_db(transaction=True)
def test_joining_twice_at_once_makes_one_member():
    course, person = make_course(), make_user()
    code = courses.rotate_code(course, by=course.made_by)
    together(*[lambda: joining.join_by_code(person, code=code)] * 3)
    assert course.members.count() == 1


def test_an_address_that_nobody_proved_takes_no_invitation(course):
    invited = add_member(course, state="invited", email="ada@example.com", external_id="s1")
    member = joining.join_by_code(make_user(email="ada@example.com"), code=course.join_code)
    assert member.pk != invited.pk
    assert member.external_id == ""


# --- By letter ------------------------------------------------------------------------------------


def invited(course, **fields):
    member = add_member(course, state="invited", **fields)
    member_services.invite([member])
    return member


def test_the_link_of_a_letter_joins_whatever_address_one_signed_in_with(course):
    member, person = invited(course, name="A. L."), make_user(name="Ada")
    joined = joining.join_by_invitation(person, token=member.token)
    assert (joined.pk, joined.user, joined.state, joined.name) == (
        *(member.pk, person, "active", "A. L."),
    )


def test_a_link_is_good_for_one(course):
    member = invited(course)
    joining.join_by_invitation(make_user(), token=member.token)
    with pytest.raises(CodeUnknown):
        joining.join_by_invitation(make_user(), token=member.token)


def test_who_is_here_under_another_address_stays_one_member(course):
    here = add_member(course)
    member = invited(course, external_id="s1")
    joined = joining.join_by_invitation(here.user, token=member.token)
    assert joined.pk == here.pk
    assert Membership.objects.get().external_id == "s1"


def test_what_the_invited_entry_was_granted_stays_with_who_is_here_already(course):
    here = add_member(course, email="", extra_minutes=20)
    member = invited(course, time_factor="1.50", extra_minutes=5)
    own, theirs = make_assignment(course), make_assignment(course)
    for assignment, who in ((own, here), (own, member), (theirs, member)):
        exemption = assignments.Exemption(extra_attempts=1 if who == here else 2)
        assignments.set_override(assignment, by=course.made_by, exemption=exemption, membership=who)
    Recipient.objects.create(assignment=theirs, membership=member)
    joined = joining.join_by_invitation(here.user, token=member.token)
    joined.refresh_from_db()
    assert (joined.time_factor, joined.extra_minutes) == (Decimal("1.50"), 20)
    assert joined.email == member.email
    terms = joined.overrides.order_by("assignment").values_list("assignment", "extra_attempts")
    assert list(terms) == [(own.pk, 2), (theirs.pk, 2)]
    assert theirs.recipients.get().membership == here
    assert Membership.objects.count() == 1


def test_an_invitation_that_was_taken_back_opens_nothing(course):
    member = invited(course)
    joining.remove(member, by=course.made_by)
    with pytest.raises(CodeUnknown):
        joining.join_by_invitation(make_user(), token=member.token)


# --- Going ----------------------------------------------------------------------------------------


def test_who_leaves_is_a_former_member_and_finds_everything_again(course):
    member = add_member(course)
    attempt = attempts.start(member.user, assignment=make_assignment(course))
    joining.leave(member.user, course=course)
    member.refresh_from_db()
    assert member.is_former
    back = joining.join_by_code(member.user, code=course.join_code)
    assert (back.pk, back.state, back.attempts.get()) == (member.pk, "active", attempt)


def test_who_is_not_there_cannot_leave(course):
    with pytest.raises(NotAMember):
        joining.leave(make_user(), course=course)


def test_two_accounts_of_one_person_become_one(course):
    old, new = add_member(course), add_member(course)
    assignment = make_assignment(course, attempts=5)
    first = attempts.start(new.user, assignment=assignment)
    second = attempts.start(old.user, assignment=assignment)
    elsewhere = add_member(make_course(), old.user)
    joining.merge(new.user, absorbed=old.user)
    assert not Membership.objects.filter(user=old.user).exists()
    elsewhere.refresh_from_db()
    assert elsewhere.user == new.user
    numbers = new.attempts.order_by("number").values_list("number", "session")
    assert list(numbers) == [(1, first.session_id), (2, second.session_id)]


def test_attempts_of_two_accounts_are_numbered_by_when_they_were_made(course):
    old, new = add_member(course), add_member(course)
    assignment = make_assignment(course, attempts=5)
    made = [attempts.start(each.user, assignment=assignment) for each in (old, new)]
    exams.finish(made[0].session_id)
    made.append(attempts.reopen(made[0], by=course.made_by, minutes=15))
    joining.merge(new.user, absorbed=old.user)
    numbers = new.attempts.order_by("number").values_list("number", "pk")
    assert list(numbers) == list(enumerate([each.pk for each in made], 1))
    assert Attempt.objects.count() == 3


@pytest.mark.parametrize("who", ["old", "new"])
def test_what_either_row_said_about_letters_and_when_it_was_seen_is_kept(course, who):
    later = timezone.now()
    quiet = {"wants_letters": False, "seen_at": later}
    other = {"seen_at": later - timedelta(days=1)}
    old = add_member(course, **(quiet if who == "old" else other))
    new = add_member(course, **(quiet if who == "new" else other))
    joining.merge(new.user, absorbed=old.user)
    new.refresh_from_db()
    assert (new.wants_letters, new.seen_at) == (False, later)


@pytest.mark.parametrize("tries", [(5, 0), (5, 1), (1, 5)])
def test_a_door_that_wrong_codes_closed_stays_closed(course, tries):
    old, new = add_member(course), add_member(course)
    assignment = make_assignment(course, access_code="spruce")
    for member, count in zip((old, new), tries, strict=True):
        for _ in range(count):
            with pytest.raises((CodeWrong, CodeLocked)):
                attempts.start(member.user, assignment=assignment, code="oak")
    joining.merge(new.user, absorbed=old.user)
    with pytest.raises(CodeLocked):
        attempts.start(new.user, assignment=assignment, code="spruce")


def merged_terms(course, old_terms, new_terms):
    """Return the one override of a person whose two rows had these."""
    old, new = add_member(course), add_member(course)
    assignment = make_assignment(course)
    for member, terms in ((old, old_terms), (new, new_terms)):
        assignments.set_override(
            assignment,
            by=course.made_by,
            exemption=assignments.Exemption(**terms),
            membership=member,
        )
    joining.merge(new.user, absorbed=old.user)
    return new.overrides.get()


NOON = datetime(2027, 7, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("field", "less", "more"),
    [
        ("opens_at", NOON, NOON - HOUR),
        ("due_at", NOON, NOON + HOUR),
        ("closes_at", NOON, NOON + HOUR),
        ("closes_at", None, NOON),
        ("minutes", 30, 45),
        ("time_factor", Decimal("1.25"), Decimal("1.50")),
        ("extra_minutes", 5, 20),
        ("extra_attempts", 1, 2),
        ("is_excused", False, True),
        ("reason", "", "Ill in July"),
    ],
)
def test_of_two_terms_of_an_assignment_the_more_generous_hold(course, field, less, more):
    assert getattr(merged_terms(course, {field: less}, {field: more}), field) == more
    assert getattr(merged_terms(course, {field: more}, {field: less}), field) == more


def test_two_windows_that_do_not_meet_become_one_that_is_open(course):
    kept = merged_terms(course, {"closes_at": NOON}, {"opens_at": NOON + HOUR})
    assert (kept.opens_at, kept.closes_at) == (None, NOON)


@pytest.mark.parametrize(
    ("old_topics", "new_topics", "expected"),
    [
        ("b", None, "b"),
        ("", None, ""),
        ("b", "", ""),
        ("b", "c", "bc"),
        ("", "c", "ac"),
    ],
)
def test_what_one_row_was_given_never_narrows_what_the_other_was(
    course, old_topics, new_topics, expected
):
    """By the topics of each row, of which "a" is the assignment's; None was not given it."""
    of_exam = Topic.objects.filter(task__domain__exam=course.exams.get())
    topics = dict(zip("abc", of_exam[:3], strict=True))
    assignment = make_assignment(course, kind="practice", question_count=3, is_for_all=False)
    assignment.topics.add(topics["a"])
    old, new = add_member(course), add_member(course)
    for member, own in ((old, old_topics), (new, new_topics)):
        if own is not None:
            row = Recipient.objects.create(assignment=assignment, membership=member)
            row.topics.set(topics[letter] for letter in own)
    joining.merge(new.user, absorbed=old.user)
    kept = assignment.recipients.get()
    assert kept.membership == new
    assert set(kept.topics.all()) == {topics[letter] for letter in expected}


def test_who_is_in_by_one_account_stays_in_when_the_other_was_gone(course):
    gone, here = add_member(course, state="left"), add_member(course)
    joining.merge(gone.user, absorbed=here.user)
    member = Membership.objects.get()
    assert (member.user, member.state, member.left_at) == (gone.user, "active", None)


# --- Staff ----------------------------------------------------------------------------------------


def test_an_owner_who_is_the_last_cannot_go(course):
    with pytest.raises(LastOwner):
        courses.remove_staff(course, by=course.made_by, user=course.made_by)
    with pytest.raises(LastOwner):
        courses.set_staff(course, by=course.made_by, user=course.made_by, role="viewer")
    assert courses.owned_alone(course.made_by) == [course]


def test_a_course_is_handed_over(course):
    heir = add_staff(course, "assistant")
    courses.hand_over(course, by=course.made_by, to=heir)
    assert [row.user for row in course.staff.filter(is_owner=True)] == [heir]
    assert course.staff.get(user=course.made_by).role == "teacher"
    assert courses.owned_alone(course.made_by) == []
    courses.remove_staff(course, by=heir, user=course.made_by)
    assert course.staff.count() == 1


def test_a_copy_has_the_assignments_and_nobody(course):
    add_member(course)
    assignment = make_assignment(course)
    copy = courses.copy(course, by=course.made_by, name="Next year")
    assert copy.members.count() == 0
    assert copy.join_code == ""
    twin = copy.assignments.get()
    assert (twin.title, twin.published_at, twin.pk == assignment.pk) == (
        *(assignment.title, None, False),
    )
    assert set(copy.exams.all()) == set(course.exams.all())
