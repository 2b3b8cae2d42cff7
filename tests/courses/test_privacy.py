"""What becomes of people in courses: accounts deleted, records too old, data downloaded."""

from datetime import timedelta

import pytest
from django.utils import timezone

from examapp.courses.models import Course, CourseStaff, Letter, Membership, Override
from examapp.courses.services import attempts
from examapp.courses.services.errors import LastOwner
from examapp.courses.services.privacy import drop_old_records
from examapp.exams import services as exams
from examapp.exams.models import ExamSession
from examapp.privacy import services as privacy
from tests.support.builders import make_user
from tests.support.courses import add_member, add_staff, make_assignment, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    person = make_user(name="Ada Lovelace", email="ada.lovelace@example.com")
    member = add_member(make_course(), person, external_id="lovelace-1", group="ada's group")
    assignment = make_assignment(member.course, scores_release="never", answers_release="never")
    exams.finish(attempts.start(person, assignment=assignment).session_id)
    Letter.objects.create(membership=member, kind="given", assignment=assignment)
    Override.objects.create(assignment=assignment, membership=member, reason="Ada is ill")
    return member


def test_a_deleted_account_is_a_former_member_without_a_name(member):
    privacy.forget(member.user)
    member.refresh_from_db()
    assert (str(member), member.is_former) == ("Former member", True)
    assert (member.email, member.external_id, member.group) == ("", "", "")
    assert member.attempts.count() == 1
    assert not Letter.objects.exists()
    assert Override.objects.get().reason == ""


def test_the_only_owner_of_a_course_hands_it_over_first():
    course = make_course()
    with pytest.raises(LastOwner):
        privacy.forget(course.made_by)
    add_staff(course, "teacher")
    CourseStaff.objects.filter(course=course, role="teacher").update(is_owner=True)
    privacy.forget(course.made_by)
    assert course.staff.count() == 1


def test_who_is_away_too_long_and_owns_a_course_alone_is_kept():
    owner = make_user()
    make_course(owner=owner)
    type(owner).objects.update(joined_at=timezone.now() - timedelta(days=900))
    assert privacy.forget_inactive(days=365) == 0
    owner.refresh_from_db()
    assert owner.is_active


@pytest.mark.parametrize("how", ["archived_at", "ends_on"])
def test_records_go_when_the_retention_of_their_course_ends(member, how):
    def end(days):
        moment = timezone.now() - timedelta(days=days)
        Course.objects.update(
            retention_days=30, **{how: moment if how == "archived_at" else moment.date()}
        )

    assert drop_old_records() == 0
    end(29)
    assert drop_old_records() == 0
    end(32)
    assert drop_old_records() == 1
    assert Membership.objects.count() == 0
    assert ExamSession.objects.count() == 1
    assert drop_old_records() == 0


def test_a_download_has_the_membership_and_nothing_that_is_held_back(member):
    tables = privacy.download(member.user)["tables"]
    assert len(tables["courses.Membership"]) == len(tables["courses.Attempt"]) == 1
    assert tables["exams.Score"] == tables["exams.DomainScore"] == []
    assert {row["credit"] for row in tables["exams.SessionItem"]} == {None}
    assert "Ada is ill" not in str(tables)
    member.course.assignments.update(scores_release="at_once", answers_release="at_once")
    tables = privacy.download(member.user)["tables"]
    assert len(tables["exams.Score"]) == 1
    assert {row["credit"] for row in tables["exams.SessionItem"]} != {None}
