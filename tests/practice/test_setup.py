"""The choice of what to practice, and the start, as pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from examapp.exams import services as exams
from examapp.practice import services
from examapp.practice.models import PracticeSet
from examapp.practice.services import Choice
from questions.models import Question, Topic
from tests.practice.conftest import answer_set, wrong_of
from tests.support.builders import make_exam
from tests.support.pages import html_of

pytestmark = pytest.mark.django_db


def choose(client, exam):
    return client.get(reverse("practice:choose", args=[exam.code]))


def start(client, exam, **fields):
    address = reverse("practice:start", args=[exam.code])
    return client.post(address, {"length": 5, **fields})


def test_every_area_stands_with_how_many_questions_are_free(candidate_client, exam):
    reply = choose(candidate_client, exam)
    assert [domain.count for domain in reply.context["domains"]] == [14, 10]
    text = html_of(reply)
    for topic in Topic.objects.filter(task__domain__exam=exam):
        assert f'name="topic" value="{topic.pk}"' in text


def test_one_click_starts_a_set_that_we_chose(candidate, candidate_client, exam):
    reply = start(candidate_client, exam, length=10)
    made = PracticeSet.objects.of(candidate).get()
    assert reply["Location"] == reverse("practice:question", args=[made.pk, 1])
    assert made.items.count() == 10


def test_a_topic_is_practiced(candidate, candidate_client, exam):
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    start(candidate_client, exam, topic=topic.pk, length=3)
    made = PracticeSet.objects.of(candidate).get()
    assert set(made.items.values_list("topic", flat=True)) == {topic.pk}
    assert made.title == topic.title


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"length": 41}, "Choose at most 40 questions."),
        ({"length": 0}, "Choose at least 1 questions."),
        ({"length": "many"}, "Choose how many questions."),
        ({"topic": 999_999}, "Choose areas of this exam."),
        ({"task": "x"}, "Choose areas of this exam."),
        ({"scope": "easy"}, "Select a valid choice."),
    ],
)
def test_a_choice_that_is_none_is_named(candidate_client, exam, fields, told):
    reply = start(candidate_client, exam, **fields)
    assert reply.status_code == 422
    assert told in reply.content.decode()
    assert not PracticeSet.objects.exists()


def test_areas_of_another_exam_are_none_of_this(candidate_client, exam):
    topic = Topic.objects.filter(task__domain__exam=make_exam()).first()
    assert start(candidate_client, exam, topic=topic.pk).status_code == 422


def test_what_was_chosen_is_shown_again(candidate_client, exam):
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    text = html_of(start(candidate_client, exam, topic=topic.pk, length=99))
    assert f'name="topic" value="{topic.pk}" checked' in text


def test_nothing_to_practice_is_said_in_words(candidate_client, exam):
    reply = start(candidate_client, exam, scope="missed")
    assert reply.status_code == 409
    assert "You missed no question here" in reply.content.decode()


def test_practice_is_closed_while_any_exam_runs(candidate, candidate_client, exam):
    exams.start(candidate, exam=make_exam())
    for reply in (choose(candidate_client, exam), start(candidate_client, exam)):
        assert (reply.status_code, reply.templates[0].name) == (403, "practice/locked.html")
        assert "Practice opens after your exam" in reply.content.decode()
    assert not PracticeSet.objects.exists()


def test_an_open_set_and_past_ones_stand_on_the_page(candidate, candidate_client, exam):
    past = services.start(candidate, exam=exam, choice=Choice(3))
    answer_set(past, candidate)
    services.end(services.start(candidate, exam=exam, choice=Choice(3)).pk)
    open_set = services.start(candidate, exam=exam, choice=Choice(4))
    reply = choose(candidate_client, exam)
    assert (list(reply.context["past"]), reply.context["open_set"]) == ([past], open_set)
    assert "0 of 4 answered" in reply.content.decode()


def test_the_page_costs_the_same_for_more_questions_and_sets(candidate, candidate_client, exam):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            choose(candidate_client, exam)
        return len(asked)

    answer_set(services.start(candidate, exam=exam, choice=Choice(3)), candidate)
    few = cost()
    for _ in range(3):
        answer_set(services.start(candidate, exam=exam, choice=Choice(3)), candidate)
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    Topic.objects.create(task=topic.task, slug="more", title="More")
    assert cost() == few <= 23


def test_a_start_costs_the_same_for_more_questions(candidate, candidate_client, exam):
    def cost(length):
        with CaptureQueriesContext(connection) as asked:
            assert start(candidate_client, exam, length=length).status_code == 302
        return len(asked)

    # The first set has none before it to end.
    cost(3)
    assert cost(3) == cost(20) <= 42
    assert Question.objects.count() == 24


def test_three_modes_say_what_there_is(candidate, candidate_client, exam, days):
    text = choose(candidate_client, exam).content.decode()
    assert "Nothing missed so far." in text
    assert "Shown after 10 more answers." in text
    made = services.start(candidate, exam=exam, choice=Choice(12))
    answer_set(made, candidate, wrong_of)
    reply = choose(candidate_client, exam)
    assert (reply.context["due"], reply.context["missed"]) == (0, 12)
    assert set(reply.context["weak"]) == set(made.items.values_list("topic", flat=True))
    assert "Nothing is due. 12 reviews come on" in reply.content.decode()
    days(1)
    reply = choose(candidate_client, exam)
    assert reply.context["due"] == 12
    assert "A short review today helps you remember." in reply.content.decode()
    assert reverse("study:review", args=[exam.code]) in reply.content.decode()


def test_what_was_missed_is_practiced_by_one_click(candidate, candidate_client, exam):
    made = services.start(candidate, exam=exam, choice=Choice(5))
    answer_set(made, candidate, wrong_of)
    start(candidate_client, exam, scope="missed", length=5, accept_fewer="on")
    again = PracticeSet.objects.of(candidate).open().get()
    asked = set(again.items.values_list("version__question", flat=True))
    assert asked == set(made.items.values_list("version__question", flat=True))


def test_fewer_than_asked_for_is_said_before_the_start(candidate, candidate_client, exam):
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    reply = start(candidate_client, exam, topic=topic.pk, length=10)
    count = topic.questions.count()
    assert reply.status_code == 409
    assert f"Only {count} questions fit what you chose." in reply.content.decode()
    assert not PracticeSet.objects.exists()
    start(candidate_client, exam, topic=topic.pk, length=10, accept_fewer="on")
    assert PracticeSet.objects.get().items.count() == count


def test_how_many_fit_is_counted_as_one_chooses(candidate_client, exam):
    def counted(**fields):
        fields = {"length": 5, **fields}
        return candidate_client.get(reverse("practice:count", args=[exam.code]), fields)

    topic = Topic.objects.filter(task__domain__exam=exam).first()
    assert "24 questions to draw from" in counted().content.decode()
    assert "8 questions to draw from" in counted(topic=topic.pk).content.decode()
    assert "the test will have 8" in counted(topic=topic.pk, length=20).content.decode()
    assert "No question fits" in counted(scope="missed").content.decode()


def test_all_past_sets_are_one_click_away_newest_first(candidate, candidate_client, exam):
    sets = []
    for _ in range(4):
        sets.append(services.start(candidate, exam=exam, choice=Choice(1)))
        answer_set(sets[-1], candidate)
    assert list(choose(candidate_client, exam).context["past"]) == sets[:0:-1]
    shown = candidate_client.get(reverse("practice:choose", args=[exam.code]), {"all": ""})
    assert list(shown.context["past"]) == sets[::-1]
