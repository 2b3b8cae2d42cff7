"""What counts as evidence, from sittings and from practice, and when a report takes it up."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from examapp.exams import services as exams
from examapp.exams.models import KeyCorrection
from examapp.practice import services as practice
from examapp.practice.models import PracticeSet
from examapp.practice.services import Choice, Scope
from examapp.reports import tasks
from examapp.reports.models import ItemStatistics, StandingReport, WeakAreaReport
from examapp.reports.standing import standing
from examapp.reports.weak_areas import report
from examapp.reports.weak_areas.calibrated_items import BankItem
from examapp.reports.weak_areas.evidence import Answer, counted, evidence_of, guessed
from examapp.reports.weak_areas.sentences import study_reason
from examapp.study.models import Card, CardEvent
from questions.models import Topic
from tests.practice.conftest import answer_set, right_of, wrong_of
from tests.support.builders import right_response, wrong_response
from tests.support.reports import topic_estimate
from tests.support.sittings import answer_all

START = datetime(2026, 1, 1, tzinfo=UTC)
ITEM = BankItem(1, 1, "multiple_choice", "apply")


def met(question, day, *, credit=1.0, session=None, is_blank=False, tells=True):
    sitting = UUID(int=session) if session else None
    at = START + timedelta(days=day)
    return Answer(question, ITEM, credit, sitting, at, is_blank, tells=tells)


# --- The rule, on plain values ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("story", "days"),
    [
        ([met(1, 1)], [1]),
        ([met(1, 1), met(1, 2)], [1]),
        ([met(1, 1, session=1), met(1, 2, session=2)], [2]),
        ([met(1, 1, session=1), met(1, 2)], [1]),
        ([met(1, 1, session=1), met(1, 2), met(1, 3, session=2)], [1]),
        ([met(1, 1), met(1, 2, session=1)], [1]),
        ([met(1, 1, session=1, is_blank=True), met(1, 2)], []),
        ([met(1, 1, session=1, is_blank=True), met(1, 2, session=2)], [2]),
        ([met(1, 1), met(2, 2), met(1, 3)], [1, 2]),
        ([met(1, 1, tells=False), met(1, 2), met(1, 3, session=1)], []),
        ([met(1, 1, session=1, tells=False), met(1, 2)], []),
    ],
    ids=[
        "practiced",
        "practiced twice",
        "sat twice",
        "sat, then practiced",
        "sat, practiced, sat",
        "practiced, then sat",
        "left blank, then practiced",
        "left blank, then sat",
        "two questions",
        "explained under a wrong key, then met",
        "sat under a wrong key, then practiced",
    ],
)
def test_what_counts(story, days):
    assert [(each.at - START).days for each in counted(story)] == days


@given(
    st.lists(
        st.builds(met, st.integers(1, 4), st.integers(0, 9), session=st.sampled_from([None, 1, 2])),
        max_size=20,
    )
)
def test_a_question_counts_once_and_never_after_it_was_explained(story):
    story.sort(key=lambda each: each.at)
    answers = counted(story)
    assert len({each.question for each in answers}) == len(answers)
    for each in answers:
        earlier = story[: next(n for n, one in enumerate(story) if one is each)]
        assert not any(e.question == each.question and e.session is None for e in earlier)


def test_guesses_are_counted_where_they_were_right():
    one = met(1, 1)
    answers = [
        one._replace(sureness="guess"),
        one._replace(sureness="guess", credit=0.0),
        one._replace(sureness="sure"),
        one,
    ]
    assert guessed(answers) == {1: 1}


@pytest.mark.parametrize(
    ("right", "guesses", "said"),
    [
        (2, 0, "You missed 5 of 7 here."),
        (2, 2, "You missed 5 of 7 here. You said that 2 right answers were guesses."),
        (3, 1, "You missed 4 of 7 here. You said that 1 right answer was a guess."),
    ],
)
def test_why_a_topic_is_weak_takes_the_candidate_s_word(right, guesses, said):
    topic = topic_estimate(n=7, right=right, wrong=7 - right)
    assert study_reason(topic, topic, guesses=guesses, few=4) == said


def test_of_few_answers_the_task_around_them_is_told_too():
    topic, task = topic_estimate(n=2, wrong=2), topic_estimate(number="3.1", n=6, wrong=4)
    said = "You missed 2 of 2 here, and 4 of 6 in task 3.1."
    assert study_reason(topic, task, guesses=0, few=4) == said


def test_a_task_that_holds_no_other_answer_is_not_told():
    topic = topic_estimate(n=2, wrong=2)
    assert study_reason(topic, topic, guesses=0, few=4) == "You missed 2 of 2 here."


# --- Sets and reports -------------------------------------------------------------------------


@pytest.fixture
def reported(candidate, exam):
    """A finished, all-wrong session with its report."""
    session = exams.start(candidate, exam=exam)
    answer_all(session, wrong_response)
    exams.finish(session.pk)
    session.refresh_from_db()
    report.compute(session.pk)
    return session


def answer_practice(candidate, exam, respond=right_of, *, sureness="sure", **fields):
    choice = Choice(**{"length": 12, "scope": Scope.NEW, **fields})
    practiced = practice.start(candidate, exam=exam, choice=choice)
    answer_set(practiced, candidate, respond, sureness=sureness)
    return practiced


pytestmark = pytest.mark.django_db


def test_a_set_that_ended_moves_the_report(candidate, exam, reported):
    before = reported.weak_area_report.body
    practiced = answer_practice(candidate, exam)
    after = report.compute_practiced(practiced.pk).body
    assert (before["answers"], before["practiced"]) == (12, 0)
    assert (after["answers"], after["practiced"], after["exams"]) == (24, 12, 1)
    assert after["readiness"]["percent"] > before["readiness"]["percent"]
    assert after["likely"]["percent"] > before["likely"]["percent"]
    assert StandingReport.objects.count() == 1
    # The exam's own report stays that of its end.
    reported.weak_area_report.refresh_from_db()
    assert reported.weak_area_report.body == before


def test_a_set_is_taken_up_once(candidate, exam, reported):
    practiced = answer_practice(candidate, exam)
    assert report.compute_practiced(practiced.pk)
    assert report.compute_practiced(practiced.pk) is None
    assert PracticeSet.objects.unreported().count() == 0


def test_an_open_set_is_not_taken_up(candidate, exam, reported):
    practiced = practice.start(candidate, exam=exam, choice=Choice(5))
    answer_set(practiced, candidate, count=1)
    assert report.compute_practiced(practiced.pk) is None
    practice.end(practiced.pk)
    assert report.compute_practiced(practiced.pk)


def test_the_end_of_a_set_rings(candidate, exam, reported, monkeypatch):
    rung = []
    monkeypatch.setattr(tasks.compute_practiced, "delay_on_commit", rung.append)
    practiced = practice.start(candidate, exam=exam, choice=Choice(3))
    from examapp.practice.signals import practice_ended

    practice_ended.send(PracticeSet, set_id=practiced.pk)
    assert rung == [str(practiced.pk)]


def test_a_lost_message_is_found_by_the_sweep(candidate, exam, reported):
    answer_practice(candidate, exam)
    assert tasks.compute_missing() == 1
    assert tasks.compute_missing() == 0
    assert standing(candidate, exam).body.practiced == 12


def test_who_only_practices_has_a_report(candidate, exam):
    assert standing(candidate, exam) is None
    practiced = answer_practice(candidate, exam)
    body = report.compute_practiced(practiced.pk).body
    assert (body["answers"], body["practiced"], body["exams"]) == (12, 12, 0)
    now = standing(candidate, exam)
    assert (now.body.answers, now.body.growth, now.is_ready) == (12, None, False)
    assert [domain.answered for domain in now.domains] == [
        sum(task["n"] for task in body["tasks"] if task["number"][0] == domain.number)
        for domain in now.domains
    ]
    session = exams.start(candidate, exam=exam)
    exams.finish(session.pk)
    body = report.compute(session.pk).body
    assert (body["answers"], body["practiced"], body["exams"]) == (12, 12, 0)


def test_practicing_what_was_missed_proves_nothing(candidate, exam, reported):
    practiced = answer_practice(candidate, exam, scope=Scope.MISSED)
    after = report.compute_practiced(practiced.pk).body
    assert (after["answers"], after["practiced"]) == (12, 0)
    assert all(row["right"] == 0 for row in after["tasks"])


def test_practice_counts_from_the_next_report_on(candidate, exam, reported):
    """The report of an exam is that of its end; where one stands today knows what came later."""
    practiced = answer_practice(candidate, exam)
    at_its_end = evidence_of(candidate.pk, exam.pk, reported.finished_at)
    assert (len(at_its_end.answers), at_its_end.practiced_at) == (12, ())
    report.compute_practiced(practiced.pk)
    later = exams.start(candidate, exam=exam)
    answer_all(later, right_response)
    later = exams.finish(later.pk)
    answer_practice(candidate, exam, scope=Scope.ALL)
    evidence = evidence_of(candidate.pk, exam.pk, later.finished_at)
    assert len(evidence.practiced_at) == evidence.practiced == 12
    sessions = {answer.session for answer in evidence.answers if answer.session}
    assert sessions <= {str(reported.pk), str(later.pk)}
    assert len(evidence_of(candidate.pk, exam.pk).practiced_at) == 24


def test_a_late_report_of_an_exam_leaves_later_practice_where_it_is(candidate, exam, reported):
    practiced = answer_practice(candidate, exam)
    report.compute_practiced(practiced.pk)
    WeakAreaReport.objects.all().delete()
    assert report.compute(reported.pk).body["practiced"] == 0
    assert standing(candidate, exam).body.practiced == 12


def test_practice_of_others_and_of_other_exams_stays_out(candidate, outsider, exam, reported):
    answer_practice(outsider, exam)
    assert len(evidence_of(candidate.pk, exam.pk).answers) == 12


def test_what_a_corrected_key_graded_says_nothing(candidate, exam, reported):
    practiced = answer_practice(candidate, exam)
    version = practiced.items.first().version
    correction = KeyCorrection.objects.create(
        question=version.question, keyed_by=version, policy="new", reason="Wrong."
    )
    correction.versions.add(version)
    answers = evidence_of(candidate.pk, exam.pk).answers
    assert len(answers) == 23


def test_a_set_without_an_answer_makes_no_report_anew(candidate, exam, reported):
    practiced = practice.start(candidate, exam=exam, choice=Choice(5))
    practice.end(practiced.pk)
    before = StandingReport.objects.get().computed_at
    assert report.compute_practiced(practiced.pk) is None
    assert StandingReport.objects.get().computed_at == before
    assert not PracticeSet.objects.unreported().exists()


def test_guesses_stand_in_the_report(candidate, exam, reported):
    practiced = answer_practice(
        candidate,
        exam,
        lambda item: right_of(item) if item.position % 2 else wrong_of(item),
        sureness="guess",
    )
    body = report.compute_practiced(practiced.pk).body
    assert any("You said that" in row["why"] for row in body["study"])


def test_statistics_are_of_sittings_alone(candidate, exam, reported):
    report.refresh(exam)
    before = list(
        ItemStatistics.objects.order_by("pk").values("question", "version", "n", "facility")
    )
    answer_practice(candidate, exam)
    report.refresh(exam)
    after = list(
        ItemStatistics.objects.order_by("pk").values("question", "version", "n", "facility")
    )
    assert before == after
    assert sum(row["n"] for row in after if row["version"] is None) == 12


# --- What to answer next ----------------------------------------------------------------------


def test_what_tells_most_is_chosen_among_what_may_be_asked(candidate, exam, reported):
    topics = Topic.objects.filter(task__domain__exam=exam)
    offered = [q.pk for topic in topics for q in topic.questions.all()[:3]]
    chosen = report.next_questions(candidate.pk, exam, offered, 6)
    assert len(chosen) == len(set(chosen)) == 6
    assert set(chosen) <= set(offered)
    assert report.next_questions(candidate.pk, exam, offered, 6) == chosen
    assert report.next_questions(candidate.pk, exam, [], 6) == []


def test_reviews_teach_and_tell_nothing(candidate, exam, reported):
    question = reported.items.first().version.question
    card = Card.objects.create(candidate=candidate, exam=exam, question=question)
    now = timezone.now()
    CardEvent.objects.create(
        card=card, kind="answered", source="review", rating=3, day=now.date(), at=now
    )
    before = evidence_of(candidate.pk, exam.pk, reported.finished_at)
    after = evidence_of(candidate.pk, exam.pk)
    assert (before.practiced_at, len(after.practiced_at)) == ((), 1)
    assert len(after.answers) == len(before.answers) == 12
