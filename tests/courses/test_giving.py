"""An assignment is filled in, read back, kept as a draft, given out, changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from examapp.courses.models import Assignment, Course, Letter
from examapp.courses.pages import said
from tests.support.builders import make_user
from tests.support.classes import begin
from tests.support.courses import add_member, make_assignment, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    course = make_course(name="Evening class", zone="Europe/Berlin")
    add_member(course, make_user(name="Amara"))
    add_member(course, make_user(name="Elif"), time_factor="1.25", group="B")
    return course


@pytest.fixture
def teacher(course, client):
    client.force_login(course.made_by)
    return client


def filled(course, **changes):
    return {
        "title": "Mock 1",
        "exam": course.exams.get().pk,
        "source": "own",
        "opens_at": "2027-07-05T08:00",
        "closes_at": "2027-07-09T18:00",
        "tries": "1",
        "group": "",
        "minutes": "",
        "at_close": "hard_close",
        "scores": "at_once",
        "answers": "after_close",
        "explanations": "after_close",
        "release_at": "",
        "is_graded": "on",
        "counts": "best",
        "access_code": "",
        "do": "give",
        **changes,
    }


def post(client, course, **changes):
    return client.post(
        reverse("courses:new_assignment", args=[course.pk]), filled(course, **changes)
    )


def test_a_new_form_can_be_read_back_before_anything_is_typed(course, teacher):
    page = teacher.get(reverse("courses:new_assignment", args=[course.pk])).content.decode()
    assert "2 people may take Mini exam" in page
    assert "Elif has more time: 37 minutes." in page
    assert "Give to 2 people" in page


def test_it_is_given_in_the_course_s_own_time(course, teacher):
    assert post(teacher, course, send_mail="on").status_code == 302
    given = Assignment.objects.get()
    assert given.is_published
    assert given.closes_at.isoformat() == "2027-07-09T16:00:00+00:00"
    assert Letter.objects.filter(kind="given").count() == 2


def test_it_is_read_back_in_whole_sentences(course, teacher):
    page = post(teacher, course, do="look")
    text = page.content.decode()
    assert "They may take it once. Each gets other questions. They have 30 minutes." in text
    assert "It is open between" in text
    assert "8:00 and" in text
    assert "(Berlin)" in text
    assert "They see the score at once. They see the right answers after it closes (" in text
    assert not Assignment.objects.exists()


def test_htmx_asks_for_the_sentence_alone_and_never_gives(course, teacher):
    page = teacher.post(
        reverse("courses:new_assignment", args=[course.pk]),
        filled(course, tries="0"),
        headers={"HX-Request": "true"},
    )
    assert b"as often as they like" in page.content
    assert b"<html" not in page.content
    assert not Assignment.objects.exists()


def test_a_draft_is_seen_by_staff_alone(course, teacher):
    post(teacher, course, do="draft")
    assert not Assignment.objects.get().is_published


def test_a_group_alone_gets_it(course, teacher):
    post(teacher, course, group="B")
    names = Assignment.objects.get().recipients.values_list("membership__name", flat=True)
    assert list(names) == ["Elif"]


@pytest.mark.parametrize(
    ("changes", "place", "sentence"),
    [
        ({"closes_at": "2027-07-01T08:00"}, "closes_at", "It closes before it opens."),
        ({"closes_at": ""}, "closes_at", "choose when it closes"),
        ({"scores": "on_date"}, "release_at", "Choose the date."),
        ({"opens_at": "2027-03-28T02:30"}, "opens_at", "couldn’t be interpreted"),
    ],
)
def test_what_cannot_be_is_said_at_its_place_and_nothing_typed_is_lost(
    course, teacher, changes, place, sentence
):
    page = post(teacher, course, title="My title", **changes)
    assert page.status_code == 422
    text = page.content.decode()
    assert sentence in text
    assert f'id="id_{place}_error"' in text
    assert 'value="My title"' in text
    assert not Assignment.objects.exists()


def test_an_assignment_that_is_closed_already_is_not_given(course, teacher):
    past = timezone.now() - timedelta(hours=1)
    page = post(
        teacher,
        course,
        opens_at="",
        closes_at=past.strftime("%Y-%m-%dT%H:%M"),
        answers="never",
        explanations="never",
    )
    assert page.status_code == 422
    assert not Assignment.objects.exists()


def test_its_end_is_moved_while_it_runs(course, teacher):
    given = make_assignment(course)
    changes = filled(course, opens_at="", title=given.title)
    teacher.post(given.get_absolute_url(), changes)
    given.refresh_from_db()
    assert given.closes_at.year == 2027


def test_its_questions_stay_once_somebody_has_begun(course, teacher):
    given = make_assignment(course)
    begin(course.members.first(), given)
    page = teacher.post(given.get_absolute_url(), filled(course, source="same"))
    assert page.status_code == 422
    assert "Somebody has started it" in page.content.decode()


def test_what_is_there_is_shown_when_it_is_changed(course, teacher):
    given = make_assignment(course, title="Mock 7", attempts=2)
    page = teacher.get(given.get_absolute_url()).content.decode()
    assert 'value="Mock 7"' in page
    assert "Save the changes" in page
    assert "They may take it 2 times." in page


def practice_of(course, **fields):
    given = make_assignment(course, kind="practice", question_count=5, attempts=None, **fields)
    given.topics.set(course.exams.get().domains.first().tasks.first().topics.all())
    return given


def test_practice_stays_practice_when_it_is_changed(course, teacher):
    given = practice_of(course)
    topics = set(given.topics.values_list("pk", flat=True))
    page = teacher.get(given.get_absolute_url())
    assert page.status_code == 200
    assert "may practice 5 questions" in page.content.decode()
    assert 'name="source"' not in page.content.decode()
    changes = {"title": "More of it", "question_count": "7", "tries": "0", "counts": "best"}
    reply = teacher.post(given.get_absolute_url(), {**changes, "do": "give"})
    assert reply.status_code == 302
    given.refresh_from_db()
    assert (given.kind, given.title, given.question_count) == ("practice", "More of it", 7)
    assert given.attempts is None
    assert topics
    assert set(given.topics.values_list("pk", flat=True)) == topics


def test_what_the_form_does_not_ask_for_stays(course, teacher):
    due = timezone.now() + timedelta(hours=3)
    given = make_assignment(course, due_at=due)
    teacher.post(given.get_absolute_url(), filled(course, opens_at="", title="New"))
    given.refresh_from_db()
    assert (given.title, given.due_at) == ("New", due)
    teacher.post(given.get_absolute_url(), filled(course, opens_at="2027-07-05T08:00"))
    given.refresh_from_db()
    assert given.due_at is None


def test_whom_it_was_given_is_shown_and_stays_when_it_is_changed(course, teacher):
    post(teacher, course, group="B")
    given = Assignment.objects.get()
    page = teacher.get(given.get_absolute_url())
    assert "1 person may take" in page.content.decode()
    assert 'name="group"' not in page.content.decode()
    teacher.post(given.get_absolute_url(), filled(course, title="New"))
    given.refresh_from_db()
    assert (given.title, given.is_for_all, given.recipients.count()) == ("New", False, 1)


def test_an_end_before_the_due_date_takes_the_due_date_along(course, teacher):
    given = make_assignment(course, due_at=timezone.now() + timedelta(hours=3))
    ends = (timezone.now() + timedelta(hours=2)).astimezone(ZoneInfo(course.zone))
    closes = ends.strftime("%Y-%m-%dT%H:%M")
    teacher.post(given.get_absolute_url(), filled(course, opens_at="", closes_at=closes))
    given.refresh_from_db()
    assert given.due_at == given.closes_at == ends.replace(second=0, microsecond=0)


def test_a_group_that_is_sent_for_one_that_was_given_says_nothing(course, teacher):
    given = make_assignment(course)
    page = teacher.post(given.get_absolute_url(), filled(course, do="look", group="B"))
    assert "2 people may take" in page.content.decode()


RELEASES = {
    "at_once": "at once.",
    "after_close": "after it closes (5 Jul 2027, 12:00).",
    "on_date": "from 1 Aug 2027, 12:00.",
}


@pytest.mark.parametrize(("release", "words"), RELEASES.items())
def test_when_scores_and_answers_are_shown_is_said_alike(release, words):
    at = datetime(2027, 8, 1, 12, tzinfo=UTC)
    assignment = Assignment(
        course=Course(zone="UTC"),
        closes_at=datetime(2027, 7, 5, 12, tzinfo=UTC),
        scores_release=release,
        scores_at=at,
        answers_release=release,
        answers_at=at,
    )
    assert said.shown_words(assignment, datetime(2026, 1, 1, tzinfo=UTC)) == [
        f"They see the score {words}",
        f"They see the right answers {words}",
    ]


@pytest.mark.parametrize(
    ("release", "score", "answers"),
    [
        ("never", "They never see the score.", "They never see the right answers."),
        (
            "after_close",
            "They see the score after it closes.",
            "They see the right answers after it closes.",
        ),
    ],
)
def test_what_has_no_date_is_said_without_one(release, score, answers):
    assignment = Assignment(
        course=Course(zone="UTC"), scores_release=release, answers_release=release
    )
    assert said.shown_words(assignment, timezone.now()) == [score, answers]
