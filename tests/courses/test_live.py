"""A class while it sits: watched by one statement, helped by staff."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from examapp.courses.models import Attempt, Letter, Override
from examapp.courses.pages.sitters import sitters
from examapp.exams import services
from examapp.exams.models import SessionItem
from tests.support.builders import make_user
from tests.support.classes import begin, make_class
from tests.support.courses import add_member, make_assignment, practice_set_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def taught():
    """Five people: one is done, two are in the exam, two have not begun."""
    taught = make_class(1)
    for place in range(4):
        member = add_member(taught.course, make_user(name=f"Late {place}"))
        taught.members.append(member)
        if place < 2:
            begin(member, taught.assignment)
    return taught


def act(taught, verb, *members, **data):
    data |= {"do": verb, "member": [member.pk for member in members]}
    return taught.client(taught.assistant).post(taught.address("live/help/"), data, follow=True)


def test_everybody_is_counted_where_they_are(taught):
    page = taught.client(taught.teacher).get(taught.address("live/"))
    counts = {count.state: count.n for count in page.context["page"].counts}
    assert counts == {"done": 1, "in": 2, "late": 0, "not": 2}
    assert [line.answered for line in page.context["page"].lines] == ["12 of 12"] * 2


def test_a_class_is_read_by_one_statement_whatever_the_number(taught):
    for number in (0, 20):
        for _ in range(number):
            add_member(taught.course)
        with CaptureQueriesContext(connection) as asked:
            sitters(taught.assignment)
        assert len(asked) == 1


def test_no_key_and_no_answer_is_read(taught):
    with CaptureQueriesContext(connection) as asked:
        sitters(taught.assignment)
    sql = asked.captured_queries[0]["sql"]
    assert '"key"' not in sql
    assert "credit" not in sql
    assert "response" not in sql.replace("count(response)", "")


def test_htmx_gets_the_part_that_changes(taught):
    client = taught.client(taught.teacher)
    page = client.get(taught.address("live/"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert 'hx-trigger="every 10s"' in page


def test_the_polling_ends_when_it_is_over():
    taught = make_class(1, closes_at=timezone.now() - timedelta(minutes=1))
    client = taught.client(taught.teacher)
    page = client.get(taught.address("live/"), headers={"HX-Request": "true"})
    assert page.status_code == 286
    assert "hx-get" not in page.content.decode()


def test_who_was_not_heard_of_stands_first(taught):
    quiet = Attempt.objects.get(membership=taught.members[2]).session
    SessionItem.objects.filter(session=quiet).update(
        answered_at=timezone.now() - timedelta(minutes=10)
    )
    services_started = timezone.now() - timedelta(minutes=20)
    type(quiet).objects.filter(pk=quiet.pk).update(started_at=services_started)
    page = taught.client(taught.teacher).get(taught.address("live/"))
    first = page.context["page"].lines[0]
    assert first.id == taught.members[2].pk
    assert first.connection == "No signal for 10 minutes"


def test_more_time_moves_the_deadline_and_is_told(taught):
    session = Attempt.objects.get(membership=taught.members[1]).session
    before = session.deadline_at
    page = act(taught, "add_time", taught.members[1], minutes=10)
    session.refresh_from_db()
    assert session.deadline_at - before == timedelta(minutes=10)
    assert "1 person has 10 minutes more." in page.content.decode()


def test_all_in_the_exam_get_more_time_with_one_tick(taught):
    page = act(taught, "add_time", minutes=5, all=1)
    assert "2 people have 5 minutes more." in page.content.decode()


def test_a_reopened_try_goes_on_and_keeps_the_earlier_score(taught):
    page = act(taught, "reopen", taught.members[0], minutes=20)
    assert "1 person may go on for 20 minutes." in page.content.decode()
    numbers = Attempt.objects.filter(membership=taught.members[0]).count()
    assert numbers == 2


def test_practice_is_not_reopened_and_the_page_stays(taught):
    given = make_assignment(taught.course, kind="practice", question_count=3)
    member = taught.members[0]
    Attempt.objects.create(
        assignment=given, membership=member, number=1, practice_set=practice_set_of(member.user)
    )
    page = taught.client(taught.assistant).post(
        f"/courses/{taught.course.pk}/assignments/{given.pk}/live/help/",
        {"do": "reopen", "member": member.pk},
    )
    assert page.status_code == 302
    assert Attempt.objects.filter(assignment=given).count() == 1


def test_minutes_in_other_digits_are_the_usual_ones(taught):
    page = act(taught, "add_time", minutes="²", all=1)
    assert "2 people have 10 minutes more." in page.content.decode()


def test_a_sitting_is_ended_with_what_is_saved(taught):
    act(taught, "end", taught.members[1])
    assert not Attempt.objects.get(membership=taught.members[1]).session.is_open


def test_those_who_have_not_begun_are_reminded_and_nobody_else(taught):
    page = act(taught, "remind")
    assert "2 reminders are on their way." in page.content.decode()
    reminded = Letter.objects.filter(kind="reminder").values_list("membership", flat=True)
    assert set(reminded) == {member.pk for member in taught.members[3:]}


def test_who_is_excused_does_not_wait_any_more(taught):
    act(taught, "excuse", taught.members[4])
    counts = taught.client(taught.teacher).get(taught.address("live/")).context["page"].counts
    assert {count.state: count.n for count in counts}["not"] == 1


def test_another_try_is_added_to_those_that_were_given(taught):
    act(taught, "another", taught.members[0])
    act(taught, "another", taught.members[0])
    assert Override.objects.get(membership=taught.members[0]).extra_attempts == 2


def test_nobody_picked_is_said(taught):
    page = act(taught, "end")
    assert "Pick at least one person first." in page.content.decode()


def test_somebody_of_another_course_is_never_touched(taught):
    other = make_class(1)
    act(taught, "excuse", other.members[0])
    assert not Override.objects.exists()


def test_a_viewer_does_not_watch(taught):
    assert taught.client(taught.viewer).get(taught.address("live/")).status_code == 404


def test_an_assignment_nobody_has_begun_says_when_it_opens():
    taught = make_class(0)
    mock = make_assignment(
        taught.course,
        exam=taught.assignment.exam,
        opens_at=timezone.now() + timedelta(minutes=12, seconds=20),
    )
    taught.assignment = mock
    page = taught.client(taught.teacher).get(taught.address("live/")).content.decode()
    assert "Opens in 12 minutes" in page


def test_ending_is_not_undone_by_a_second_click(taught):
    act(taught, "end", taught.members[1])
    page = act(taught, "end", taught.members[1])
    assert "0 ended." in page.content.decode()
    assert services.sessions_of(taught.members[1].user).finished().count() == 1
