"""Letters that are due: each once, each can be switched off, none lost with its message."""

from datetime import timedelta

import pytest
from django.utils import timezone

from examapp.courses.models import Assignment, Course, Letter, Membership
from examapp.courses.services import assignments, attempts, sweeps
from examapp.exams import services as exams
from examapp.exams.services import notifications
from tests.support.builders import regrade_with_key
from tests.support.courses import add_member, make_assignment, make_course
from tests.support.sittings import answer_all, corrected

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def member():
    return add_member(make_course())


def written(kind):
    return [each.membership for each in Letter.objects.filter(kind=kind)]


def test_who_has_not_begun_is_written_to_the_day_before_once(member):
    assignment = make_assignment(member.course, closes_at=timezone.now() + 20 * HOUR)
    begun = add_member(member.course)
    attempts.start(begun.user, assignment=assignment)
    assert (sweeps.write_due(), sweeps.write_due()) == (1, 0)
    assert written("due") == [member]


def test_what_is_due_later_or_closed_is_not_written_about(member):
    make_assignment(member.course, closes_at=timezone.now() + 30 * HOUR)
    make_assignment(member.course, closes_at=timezone.now() - HOUR)
    make_assignment(member.course, closes_at=timezone.now() + HOUR, published_at=None)
    assert sweeps.write_due() == 0


def test_due_is_what_is_due_for_the_one_who_is_written_to(member):
    assignment = make_assignment(member.course, closes_at=timezone.now() + 20 * HOUR)
    later = assignments.Exemption(closes_at=timezone.now() + 60 * HOUR)
    assignments.set_override(
        assignment, by=member.course.made_by, membership=member, exemption=later
    )
    excused = add_member(member.course)
    assignments.excuse(assignment, by=member.course.made_by, members=[excused])
    other = add_member(member.course)
    sweeps.write_due()
    assert written("due") == [other]


@pytest.mark.parametrize("switch", ["course", "member", "archived"])
def test_letters_can_be_switched_off(member, switch):
    make_assignment(member.course, closes_at=timezone.now() + 20 * HOUR)
    if switch == "course":
        Course.objects.update(mails_due=False)
    elif switch == "member":
        Membership.objects.update(wants_letters=False)
    else:
        Course.objects.update(archived_at=timezone.now())
    assert sweeps.write_due() == 0


def sat(member, **fields):
    assignment = make_assignment(member.course, **fields)
    attempt = attempts.start(member.user, assignment=assignment)
    answer_all(attempt.session)
    exams.finish(attempt.session_id)
    return attempt


def test_what_is_released_later_is_written_once_when_it_is(member):
    sat(member, answers_release="after_close")
    add_member(member.course)
    assert sweeps.write_released() == 0
    now = timezone.now()
    Assignment.objects.update(opens_at=now - 3 * HOUR, closes_at=now - HOUR)
    assert (sweeps.write_released(), sweeps.write_released()) == (1, 0)
    assert written("released") == [member]


def test_what_was_shown_at_once_and_what_is_old_is_not_written_about(member):
    sat(member)
    sat(member, answers_release="after_close")
    now = timezone.now()
    Assignment.objects.update(opens_at=now - timedelta(days=30), closes_at=now - timedelta(days=9))
    assert sweeps.write_released() == 0


@pytest.mark.parametrize(("release", "letters"), [("at_once", 1), ("never", 0)])
def test_a_changed_score_is_written_once_and_not_before_it_is_shown(member, release, letters):
    attempt = sat(member, scores_release=release, answers_release="never")
    version = attempt.session.items.filter(is_scored=True).first().version
    regrade_with_key(version, keyed_by=corrected(version, (1,)), reason="Wrong key.")
    assert attempt.session.scores.count() == 2
    assert (sweeps.write_changed(), sweeps.write_changed()) == (letters, 0)
    # Exams write nothing of it beside.
    assert notifications.mail() == 0
