"""The database holds what a course promises: each constraint is attacked, and none is forgotten."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from examapp.courses.models import (
    Assignment,
    Attempt,
    CodeTry,
    Course,
    CourseEntry,
    CourseStaff,
    Letter,
    Membership,
    Override,
    QuestionToDiscuss,
    Recipient,
    StaffNote,
)
from examapp.exams import services as exams
from tests.support.builders import make_user
from tests.support.courses import (
    add_member,
    add_staff,
    make_assignment,
    make_course,
    practice_set_of,
)

pytestmark = pytest.mark.django_db

LONG_AGO, LONG_AFTER = "2001-01-01T00:00:00Z", "2101-01-01T00:00:00Z"

# Changes of a row that exists, each against one constraint.
ATTACKS = {
    "course_has_a_name": (Course, {"name": ""}),
    "course_ends_after_it_starts": (Course, {"starts_on": "2026-02-01", "ends_on": "2026-01-01"}),
    "course_code_keeps_its_limit": (Course, {"join_limit": 1, "join_count": 2}),
    "staff_role_is_known": (CourseStaff, {"role": "king", "is_owner": False}),
    "staff_owner_is_a_teacher": (CourseStaff, {"role": "viewer", "is_owner": True}),
    "member_state_is_known": (Membership, {"state": "lost"}),
    "member_letter_is_known": (Membership, {"letter": "lost"}),
    "member_joined_with_consent": (Membership, {"consent_version": None}),
    "member_left_says_when": (Membership, {"left_at": LONG_AGO}),
    "member_extra_time_is_bounded": (Membership, {"time_factor": "0.5"}),
    "assignment_kind_is_known": (Assignment, {"kind": "lost"}),
    "assignment_counts_is_known": (Assignment, {"counts": "lost"}),
    "assignment_late_policy_is_known": (Assignment, {"late_policy": "lost"}),
    "assignment_has_a_title": (Assignment, {"title": ""}),
    "assignment_form_where_all_have_the_same": (Assignment, {"kind": "fixed"}),
    "assignment_closes_after_it_opens": (Assignment, {"closes_at": LONG_AGO}),
    "assignment_due_lies_in_its_window": (Assignment, {"due_at": LONG_AFTER}),
    "assignment_minutes_are_bounded": (Assignment, {"minutes": 1441}),
    "assignment_has_an_attempt": (Assignment, {"attempts": 0}),
    "assignment_practice_says_how_many": (Assignment, {"question_count": 10}),
    "assignment_scores_release_is_whole": (Assignment, {"scores_release": "on_date"}),
    "assignment_answers_release_is_whole": (Assignment, {"answers_release": "lost"}),
    "assignment_explanations_release_is_whole": (
        Assignment,
        {"explanations_release": "after_close", "closes_at": None},
    ),
    "override_is_for_one_or_a_group": (Override, {"group": "evening"}),
    "override_extra_time_is_bounded": (Override, {"extra_minutes": 601}),
    "override_minutes_are_bounded": (Override, {"minutes": 0}),
    "override_closes_after_it_opens": (Override, {"opens_at": LONG_AFTER, "closes_at": LONG_AGO}),
    "attempt_number_from_1": (Attempt, {"number": 0}),
    "attempt_is_a_session_or_practice": (Attempt, {"session": None}),
    "attempt_extra_source_is_known": (Attempt, {"extra_source": "luck"}),
    "letter_kind_is_known": (Letter, {"kind": "lost"}),
    "staff_note_says_something": (StaffNote, {"text": ""}),
    "letter_is_about_an_assignment": (Letter, {"assignment": None}),
}
# Fields of a second row like the first that must be refused.
TWINS = {
    "course_code_is_unique": (Course, {}),
    "staff_is_one_role_a_person": (CourseStaff, {"is_owner": False}),
    "member_is_one_a_person": (Membership, {"email": "", "token": ""}),
    "member_is_one_an_address": (Membership, {"user_id": None, "state": "invited", "token": ""}),
    "member_token_is_unique": (Membership, {"user_id": None, "state": "invited", "email": ""}),
    "recipient_is_one_a_person": (Recipient, {}),
    "override_is_one_a_person": (Override, {}),
    "override_is_one_a_group": (Override, {"membership_id": None, "group": "evening"}),
    "attempt_number_is_unique": (Attempt, {"session_id": "another"}),
    "attempt_reopened_is_a_session": (Attempt, {"session_id": None, "number": 2}),
    "code_try_is_one_a_person": (CodeTry, {}),
    "letter_is_one_an_occasion": (Letter, {}),
    "question_is_marked_once": (QuestionToDiscuss, {}),
}


@pytest.fixture
def rows():
    """One row of every table."""
    course = make_course(join_code="ABCD")
    member = add_member(course, token="t", email="Ada@example.com")
    assignment = make_assignment(course)
    other = exams.start(make_user(), exam=course.exams.get())
    session = exams.start(member.user, exam=course.exams.get())
    attempt = Attempt.objects.create(
        assignment=assignment, membership=member, number=1, session=session
    )
    Override.objects.create(assignment=assignment, group="evening")
    made = {
        Course: course,
        Membership: member,
        Assignment: assignment,
        Attempt: attempt,
        CourseStaff: course.staff.get(),
        Override: Override.objects.create(assignment=assignment, membership=member),
        Recipient: Recipient.objects.create(assignment=assignment, membership=member),
        CodeTry: CodeTry.objects.create(assignment=assignment, membership=member),
        Letter: Letter.objects.create(membership=member, kind="given", assignment=assignment),
        StaffNote: StaffNote.objects.create(membership=member, text="Was ill."),
        QuestionToDiscuss: QuestionToDiscuss.objects.create(
            assignment=assignment, question=session.items.first().version.question
        ),
        CourseEntry: CourseEntry.objects.create(course=course, verb="made"),
    }
    return made | {"another": other}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_row_cannot_be_changed_against_it(rows, name):
    model, change = ATTACKS[name]
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.filter(pk=rows[model].pk).update(**change)


@pytest.mark.parametrize("name", TWINS)
def test_a_second_row_cannot_be_added_against_it(rows, name):
    model, change = TWINS[name]
    twin = model.objects.get(pk=rows[model].pk)
    twin.pk = None
    if name == "attempt_reopened_is_a_session":
        made = practice_set_of(make_user())
        change = {**change, "practice_set": made, "reopens": rows[Attempt]}
    for field, value in change.items():
        setattr(twin, field, rows["another"].pk if value == "another" else value)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        twin.save(force_insert=True)


def test_no_constraint_is_without_an_attack():
    models = apps.get_app_config("courses").get_models()
    names = {each.name for model in models for each in model._meta.constraints}
    assert names == {*ATTACKS, *TWINS}


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_log_of_a_course_is_never_changed(rows, statement):
    with (
        pytest.raises(IntegrityError, match="rows are never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(CourseEntry._meta.db_table))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["delete", "update", "role"])
def test_a_course_keeps_an_owner(how):
    course = make_course()
    add_staff(course, "teacher")
    owners = course.staff.filter(is_owner=True)
    change = {
        "delete": owners.delete,
        "update": lambda: owners.update(is_owner=False),
        "role": lambda: owners.update(is_owner=False, role="viewer"),
    }[how]
    with pytest.raises(IntegrityError, match="keeps an owner"), transaction.atomic():
        change()
    assert course.staff.filter(is_owner=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_owner_may_go_once_another_one_is_there():
    course = make_course()
    heir = add_staff(course, "teacher")
    with transaction.atomic():
        course.staff.filter(is_owner=True).delete()
        course.staff.filter(user=heir).update(is_owner=True)
    assert course.staff.get().user == heir


def test_who_left_long_ago_is_still_one_row():
    course = make_course()
    member = add_member(course, state="left", left_at=timezone.now() - timedelta(days=400))
    with pytest.raises(IntegrityError), transaction.atomic():
        add_member(course, member.user)
