"""Where people stand after exams of a kind; what pages tell them: test_simulated_people.py."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from examapp.exams import services as exams
from examapp.practice import services as practice
from examapp.practice.services import Choice, Scope
from examapp.reports.standing import standing
from examapp.reports.weak_areas import report
from tests.practice.conftest import answer_set, right_of
from tests.support.builders import entry, make_exam, make_user, right_response, wrong_response
from tests.support.sittings import let_time_pass, save

pytestmark = pytest.mark.django_db

PACE = "You run out of time before the end: practice against the clock."
LEFT = "You skip questions"


@pytest.fixture
def exam(db):
    return make_exam(forms=4)


def sat(person, exam, is_right, *, answered=range(1, 13), elapsed_ms=20_000, minutes=12):
    """Sit an exam; `is_right` tells by position which of the `answered` positions are right."""
    session = exams.start(person, exam=exam)
    rows = []
    for item in session.items.select_related("version", "keyed_by"):
        if item.position in answered:
            respond = right_response if is_right(item.position) else wrong_response
            rows.append(entry(item.position, respond(item), elapsed_ms=elapsed_ms))
    if rows:
        save(session, *rows)
    let_time_pass(session, minutes=minutes)
    exams.finish(session.pk)
    report.compute(session.pk)
    return session


def page_of(person, session, name="reports:weak_areas"):
    client = Client()
    client.force_login(person)
    reply = client.get(reverse(name, args=[session.pk]))
    return " ".join(reply.content.decode().split())


def everything(position):
    return True


def nothing(position):
    return False


def test_who_grew_stands_higher_than_before(exam):
    ada = make_user()
    sat(ada, exam, nothing)
    sat(ada, exam, everything)
    first, last = standing(ada, exam).body.path
    assert first.percent < last.percent


def test_who_knows_all_has_nothing_weak(exam):
    ada = make_user()
    for _ in range(3):
        sat(ada, exam, everything)
    now = standing(ada, exam)
    assert (now.weak_topics, now.is_enough) == ((), True)
    assert now.chance.odds.tenths == 9


def test_who_knows_nothing_is_weak_in_every_topic(exam):
    ada = make_user()
    for _ in range(2):
        sat(ada, exam, nothing)
    now = standing(ada, exam)
    assert (len(now.weak_topics), now.is_ready) == (4, False)
    assert now.chance.odds.tenths == 1
    assert now.study_first is not None


def test_of_a_blank_exam_nothing_is_said_but_that(exam):
    ada = make_user()
    sat(ada, exam, everything, answered=())
    now = standing(ada, exam)
    assert (now.body.answers, now.is_enough, now.study_first, now.body.growth) == (
        0,
        False,
        None,
        None,
    )


def test_of_an_area_without_an_answer_no_range_is_told(exam):
    """What the model holds of it is what it holds of everybody."""
    ada = make_user()
    session = sat(ada, exam, everything, answered=())
    assert [each.likely_range(cut=70) for each in standing(ada, exam).domains] == [None] * 2
    report, result = page_of(ada, session), page_of(ada, session, "exams:result")
    assert "Too few answers to tell" in report
    assert re.search(r"likely \d", report) is None
    assert 'class="range"' not in report
    assert "0 of 0 right" not in report
    assert "Likely between" not in result


def test_of_one_answer_too_little_is_known(exam):
    ada = make_user()
    sat(ada, exam, everything, answered=(1,))
    now = standing(ada, exam)
    assert {domain.verdict for domain in now.domains} == {"too_few"}
    assert now.body.unanswered is None


def test_what_is_clicked_through_says_nothing(exam):
    ada = make_user()
    sat(ada, exam, everything, elapsed_ms=400)
    assert (standing(ada, exam).body.rapid, standing(ada, exam).body.answers) == (12, 0)


def test_who_runs_out_of_time_would_pass_more_often_with_more(exam):
    ada = make_user()
    for _ in range(4):
        sat(ada, exam, everything, answered=range(1, 9), minutes=29)
    now = standing(ada, exam)
    told = now.body.unanswered
    assert told.answered.percent > now.chance.percent + 10


def test_who_passes_questions_over_is_told_to_guess(exam):
    ada = make_user()
    for _ in range(4):
        session = sat(ada, exam, everything, answered=(1, 3, 4, 6, 7, 9, 10, 12))
    page = page_of(ada, session)
    assert LEFT in page
    assert PACE not in page


def test_who_only_practices_has_an_estimate(exam):
    ada = make_user()
    chosen = practice.start(ada, exam=exam, choice=Choice(24, Scope.NEW))
    answer_set(chosen, ada, right_of)
    report.compute_practiced(chosen.pk)
    now = standing(ada, exam)
    assert (now.body.practiced, now.body.exams, now.is_enough) == (24, 0, True)
    assert [point.is_exam for point in now.body.path] == [False]
