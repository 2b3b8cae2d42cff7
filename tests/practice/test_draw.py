"""What may be practiced, and what comes first."""

import pytest

from examapp.exams import services as exams
from examapp.exams.models import ExamForm, ExamFormItem
from examapp.practice.services import Choice, NothingToPractice, Scope, draw, end, start
from examapp.study.services import keeping
from questions.hooks import recommendations
from questions.models import Question, Task, Topic
from tests.practice.conftest import answer_set, right_of, wrong_of
from tests.study.conftest import review
from tests.support.builders import make_exam, make_item, make_user, publish, wrong_response
from tests.support.sittings import answer_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_suggests(monkeypatch):
    monkeypatch.setattr(recommendations, "_answers", {})


def drawn(candidate, exam, **fields):
    return draw.draw(candidate, exam, Choice(**{"length": 40, **fields}))


def keys(questions):
    return {question.pk for question in questions}


def test_what_a_fixed_form_asks_is_kept_for_it(candidate, exam):
    kept, archived = Question.objects.pool(exam)[:2]
    for question, is_archived in ((kept, False), (archived, True)):
        form = ExamForm.objects.create(
            exam=exam, kind="fixed", slug=f"mock-{question.pk}", seed=0, is_archived=is_archived
        )
        ExamFormItem.objects.create(form=form, position=1, question=question, is_scored=True)
    found = keys(drawn(candidate, exam))
    assert kept.pk not in found
    assert archived.pk in found


def test_the_questions_of_a_fresh_form_are_not_kept(candidate, outsider, exam):
    exams.start(outsider, exam=exam)
    assert len(drawn(candidate, exam)) == 24


def test_nothing_that_an_open_sitting_asks(candidate, exam):
    asked = exams.start(candidate, exam=exam).items.values_list("version__question", flat=True)
    assert not keys(drawn(candidate, exam)) & set(asked)


def test_only_what_is_published_and_no_sample_and_no_other_exam(candidate, exam):
    make_exam()
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    sample = publish(exam, topic, make_item("multiple_choice", "sample"), is_sample=True)
    retired = Question.objects.pool(exam).first()
    Question.objects.filter(pk=retired.pk).update(status="retired")
    found = keys(drawn(candidate, exam))
    assert found == set(Question.objects.pool(exam).values_list("pk", flat=True))
    assert not found & {sample.pk, retired.pk}


def test_areas_are_added_up(candidate, exam):
    topics = list(Topic.objects.filter(task__domain__exam=exam).order_by("pk"))
    found = drawn(candidate, exam, topics=(topics[0].pk,), tasks=(topics[2].task_id,))
    assert {question.topic_id for question in found} == {topics[0].pk, topics[2].pk}
    found = drawn(candidate, exam, domains=(topics[0].task.domain_id,))
    assert {question.topic_id for question in found} == {topics[0].pk, topics[1].pk}


def test_a_topic_draws_no_other(candidate, exam):
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    other = Topic.objects.create(task=topic.task, slug="other", title="Other")
    moved = list(topic.questions.values_list("pk", flat=True)[2:])
    Question.objects.filter(pk__in=moved).update(topic=other)
    assert len(drawn(candidate, exam, topics=(topic.pk,), length=4)) == 2
    assert start(candidate, exam=exam, choice=Choice(4, topics=(topic.pk,))).title == topic.title


def test_saved_ones_are_those_that_were_saved(candidate, exam):
    with pytest.raises(NothingToPractice, match="You saved no question"):
        drawn(candidate, exam, scope=Scope.SAVED)
    question = Question.objects.pool(exam).first()
    keeping.save(candidate, question)
    assert keys(drawn(candidate, exam, scope=Scope.SAVED)) == {question.pk}


def test_what_was_missed_last_comes_first(candidate, exam):
    for _ in range(2):
        practiced = start(candidate, exam=exam, choice=Choice(3, scope=Scope.NEW))
        answer_set(practiced, candidate, wrong_of)
    newest = set(practiced.items.values_list("version__question", flat=True))
    assert keys(drawn(candidate, exam, scope=Scope.MISSED, length=3)) == newest


def test_what_a_review_got_right_is_missed_no_more(candidate, exam, days):
    practiced = start(candidate, exam=exam, choice=Choice(1))
    answer_set(practiced, candidate, wrong_of)
    days(1)
    review(candidate, exam)
    with pytest.raises(NothingToPractice):
        drawn(candidate, exam, scope=Scope.MISSED)


def test_only_new_ones_are_those_never_met(candidate, exam):
    session = exams.start(candidate, exam=exam)
    exams.finish(session.pk)
    met = set(session.items.values_list("version__question", flat=True))
    practiced = start(candidate, exam=exam, choice=Choice(3, scope=Scope.NEW))
    answer_set(practiced, candidate)
    met |= set(practiced.items.values_list("version__question", flat=True))
    new = keys(drawn(candidate, exam, scope=Scope.NEW))
    assert len(met) == 15
    assert new == keys(Question.objects.pool(exam)) - met


def test_only_missed_ones_are_those_not_right_the_last_time(candidate, exam):
    session = exams.start(candidate, exam=exam)
    answer_all(session, lambda item: wrong_response(item) if item.position < 7 else None)
    exams.finish(session.pk)
    missed = keys(drawn(candidate, exam, scope=Scope.MISSED))
    assert missed == set(session.items.values_list("version__question", flat=True))
    practiced = start(candidate, exam=exam, choice=Choice(5, scope=Scope.MISSED))
    answer_set(practiced, candidate, lambda i: right_of(i) if i.position < 4 else wrong_of(i))
    right = practiced.items.filter(credit=1).values_list("version__question", flat=True)
    assert keys(drawn(candidate, exam, scope=Scope.MISSED)) == missed - set(right)
    assert len(right) == 3


def test_what_was_seen_longest_ago_comes_first(candidate, exam):
    sets = []
    for _ in range(4):
        practiced = start(candidate, exam=exam, choice=Choice(6))
        answer_set(practiced, candidate)
        sets.append(set(practiced.items.values_list("version__question", flat=True)))
    assert len(set.union(*sets)) == 24
    assert keys(drawn(candidate, exam, length=6)) == sets[0]


def test_nothing_left_is_said_in_words(candidate, exam):
    Question.objects.all().update(status="retired")
    for scope in Scope:
        with pytest.raises(NothingToPractice, match="Choose more"):
            drawn(candidate, exam, scope=scope)


def test_the_choice_that_is_left_to_us_is_what_tells_most(candidate, exam, monkeypatch):
    asked = []

    def suggest(person, of, questions, count):
        asked.append((person, of, count))
        return sorted(questions)[3:5]

    recommendations.register("tests", suggest)
    found = [question.pk for question in drawn(candidate, exam, length=3)]
    assert found[:2] == sorted(keys(Question.objects.pool(exam)))[3:5]
    assert asked == [(candidate.pk, exam, 6)]
    task = Task.objects.filter(domain__exam=exam).first()
    drawn(candidate, exam, tasks=(task.pk,))
    drawn(candidate, exam, scope=Scope.NEW)
    assert len(asked) == 1


def test_what_was_met_is_not_suggested(candidate, exam):
    practiced = start(candidate, exam=exam, choice=Choice(4))
    answer_set(practiced, candidate)
    met = set(practiced.items.values_list("version__question", flat=True))
    offered = []
    recommendations.register(
        "tests", lambda person, of, questions, count: offered.append(set(questions)) or []
    )
    drawn(candidate, exam)
    assert offered == [keys(Question.objects.pool(exam)) - met]


def test_who_fails_to_suggest_stops_no_set(candidate, exam, caplog):
    def fail(*args):
        raise ArithmeticError("no figures")

    recommendations.register("tests", fail)
    assert len(drawn(candidate, exam, length=5)) == 5
    assert "nothing_recommended" in caplog.text


def test_nobody_is_asked_of_nothing(candidate, exam):
    answer_set(start(candidate, exam=exam, choice=Choice(24)), candidate)
    asked = []
    recommendations.register("tests", lambda *args: asked.append(args) or [])
    assert len(drawn(candidate, exam, length=5)) == 5
    assert not asked


def test_a_fresh_mock_exam_holds_first_what_was_not_practiced(candidate, exam):
    practiced = start(candidate, exam=exam, choice=Choice(8, scope=Scope.NEW))
    # What somebody else is asked makes a whole form: the eight lie outside it.
    possible = exams.start(make_user(), exam=exam).items.values("version__question")
    others = Question.objects.pool(exam).exclude(pk__in=possible).select_related("current_version")
    practiced.items.all().delete()
    for position, question in enumerate(others[:8], 1):
        practiced.items.create(
            position=position,
            version=question.current_version,
            topic_id=question.topic_id,
            shuffle=list(range(len(question.current_version.content["options"]))),
        )
    answer_set(practiced, candidate)
    told = set(practiced.items.values_list("version__question", flat=True))
    assert len(told) == 8
    session = exams.start(candidate, exam=exam)
    assert not told & set(session.items.values_list("version__question", flat=True))


def test_a_case_comes_with_its_question(candidate, exam, candidate_client):
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    case = exam.cases.create(ref="case-1", title="A shop", scenario="It sells.")
    question = publish(exam, topic, make_item("multiple_choice", "cased"), case=case)
    Question.objects.exclude(pk=question.pk).update(status="retired")
    practiced = start(candidate, exam=exam, choice=Choice(3))
    assert practiced.items.count() == 1
    page = candidate_client.get(f"/practised/{practiced.pk}/1/").content.decode()
    assert "It sells." in page
    end(practiced.pk)
