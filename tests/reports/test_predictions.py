"""What reports had predicted, held against the next mock exam of the same person."""

import numpy as np
import pytest
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils import timezone

from examapp.exams import services as exams
from examapp.exams.models import ClockTimestamp, ExamSession, SessionItem
from examapp.practice import services as practice
from examapp.practice.models import PracticeItem
from examapp.practice.services import Choice, Scope
from examapp.reports.item_analysis.next_answers import next_answers
from examapp.reports.item_analysis.predictions import predictions
from examapp.reports.measurement.rivals import Response, elo
from examapp.reports.models import FormStatistics, WeakAreaReport
from examapp.reports.weak_areas import report
from examapp.study.models import Card, CardEvent
from questions.models import Question, Topic
from tests.practice.conftest import answer_set, wrong_of
from tests.reports.conftest import joined, sit
from tests.support.builders import (
    entry,
    make_exam,
    make_item,
    make_user,
    publish_at_once,
    right_response,
)
from tests.support.sittings import save

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(db):
    """An exam that one failed twice and another passed twice, told .2 and .9 after the first."""
    exam = make_exam(forms=2)
    for told, is_right in ((20.0, False), (90.0, True)):
        person = make_user()
        for _ in range(2):
            session = sit(person, exam, right=lambda item, position, right=is_right: right)
            body = report.compute(session.pk).body
            body["readiness"] |= {"percent": told, "is_enough": True}
            WeakAreaReport.objects.filter(session=session).update(body=body)
    return exam


def test_a_chance_is_held_against_the_next_exam_of_the_same_person(exam):
    found = predictions(exam)
    assert found["n"] == 2
    assert found["brier"] == pytest.approx((0.2**2 + 0.1**2) / 2)
    assert found["last_verdict_brier"] == 0
    bins = [(each["predicted_percent"], each["observed_percent"]) for each in found["bins"]]
    assert bins == [(20, 0), (90, 100)]


def test_what_was_told_from_too_few_answers_is_no_prediction(exam):
    for row in WeakAreaReport.objects.all():
        row.body["readiness"]["is_enough"] = False
        row.save(update_fields=["body"])
    assert predictions(exam) is None


def test_the_page_says_so_from_enough_on(exam, instructor, instructor_client, monkeypatch):
    joined(instructor, exam)
    report.refresh(exam)
    assert FormStatistics.objects.get(exam=exam, form=None).body["predictions"]["n"] == 2
    address = reverse("reports:forms")
    assert "Too few to tell" in instructor_client.get(address).content.decode()
    monkeypatch.setattr("examapp.reports.views.forms.ENOUGH_PREDICTIONS", 2)
    page = " ".join(instructor_client.get(address).content.decode().split())
    assert "2 predictions, each compared with" in page
    assert "Mean squared error: 0.025." in page


def test_the_page_compares_the_next_answers_with_their_rivals(
    told, instructor, instructor_client, monkeypatch
):
    joined(instructor, told)
    report.refresh(told)
    found = FormStatistics.objects.get(exam=told, form=None).body["next_answers"]
    address = reverse("reports:forms")
    title = "How good our estimates are, answer by answer"
    assert title not in instructor_client.get(address).content.decode()
    monkeypatch.setattr("examapp.reports.views.forms.ENOUGH_PREDICTIONS", 2)
    page = " ".join(instructor_client.get(address).content.decode().split())
    assert title in page
    assert f"{found['n']} answers of 2 people" in page
    assert "Each answer is compared with the estimate in the report before it." in page
    assert "Our reports" in page
    assert "Elo ratings" in page
    for name in ("report", "elo", "running_share"):
        # By the page's own rounding: of .0095 Python's format makes .009.
        assert floatformat(found[name]["brier"], 3) in page
        assert floatformat(found[name]["log_loss"], 3) in page


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ((0.1, 0.2, 0.2), "Our reports came closer to these answers than two simple ways"),
        ((0.2, 0.2, 0.3), "A simple way of estimating came as close to these answers"),
        ((0.2, 0.3, 0.1), "A simple way of estimating came as close to these answers"),
    ],
)
def test_the_page_says_first_who_came_closer(
    told, instructor, instructor_client, monkeypatch, errors, words
):
    joined(instructor, told)
    report.refresh(told)
    monkeypatch.setattr("examapp.reports.views.forms.ENOUGH_PREDICTIONS", 2)
    row = FormStatistics.objects.get(exam=told, form=None)
    for name, error in zip(("report", "elo", "running_share"), errors, strict=True):
        row.body["next_answers"][name]["brier"] = error
    row.save(update_fields=["body"])
    page = " ".join(instructor_client.get(reverse("reports:forms")).content.decode().split())
    assert words in page
    assert page.index(words) < page.index("How is this worked out?") < page.index("Log loss")


def test_the_table_of_the_body_is_read_from_before_next_answers_were_predicted(
    told, instructor, instructor_client, monkeypatch
):
    joined(instructor, told)
    report.refresh(told)
    monkeypatch.setattr("examapp.reports.views.forms.ENOUGH_PREDICTIONS", 2)
    row = FormStatistics.objects.get(exam=told, form=None)
    del row.body["next_answers"]
    row.save(update_fields=["body"])
    assert instructor_client.get(reverse("reports:forms")).status_code == 200


# --- The next answers -------------------------------------------------------------------------


@pytest.fixture
def told(db):
    """Two people who were told of every task .2 and .9; then one missed all, the other none."""
    exam = make_exam(forms=2)
    for percent, is_right in ((20.0, False), (90.0, True)):
        person = make_user()
        session = sit(person, exam, right=lambda item, position, right=is_right: right)
        tell(session, percent)
        sit(person, exam, right=lambda item, position, right=is_right: right)
    return exam


def tell(session, percent):
    """Let the report of a mock exam tell this of every task."""
    body = report.compute(session.pk).body
    for task in body["tasks"]:
        task["estimate_percent"] = percent
    WeakAreaReport.objects.filter(session=session).update(body=body)


def test_what_was_told_of_a_task_is_held_against_the_next_answers_there(told):
    first, second = (set(questions_of(session)) for session in exam_sessions(told)[:2])
    new, before = len(second - first), len(first)
    assert new > 0
    found = next_answers(told)
    assert (found["n"], found["people"]) == (2 * new, 2)
    assert found["report"] == {
        "brier": pytest.approx((0.2**2 + 0.1**2) / 2),
        "log_loss": pytest.approx(-(np.log(0.8) + np.log(0.9)) / 2, abs=0.0001),
    }
    # One was right in none of so many before, the other in all.
    miss = 1 / (before + 2)
    assert found["running_share"] == {
        "brier": pytest.approx(miss**2, abs=0.0001),
        "log_loss": pytest.approx(-np.log(1 - miss), abs=0.0001),
    }
    bins = [(each["predicted_percent"], each["observed_percent"]) for each in found["bins"]]
    assert bins == [(20, 0), (90, 100)]
    assert found["calibration_error"] == pytest.approx(0.15)


def exam_sessions(exam):
    """Return the mock exams of an exam, each person's in order."""
    return ExamSession.objects.filter(exam=exam).order_by("candidate", "finished_at")


def questions_of(session):
    return session.items.values_list("version__question", flat=True)


def test_elo_predicts_the_same_answers(told):
    answers = []
    for number, session in enumerate(exam_sessions(told)):
        credit, stretch = float(number >= 2), number % 2
        answers += [
            Response(session.candidate_id, question, credit, stretch)
            for question in questions_of(session)
            if not any(
                (each.person, each.question) == (session.candidate_id, question) for each in answers
            )
        ]
    chance = elo(answers)
    next_ = [place for place, each in enumerate(answers) if each.stretch]
    came = np.array([answers[place].credit for place in next_])
    found = next_answers(told)["elo"]
    assert found["brier"] == pytest.approx(((chance[next_] - came) ** 2).mean(), abs=0.0001)


def test_an_answer_in_practice_is_predicted_too_and_one_to_a_known_question_is_not(db):
    exam, person = make_exam(forms=1), make_user()
    tell(sit(person, exam), 70.0)
    practice_of(person, exam, Choice(2))
    assert next_answers(exam) is None
    later(exam)
    practice_of(person, exam, Choice(1, Scope.NEW))
    found = next_answers(exam)
    assert (found["n"], found["report"]["brier"]) == (1, pytest.approx(0.49))


def test_a_question_that_was_left_blank_is_known_from_its_explanation(db):
    exam, person = make_exam(forms=1), make_user()
    session = exams.start(person, exam=exam)
    save(session, *[entry(item.position, right_response(item)) for item in session.items.all()[:6]])
    tell(exams.finish(session.pk), 70.0)
    sit(person, exam)
    assert next_answers(exam) is None


@pytest.mark.parametrize("takes_back", [exams.leave_out, exams.discard])
def test_a_question_of_a_sitting_that_does_not_count_was_met_all_the_same(db, takes_back):
    exam, person = make_exam(forms=1), make_user()
    tell(sit(person, exam), 70.0)
    session = exams.start(person, exam=exam)
    question = later(exam)
    asked = session.items.filter(version__type="multiple_choice").first()
    SessionItem.objects.filter(pk=asked.pk).update(version=question.current_version)
    takes_back(exams.finish(session.pk).pk, candidate=person)
    practice_of(person, exam, Choice(20, topics=(question.topic_id,)))
    assert PracticeItem.objects.filter(version__question=question).exists()
    assert next_answers(exam) is None


def test_a_question_of_a_review_was_met(db):
    exam, person = make_exam(forms=1), make_user()
    tell(sit(person, exam), 70.0)
    question = later(exam)
    card = Card.objects.create(candidate=person, exam=exam, question=question)
    CardEvent.objects.create(
        card=card,
        kind="answered",
        source="review",
        version=question.current_version,
        day=timezone.localdate(),
        at=ClockTimestamp(),
    )
    practice_of(person, exam, Choice(20, topics=(question.topic_id,)))
    assert PracticeItem.objects.filter(version__question=question).exists()
    assert next_answers(exam) is None


def later(exam):
    """Publish one more question; return it."""
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    publish_at_once(exam, [(topic, make_item("multiple_choice", "later"))])
    return Question.objects.get(exam=exam, ref="later")


def practice_of(person, exam, choice):
    """Practice so many questions and miss them all."""
    answer_set(practice.start(person, exam=exam, choice=choice), person, wrong_of)


def test_nothing_is_predicted_before_a_first_report(db):
    exam, person = make_exam(forms=1), make_user()
    practice_of(person, exam, Choice(2))
    sit(person, exam)
    assert next_answers(exam) is None
