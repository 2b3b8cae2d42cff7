"""What a candidate mixes up, as the pages say it: from chosen distractors to a drill."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from examapp.practice import services as practice
from examapp.practice.models import PracticeSet
from examapp.practice.services import Choice
from examapp.reports.mix_ups import contrast, mix_ups
from examapp.reports.weak_areas import compose
from examapp.reports.weak_areas.basis import Area
from examapp.reports.weak_areas.calibrated_items import BankItem
from examapp.reports.weak_areas.evidence import Answer, Evidence
from questions.models import Note, Question, Topic
from tests.practice.conftest import answer_set, right_of
from tests.support.builders import make_item, make_user, publish

pytestmark = pytest.mark.django_db

TABLE = "<table><tr><th>Precision</th><td>of the found</td></tr><tr><th>Recall</th></tr></table>"


@pytest.fixture
def precision(exam):
    """A topic whose four questions have distractors about recall."""
    Question.objects.filter(exam=exam).update(status="retired")
    task = Topic.objects.filter(task__domain__exam=exam).first().task
    topic = Topic.objects.create(task=task, slug="precision", title="Precision")
    other = Topic.objects.create(task=task, slug="recall", title="Recall")
    Note.objects.create(topic=topic, source="", html=f"<p>x</p>{TABLE}", text="", word_count=1)
    for number in range(4):
        item = make_item("multiple_choice", f"mix-{number}")
        options = tuple(
            replace(option, about="recall" if index == 1 else "")
            for index, option in enumerate(item.options)
        )
        publish(exam, topic, replace(item, options=options))
    assert other.slug == "recall"
    return topic


def took(index):
    """Return a responder that chooses an authored option."""
    return lambda item: item.shuffle.index(index)


def practiced(candidate, exam, *taken):
    made = practice.start(candidate, exam=exam, choice=Choice(len(taken)))
    answers = iter(taken)
    answer_set(made, candidate, lambda item: took(next(answers))(item))
    return made


def test_one_choice_may_be_a_slip_and_two_are_said(candidate, exam, precision):
    practiced(candidate, exam, 1, 0)
    assert mix_ups(candidate.pk, exam) == []
    practiced(candidate, exam, 1, 1)
    (found,) = mix_ups(candidate.pk, exam)
    assert (found.about, found.topic, found.count, found.met) == ("Recall", precision, 3, 4)
    assert found.table == TABLE
    assert mix_ups(make_user().pk, exam) == []


def test_another_distractor_confuses_nothing(candidate, exam, precision):
    practiced(candidate, exam, 2, 2, 3)
    assert mix_ups(candidate.pk, exam) == []


def test_the_explanation_says_it(candidate, candidate_client, exam, precision):
    made = practiced(candidate, exam, 1, 1, 0)
    pages = [
        " ".join(
            candidate_client.get(reverse("practice:question", args=[made.pk, number]))
            .content.decode()
            .split()
        )
        for number in (1, 2, 3)
    ]
    assert ["You mix up Precision and Recall: 2 of 3" in page for page in pages] == [
        True,
        True,
        False,
    ]


def test_progress_offers_a_drill_on_the_two(candidate, candidate_client, exam, precision):
    practiced(candidate, exam, 1, 1)
    page = candidate_client.get(reverse("practice:choose", args=[exam.code]))
    text = " ".join(page.content.decode().split())
    assert "You mix up Precision and Recall: 2 of 2" in text
    (found,) = page.context["mix_ups"]
    fields = {"length": 5, "accept_fewer": "on", "topic": found.topics}
    candidate_client.post(reverse("practice:start", args=[exam.code]), fields)
    drill = PracticeSet.objects.of(candidate).open().get()
    assert set(drill.items.values_list("topic", flat=True)) == {precision.pk}


@pytest.mark.parametrize(
    ("html", "table"),
    [
        ("<p>Precision and recall</p>", ""),
        ("<table><td>Precision alone</td></table>", ""),
        (f"<table>Other</table>{TABLE}", TABLE),
    ],
)
def test_the_contrast_is_a_table_that_names_both(html, table):
    assert contrast([html], "Recall", "Precision") == table


def test_right_answers_confuse_nothing(candidate, exam, precision):
    made = practice.start(candidate, exam=exam, choice=Choice(4))
    answer_set(made, candidate, right_of)
    assert mix_ups(candidate.pk, exam) == []


@pytest.mark.parametrize(("topic", "told"), [("precision", 1), ("left", 0)])
def test_a_report_tells_no_mix_up_of_a_topic_that_left_the_exam(topic, told):
    here, left = Area(1, "1.1", "Precision", "precision"), 2
    item = BankItem(7, here.pk if topic == "precision" else left, "multiple_choice", "recall")
    taken = Answer(1, item, 0.0, None, timezone.now(), taken=(1,))
    evidence = Evidence([taken, taken._replace(question=2)], taken.at)
    basis = SimpleNamespace(
        plan=SimpleNamespace(levels=((), (), (here,))), abouts={item.version: ("", "recall")}
    )
    assert len(compose._mix_ups(evidence, basis)) == told
