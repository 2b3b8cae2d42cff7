"""What a student gets: join, what is to do, begin, what is held back, leave."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from examapp.courses.models import Attempt, Membership
from examapp.courses.services import attempts
from examapp.exams import services as exams
from questions.models import Question
from tests.support.builders import make_exam, make_user
from tests.support.classes import make_class
from tests.support.courses import add_member, make_assignment, make_course

pytestmark = pytest.mark.django_db

CODE = "BCDFGHJK"


@pytest.fixture
def course():
    return make_course(name="Evening class", zone="Europe/Berlin", join_code=CODE)


@pytest.fixture
def student():
    return make_user(name="Farah")


@pytest.fixture
def own(client, student):
    client.force_login(student)
    return client


def text_of(client, name, *args):
    return client.get(reverse(f"courses:{name}", args=args)).content.decode()


def test_the_code_on_the_board_leads_to_what_is_agreed_to(course, own):
    reply = own.post(reverse("courses:join"), {"code": "bcdf-ghjk"})
    assert reply["Location"] == reverse("courses:consent", args=[CODE])
    text = text_of(own, "consent", CODE)
    assert "What your teacher will see" in text
    assert "Mock exams that you take by yourself." in text
    assert not course.members.exists()


def test_joining_is_a_step_of_its_own(course, own, student):
    own.post(reverse("courses:consent", args=[CODE]))
    assert course.members.get().user == student
    assert "You are in Evening class." in text_of(own, "for_you")


def test_a_code_that_opens_nothing_is_said_at_its_place(own):
    page = own.post(reverse("courses:join"), {"code": "NOPE"})
    assert page.status_code == 422
    assert "No course has this code. Check it and type it again." in page.content.decode()
    assert own.get(reverse("courses:consent", args=["NOPE"])).status_code == 404


def test_a_full_course_says_so(course, own):
    type(course).objects.filter(pk=course.pk).update(join_limit=1, join_count=1)
    page = own.post(reverse("courses:consent", args=[CODE]))
    assert "This course is full." in page.content.decode()


def test_an_invitation_s_link_joins_whatever_address_one_has(course, own, student):
    add_member(course, state="invited", token="a-token")
    assert "Evening class" in text_of(own, "join_invited", "a-token")
    own.post(reverse("courses:join_invited", args=["a-token"]))
    assert course.members.get().user == student
    assert own.get(reverse("courses:join_invited", args=["a-token"])).status_code == 404


def test_what_is_open_comes_first_then_what_comes_then_what_is_done(course, own, student):
    add_member(course, student)
    now, exam = timezone.now(), course.exams.get()
    make_assignment(course, title="Open", exam=exam)
    make_assignment(
        course, title="Later", exam=exam, opens_at=now + timedelta(days=2), closes_at=None
    )
    make_assignment(course, title="Missed", exam=exam, closes_at=now - timedelta(hours=1))
    make_assignment(course, title="Draft", exam=exam, published_at=None)
    page = own.get(reverse("courses:for_you")).context["page"]
    assert [task.title for task in page.now] == ["Open"]
    assert [task.title for task in page.next] == ["Later"]
    assert [(task.title, task.sub[:9]) for task in page.done] == [("Missed", "Closed on")]


def test_times_are_the_reader_s_own_with_the_course_s_beside_them(course, own, student):
    add_member(course, student)
    make_assignment(course)
    own.cookies["time_zone"] = "America/New_York"
    assert "in Berlin)." in text_of(own, "for_you")


def test_extra_time_is_counted_in(course, own, student):
    add_member(course, student, time_factor="1.5")
    make_assignment(course)
    text = text_of(own, "for_you")
    assert "45 minutes, with your extra time" in text
    assert "You have extra time in this course." in text


def test_the_clock_runs_from_the_button_and_not_before(course, own, student):
    add_member(course, student)
    given = make_assignment(course)
    assert "The clock runs from the moment you start." in text_of(own, "assigned", given.pk)
    assert not Attempt.objects.exists()
    reply = own.post(reverse("courses:assigned", args=[given.pk]))
    attempt = Attempt.objects.get()
    assert reply["Location"] == reverse("exams:room", args=[attempt.session_id])
    # A second click goes on with the same sitting.
    own.post(reverse("courses:assigned", args=[given.pk]))
    assert Attempt.objects.count() == 1
    assert "Continue, " in text_of(own, "for_you")


def test_practice_begins_without_a_clock(course, own, student):
    add_member(course, student)
    exam = course.exams.get()
    given = make_assignment(course, kind="practice", question_count=3, exam=exam)
    given.topics.set(exam.domains.first().tasks.first().topics.all())
    reply = own.post(reverse("courses:assigned", args=[given.pk]))
    attempt = Attempt.objects.get()
    assert reply["Location"] == reverse("practice:question", args=[attempt.practice_set_id, 1])


def practice_of(course, student):
    add_member(course, student)
    given = make_assignment(course, kind="practice", question_count=3)
    given.topics.set(course.exams.get().domains.first().tasks.first().topics.all())
    return given


def test_practice_does_not_begin_in_an_exam_and_says_so(course, own, student):
    given = practice_of(course, student)
    exams.start(student, exam=make_exam())
    page = own.post(reverse("courses:assigned", args=[given.pk]))
    assert page.status_code == 422
    assert "You are in an exam. Finish it first" in page.content.decode()
    assert not Attempt.objects.exists()


def test_practice_without_a_question_that_is_free_says_so(course, own, student):
    given = practice_of(course, student)
    Question.objects.update(status="retired")
    page = own.post(reverse("courses:assigned", args=[given.pk]))
    assert page.status_code == 422
    assert page.context["form"].non_field_errors()
    assert not Attempt.objects.exists()


def test_a_guest_who_waited_in_line_is_told_by_the_assignment(course):
    guest = make_user(role="guest")
    add_member(course, guest)
    given = make_assignment(course)
    exams.finish(exams.start(guest, exam=make_exam()).pk)
    assert attempts.go_on(guest, given.pk) == reverse("courses:assigned", args=[given.pk])
    assert not Attempt.objects.exists()


def test_a_wrong_access_code_is_said_and_five_lock_the_door(course, own, student):
    add_member(course, student)
    given = make_assignment(course, access_code="Tulpe")
    address = reverse("courses:assigned", args=[given.pk])
    first = own.post(address, {"access_code": "Rose"})
    assert first.status_code == 422
    assert "The access code is wrong. 4 tries are left." in first.content.decode()
    for _ in range(4):
        last = own.post(address, {"access_code": "Rose"})
    assert "The code was wrong too often." in last.content.decode()
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"closes_at": timedelta(hours=-1)}, "It closed "),
        ({"opens_at": timedelta(hours=2)}, "It opens "),
    ],
)
def test_what_is_not_open_says_why_and_does_not_begin(course, own, student, fields, sentence):
    add_member(course, student)
    moments = {name: timezone.now() + after for name, after in fields.items()}
    given = make_assignment(course, **moments)
    assert sentence in text_of(own, "assigned", given.pk)
    assert own.post(reverse("courses:assigned", args=[given.pk])).status_code == 422
    assert not Attempt.objects.exists()


def test_what_others_were_given_is_not_there(course, own, student):
    add_member(course, student)
    other = make_assignment(make_course())
    assert own.get(reverse("courses:assigned", args=[other.pk])).status_code == 404


def test_a_score_that_is_held_back_is_not_shown(own):
    taught = make_class(1, right=1, scores_release="after_close")
    own.force_login(taught.members[0].user)
    text = text_of(own, "for_you")
    assert "1000" not in text
    assert "score from" in text
    type(taught.assignment).objects.update(scores_release="at_once")
    assert "1000" in text_of(own, "for_you")


def test_the_calendar_has_what_is_to_come(course, own, student):
    add_member(course, student)
    make_assignment(course, title="Mock 1, part A")
    text = text_of(own, "calendar")
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert "SUMMARY:Mock 1\\, part A closes" in text


def test_who_sees_what_is_one_click_away_and_so_is_leaving(course, own, student):
    add_member(course, student)
    assert "What your teacher does not see" in text_of(own, "membership", course.pk)
    own.post(reverse("courses:leave", args=[course.pk]))
    assert Membership.objects.get().is_former
    assert own.get(reverse("courses:membership", args=[course.pk])).status_code == 404


def test_letters_can_be_switched_off(course, own, student):
    add_member(course, student)
    own.post(reverse("courses:membership", args=[course.pk]), {})
    assert not Membership.objects.get().wants_letters


def test_what_is_to_do_stands_on_the_home_of_a_student(course, own, student):
    add_member(course, student)
    make_assignment(course, title="Mock of the week")
    assert "Mock of the week" in own.get(reverse("home")).content.decode()


def test_it_asks_for_the_same_however_much_was_given(
    course, own, student, django_assert_max_num_queries
):
    add_member(course, student)
    for _ in range(6):
        make_assignment(course)
    with django_assert_max_num_queries(12):
        own.get(reverse("courses:for_you"))
