"""The same class on two assignments, and what practice changed between them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from examapp.courses.changes import Change
from examapp.courses.models import Attempt, Recipient
from examapp.courses.pages.effects import effect_words, practiced
from examapp.exams import services
from examapp.practice.models import PracticeSet
from questions.models import Task
from tests.support.builders import make_user
from tests.support.classes import begin, make_class
from tests.support.courses import add_member, make_assignment, practice_set_of

pytestmark = pytest.mark.django_db


def second(taught, *, right, people=None):
    """Let members sit a second mock exam, the first `right` of them with all right."""
    assignment = make_assignment(
        taught.course, title="Mock 2", exam=taught.assignment.exam, opens_at=timezone.now()
    )
    for place, member in enumerate(taught.members[:people]):
        services.finish(begin(member, assignment, all_right=place < right).pk)
    return assignment


def page_of(taught, person=None, **query):
    return taught.client(person or taught.teacher).get(taught.address("compare/"), query)


def test_a_class_that_improved_is_said_so_with_the_range():
    taught = make_class(8, right=0)
    second(taught, right=8)
    page = page_of(taught)
    found = page.context["page"].comparison
    assert found.heading == "The class improved"
    assert "8 people took both. Their average score went from 100 to 1000." in found.sentence
    assert found.titles == ("Mock 1", "Mock 2")
    assert [row.title for row in found.rows][:2] == ["All questions", "1 Domain 1"]
    assert (found.rows[0].before, found.rows[0].after, found.rows[0].change) == (
        "0 %",
        "100 %",
        "+100",
    )


def test_what_chance_may_have_made_is_no_change():
    taught = make_class(6, right=3)
    second(taught, right=4)
    found = page_of(taught).context["page"].comparison
    assert found.heading == "Too early to say whether the class improved"
    assert found.rows[0].range.startswith("likely \N{MINUS SIGN}")


@pytest.mark.parametrize("role", ["teacher", "viewer"])
def test_of_fewer_than_five_who_took_both_no_figure_is_told(role):
    taught = make_class(6, right=3)
    second(taught, right=4, people=4)
    page = page_of(taught, getattr(taught, role))
    found = page.context["page"].comparison
    assert (found.heading, found.rows) == ("Too few to tell. 5 people are needed.", ())
    assert "average score" not in page.content.decode()


def test_who_took_only_one_of_them_moves_nothing():
    taught = make_class(6, right=0)
    later = second(taught, right=6)
    before = page_of(taught).context["page"].comparison
    other = add_member(taught.course, make_user(name="Late"))
    services.finish(begin(other, later, all_right=False).pk)
    assert page_of(taught).context["page"].comparison == before


def test_the_earlier_one_stands_first_from_either_side():
    taught = make_class(5, right=0)
    later = second(taught, right=5)
    address = taught.address("compare/").replace(f"/{taught.assignment.pk}/", f"/{later.pk}/")
    page = taught.client(taught.teacher).get(address, {"with": taught.assignment.pk})
    assert page.context["page"].comparison.titles == ("Mock 1", "Mock 2")


def test_without_another_exam_it_says_what_to_do():
    taught = make_class(5)
    make_assignment(taught.course, kind="practice", question_count=3)
    assert "Nothing to compare with yet" in page_of(taught).content.decode()


@pytest.mark.parametrize("number", ["²", "9" * 30, "x", "0"])
def test_an_assignment_of_another_course_is_not_compared(number):
    taught = make_class(5)
    second(taught, right=5)
    second(taught, right=5, people=0)
    assert page_of(taught, **{"with": number}).context["page"].comparison is None


@pytest.mark.parametrize("size", [5, 25])
def test_it_asks_for_the_same_whatever_the_number(size, django_assert_max_num_queries):
    taught = make_class(size)
    second(taught, right=3)
    client = taught.client(taught.teacher)
    with django_assert_max_num_queries(15):
        client.get(taught.address("compare/"))


# --- What practice changed ------------------------------------------------------------------------


def practice_for(taught, members, *, ended=True, place=0, hours=-1):
    """Give members practice on all topics of a task, and let them end it so many hours from now."""
    task = Task.objects.filter(domain__exam=taught.assignment.exam).order_by("number")[place]
    given = make_assignment(
        taught.course,
        kind="practice",
        question_count=3,
        is_for_all=False,
        exam=taught.assignment.exam,
        follows=taught.assignment,
    )
    for member in members:
        row = Recipient.objects.create(assignment=given, membership=member)
        row.topics.set(task.topics.all())
        made = practice_set_of(member.user)
        if ended:
            at = timezone.now() + timedelta(hours=hours)
            PracticeSet.objects.filter(pk=made.pk).update(started_at=at, ended_at=at)
        Attempt.objects.create(assignment=given, membership=member, number=1, practice_set=made)
    return task


def sentence(taught):
    return taught.client(taught.teacher).get(taught.address("results/")).context["page"].effect


def test_practice_that_nobody_has_ended_says_so():
    taught = make_class(6, right=0)
    practice_for(taught, taught.members, ended=False)
    assert sentence(taught).sentence == "Nobody has done it yet."


def test_before_the_next_exam_nothing_is_said_of_its_effect():
    taught = make_class(6, right=0)
    practice_for(taught, taught.members)
    assert "You will see whether it helped" in sentence(taught).sentence


def test_what_practice_changed_stands_beside_the_results():
    taught = make_class(8, right=2)
    task = practice_for(taught, taught.members[2:])
    second(taught, right=8)
    (first, *_) = people = practiced(taught.assignment)
    assert len(people) == 6
    assert first.tasks == {task.pk}
    said = sentence(taught).sentence
    assert said.startswith("It helped. 6 people took another exam since.")


UNSURE = "Too early to say whether it helped: the difference may be chance."
WHERE = "6 people took another exam since. Where they practiced, they have"


@pytest.mark.parametrize(
    ("after", "low", "high", "words"),
    [
        (0.58, 0.02, 0.14, f"It helped. {WHERE} 8 more right answers in 100"),
        (
            0.42,
            -0.14,
            -0.02,
            f"It did not help. {WHERE} 8 fewer right answers in 100 than expected",
        ),
        (0.51, -0.05, 0.07, f"{UNSURE} {WHERE} 1 more right answer in 100"),
        (0.49, -0.07, 0.05, f"{UNSURE} {WHERE} 1 fewer right answer in 100"),
        (0.5, -0.05, 0.05, f"{UNSURE} {WHERE} as many right answers as"),
        (0.504, 0.001, 0.007, f"It helped. {WHERE} slightly more right answers than"),
        (0.496, -0.007, -0.001, f"It did not help. {WHERE} slightly fewer right answers than"),
    ],
)
def test_an_effect_is_told_as_a_number_without_a_sign(after, low, high, words):
    said = effect_words(Change(0.5, after, low, high, people=6))
    assert said.startswith(f"{words} ")
    assert " expected (likely " in said


def test_of_four_who_practiced_no_effect_is_told():
    taught = make_class(8, right=2)
    practice_for(taught, taught.members[4:])
    second(taught, right=8)
    assert sentence(taught).sentence == (
        "4 people took another exam since. Too few to tell. 5 people are needed."
    )


def test_an_exam_before_the_practice_says_nothing_of_it():
    taught = make_class(8, right=2)
    practice_for(taught, taught.members[2:])
    later = second(taught, right=8)
    long_ago = timezone.now() - timedelta(days=2)
    type(later.taken.first().session).objects.filter(attempt__assignment=later).update(
        started_at=long_ago
    )
    assert practiced(taught.assignment) == []


def test_practice_after_the_next_exam_has_no_part_in_its_result():
    taught = make_class(8, right=2)
    task = practice_for(taught, taught.members[2:])
    second(taught, right=8)
    practice_for(taught, taught.members[2:], place=1, hours=1)
    assert {each.tasks for each in practiced(taught.assignment)} == {frozenset({task.pk})}


def test_results_with_their_effect_ask_for_the_same(django_assert_max_num_queries):
    taught = make_class(12, right=2)
    practice_for(taught, taught.members[2:])
    second(taught, right=8)
    client = taught.client(taught.teacher)
    with django_assert_max_num_queries(15):
        client.get(taught.address("results/"))
