"""Which questions the check without an account asks."""

from collections import Counter

import numpy as np
import pytest
from django.urls import reverse

from examapp.exams.models import ExamForm, ExamFormItem
from examapp.practice.services import Choice, draw, start
from examapp.reports.measurement import next_items
from examapp.reports.models import Calibration
from examapp.reports.weak_areas.basis import exam_basis
from examapp.views.check import QUESTIONS
from questions.models import Question, Topic
from tests.practice.conftest import answer_set
from tests.support.builders import make_exam, make_item, publish_at_once

pytestmark = pytest.mark.django_db

CHECK = Choice(length=QUESTIONS, explains_at_end=True, is_check=True)


@pytest.fixture
def exam():
    """An exam of two domains, by 60 to 40, and thirty questions."""
    exam = make_exam()
    topics = Topic.objects.filter(task__domain__exam=exam).order_by("pk")
    extra = [(topics[n % 4], make_item("multiple_choice", f"{exam.code}-x{n}")) for n in range(6)]
    publish_at_once(exam, extra)
    assert Question.objects.pool(exam).count() == 30
    return exam


def domains_of(questions):
    return Counter(question.topic.task.domain.number for question in questions)


def test_each_domain_has_its_share(candidate, exam):
    for _ in range(5):
        assert domains_of(draw.draw(candidate, exam, CHECK)) == {1: 7, 2: 5}


def test_no_topic_waits_for_another_to_be_asked_twice_over(candidate, exam):
    topics = Counter(question.topic_id for question in draw.draw(candidate, exam, CHECK))
    assert len(topics) == 4
    assert max(topics.values()) <= 4


def test_a_small_domain_is_asked_about_too(candidate, exam):
    exam.domains.filter(number=2).update(weight=1)
    assert domains_of(draw.draw(candidate, exam, CHECK))[2] >= 1


def test_what_an_item_tells_decides(candidate, exam):
    """Of a topic's questions those are asked that are neither too easy nor too hard."""
    versions = dict(Question.objects.pool(exam).values_list("pk", "current_version"))
    telling = {key for number, key in enumerate(sorted(versions)) if number % 2}
    Calibration.objects.create(
        exam=exam,
        number=1,
        estimator="tests",
        answers=10_000,
        learners=1_000,
        parameters={
            "mean": 0.5,
            "deviations": [0.9, 0.45, 0.35, 0.25],
            "difficulty_spread": 0.9,
            "level_means": {},
            "items": {
                str(version): [0.5 if key in telling else -4.5, 0.1, 1.0, 1000]
                for key, version in versions.items()
            },
        },
    )
    asked = {question.pk for question in draw.draw(candidate, exam, CHECK)}
    assert len(asked & telling) >= QUESTIONS - 1


def test_nothing_that_is_kept_for_exams(candidate, exam):
    kept = list(Question.objects.pool(exam)[:12])
    form = ExamForm.objects.create(exam=exam, kind="fixed", slug="mock", seed=0)
    ExamFormItem.objects.bulk_create(
        ExamFormItem(form=form, position=n, question=question, is_scored=True)
        for n, question in enumerate(kept, 1)
    )
    asked = draw.draw(candidate, exam, CHECK)
    assert len(asked) == QUESTIONS
    assert not {question.pk for question in asked} & {question.pk for question in kept}


def test_a_second_check_asks_what_was_not_met(candidate, exam):
    first = start(candidate, exam=exam, choice=CHECK)
    answer_set(first, candidate)
    met = set(first.items.values_list("version__question", flat=True))
    assert not {question.pk for question in draw.draw(candidate, exam, CHECK)} & met


def test_what_was_answered_so_far_weighs(candidate, exam):
    """Who practiced one task is asked about its topic last."""
    known = Topic.objects.filter(task__domain__exam=exam).order_by("pk").first()
    practiced = start(candidate, exam=exam, choice=Choice(4, topics=(known.pk,)))
    answer_set(practiced, candidate)
    asked = draw.draw(candidate, exam, CHECK)
    assert known.pk not in {question.topic_id for question in asked[:4]}


def test_a_check_that_is_left_speaks_of_no_time(candidate, candidate_client, exam):
    started = start(candidate, exam=exam, choice=CHECK)
    page = candidate_client.get(reverse("practice:summary", args=[started.pk])).text
    assert "0 of 12 answered." in page
    assert "The time ends" not in page
    question = reverse("practice:question", args=[started.pk, 1])
    assert "Until" not in candidate_client.get(question).text


def test_two_guests_are_not_asked_the_same(candidate, outsider, exam):
    asked = {
        frozenset(question.pk for question in draw.draw(person, exam, CHECK))
        for person in (candidate, outsider, candidate, outsider)
    }
    assert len(asked) > 1


def test_it_tells_more_than_a_draw_by_chance(candidate, exam):
    """The sum of the domains' variances that the questions leave."""
    basis = exam_basis(exam)
    index = {item.version: number for number, item in enumerate(basis.asked)}
    outline = basis.plan.outline
    abilities = np.random.default_rng(1).normal(0.5, 0.9, (200, outline.sizes[-1]))
    leaves = np.array([basis.plan.leaf_of[item.topic] for item in basis.asked])
    information = next_items.expected_information(basis.items.curves(), abilities, leaves)

    def left(chosen):
        told = np.bincount(leaves[chosen], information[chosen], minlength=outline.sizes[-1])
        covariance = next_items.leaf_covariance(outline, basis.spreads, told)
        return np.trace(outline.mixing[0] @ covariance @ outline.mixing[0].T)

    checked = [index[each.current_version_id] for each in draw.draw(candidate, exam, CHECK)]
    rng = np.random.default_rng(2)
    by_chance = [left(rng.choice(len(index), QUESTIONS, replace=False)) for _ in range(40)]
    assert left(checked) < np.mean(by_chance)
