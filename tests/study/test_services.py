"""Cards from their beginning to their next day: what begins one, what moves it, what it asks."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from examapp.exams import hooks
from examapp.exams import services as exams
from examapp.exams.models import KeyCorrection
from examapp.exams.open_exam import ExamRunning
from examapp.exams.services.free_questions import free_questions
from examapp.practice.services import past_of
from examapp.study import services
from examapp.study.models import Card, CardEvent
from examapp.study.services import keeping, merge, queue, rebuild, saved, sittings
from questions.models import Question
from tests.practice.conftest import right_of, wrong_of
from tests.study.conftest import practiced, review, shown_item
from tests.support.builders import make_exam, make_user, right_response, wrong_response
from tests.support.races import together
from tests.support.sittings import answer_all, corrected

pytestmark = pytest.mark.django_db


def due_days(candidate):
    return list(Card.objects.of(candidate).values_list("due_on", flat=True))


# --- What begins a card -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("respond", "sureness", "begins"),
    [
        (wrong_of, "sure", True),
        (wrong_of, "guess", True),
        (right_of, "guess", True),
        (right_of, "fairly", False),
        (right_of, "sure", False),
    ],
)
def test_what_was_missed_or_guessed_begins_a_card(candidate, exam, respond, sureness, begins):
    practiced(candidate, exam, respond=respond, sureness=sureness)
    assert Card.objects.of(candidate).count() == (3 if begins else 0)


def test_a_sitting_begins_cards_of_what_was_answered_wrong(candidate, exam, days):
    session = exams.start(candidate, exam=exam)
    answer_all(session, lambda i: wrong_response(i) if i.position <= 4 else right_response(i))
    exams.finish(session.pk)
    sittings.take_up(session.pk)
    sittings.take_up(session.pk)
    assert due_days(candidate) == [days(1)] * 4
    assert CardEvent.objects.count() == 4


def test_a_blank_begins_no_card(candidate, exam):
    session = exams.start(candidate, exam=exam)
    exams.finish(session.pk)
    sittings.take_up(session.pk)
    assert not Card.objects.exists()


def test_the_sweep_takes_up_a_sitting_whose_message_was_lost(candidate, exam):
    session = exams.start(candidate, exam=exam)
    answer_all(session, wrong_response)
    exams.finish(session.pk)
    assert sittings.take_up_missed() == 1
    assert sittings.take_up_missed() == 0
    assert Card.objects.of(candidate).count() == 12


def test_a_saved_question_is_due_at_once_and_no_more_when_taken_back(candidate, exam):
    question = Question.objects.first()
    keeping.save(candidate, question)
    keeping.save(candidate, question)
    assert services.due_count(candidate, exam) == 1
    keeping.unsave(candidate, question)
    assert services.due_count(candidate, exam) == 0
    assert CardEvent.objects.count() == 2


def test_a_card_is_of_a_fact_whatever_question_asked_it(candidate, exam):
    Question.objects.filter(pk__in=Question.objects.all()[:6]).update(facts=["F-1"])
    for question in Question.objects.filter(facts=["F-1"]):
        keeping.save(candidate, question)
    assert Card.objects.get().fact == "F-1"


# --- The queue --------------------------------------------------------------------------------


def test_missed_today_comes_back_tomorrow_and_later_after_an_answer(candidate, exam, days):
    practiced(candidate, exam)
    assert services.due_count(candidate, exam) == 0
    assert services.next_due(candidate, exam) == (days(0) + timedelta(days=1), 3)
    today = days(1)
    assert services.due_count(candidate, exam) == 3
    pk = review(candidate, exam)
    assert services.due_count(candidate, exam) == 2
    assert Card.objects.get(pk=pk).due_on > today + timedelta(days=1)


def test_the_oldest_and_weakest_come_first(candidate, exam, days):
    practiced(candidate, exam, count=1, respond=right_of, sureness="guess")
    practiced(candidate, exam, count=1)
    days(1)
    first, second = services.queue_of(candidate, exam).cards
    assert first.due_on == second.due_on
    assert first.stability < second.stability
    days(1)
    keeping.save(candidate, Question.objects.exclude(pk=first.question_id).last())
    assert services.queue_of(candidate, exam).first() == first


def test_a_day_has_its_limit(candidate, exam, days, settings):
    settings.REVIEWS_PER_DAY = 2
    practiced(candidate, exam)
    days(1)
    assert services.due_count(candidate, exam) == 2
    review(candidate, exam)
    review(candidate, exam)
    assert services.queue_of(candidate, exam).first() is None
    services.undo(candidate, exam)
    assert services.due_count(candidate, exam) == 1
    review(candidate, exam)
    days(1)
    assert services.due_count(candidate, exam) > 0


def test_an_exam_date_brings_everything_back_before_it(candidate, exam, days, exam_on):
    practiced(candidate, exam)
    days(1)
    for _ in range(3):
        review(candidate, exam)
    today = days(0)
    assert min(due_days(candidate)) > today
    exam_on(today + timedelta(days=7))
    # The week before: what is weak, though it was answered today, was seen in the week.
    assert services.due_count(candidate, exam) == 0
    assert services.next_due(candidate, exam)[0] <= today + timedelta(days=6)
    Card.objects.update(due_on=today + timedelta(days=90))
    days(6)
    assert services.due_count(candidate, exam) == 3
    exam_on(days(0) - timedelta(days=1))
    assert services.due_count(candidate, exam) == 0


def test_the_week_before_what_is_weak_is_asked_once(candidate, exam, days, exam_on):
    practiced(candidate, exam)
    Card.objects.update(due_on=days(0) + timedelta(days=60))
    exam_on(days(0) + timedelta(days=12))
    days(4)
    assert services.due_count(candidate, exam) == 0
    days(1)
    assert services.due_count(candidate, exam) == 3
    for _ in range(3):
        review(candidate, exam)
    assert services.due_count(candidate, exam) == 0
    assert Card.objects.filter(due_on__lt=date.max).count() == 3


def test_what_is_retired_or_kept_for_exams_is_never_asked(candidate, exam, days, monkeypatch):
    practiced(candidate, exam)
    days(1)
    retired, kept, free = Card.objects.of(candidate)
    Question.objects.filter(pk=retired.question_id).update(status="retired")
    monkeypatch.setattr(
        queue,
        "free_questions",
        lambda who, which: Question.objects.pool(which).exclude(pk=kept.question_id),
    )
    assert list(services.queue_of(candidate, exam).cards) == [free]
    assert services.due_count(candidate, exam) == 1


# --- What a review asks -----------------------------------------------------------------------


def test_a_fact_is_asked_by_another_question_and_by_the_same_in_another_order(
    candidate, exam, days
):
    one, other = Question.objects.filter(type="multiple_choice")[:2]
    Question.objects.filter(pk__in=[one.pk, other.pk]).update(facts=["F-1"])
    one.refresh_from_db()
    keeping.save(candidate, one)
    free = free_questions(candidate, exam)
    asked = []
    for _ in range(3):
        card = Card.objects.get()
        now = queue.asked(card, free)
        asked.append((now.version.question_id, now.shuffle))
        shown = services.shown(candidate, now.token)
        services.answer(shown, response=right_of(shown_item(shown)), sureness="fairly")
    assert {question for question, _ in asked[:2]} == {one.pk, other.pk}
    other.status = "retired"
    other.save(update_fields=["status"])
    card = Card.objects.get()
    orders = set()
    for turn in range(8):
        card.turn = turn
        now = queue.asked(card, free)
        assert now.version.question_id == one.pk
        orders.add(tuple(now.shuffle))
    assert len(orders) > 1


def test_no_review_while_an_exam_runs(candidate, exam, days):
    practiced(candidate, exam)
    days(1)
    asked = queue.asked(Card.objects.first(), free_questions(candidate, exam))
    exams.start(candidate, exam=make_exam())
    with pytest.raises(ExamRunning), transaction.atomic():
        services.shown(candidate, asked.token)


def test_what_another_was_asked_cannot_be_answered(candidate, exam, days):
    practiced(candidate, exam)
    asked = queue.asked(Card.objects.first(), free_questions(candidate, exam))
    for token in (asked.token[:-2] + "xx", "", "[1,2,3]"):
        with pytest.raises(services.NotAsked), transaction.atomic():
            services.shown(candidate, token)
    with pytest.raises(services.NotAsked), transaction.atomic():
        services.shown(make_user(), asked.token)


# --- Answers, undone and corrected -------------------------------------------------------------


def test_an_older_state_of_a_card_is_not_answered(candidate, exam, days):
    practiced(candidate, exam, count=1)
    days(1)
    card = Card.objects.get()
    asked = queue.asked(card, free_questions(candidate, exam))
    shown = services.shown(candidate, asked.token)
    late = services.shown(candidate, asked.token)
    services.answer(shown, response=right_of(shown_item(shown)), sureness="sure")
    with pytest.raises(services.AlreadyAnswered):
        services.answer(late, response=right_of(shown_item(late)), sureness="sure")
    assert CardEvent.objects.filter(source="review").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_devices_answer_a_card_once(candidate, exam, days):
    practiced(candidate, exam, count=3)
    days(1)
    for _ in range(3):
        card = services.queue_of(candidate, exam).first()
        token = queue.asked(card, free_questions(candidate, exam)).token

        def answer(token=token):
            try:
                with transaction.atomic():
                    shown = services.shown(candidate, token)
                    response = right_of(shown_item(shown))
                    return services.answer(shown, response=response, sureness="sure")
            except services.AlreadyAnswered:
                return None

        answers = together(answer, answer)
        assert sum(key is not None for key in answers) == 1
    assert CardEvent.objects.filter(source="review").count() == 3
    assert rebuild.differing() == []


@pytest.mark.django_db(transaction=True)
def test_practice_and_a_review_of_a_card_at_once_are_both_kept_or_one_is_told(
    candidate, exam, days
):
    practiced(candidate, exam, count=1)
    days(1)
    card = Card.objects.get()
    token = queue.asked(card, free_questions(candidate, exam)).token

    def answer():
        try:
            with transaction.atomic():
                shown = services.shown(candidate, token)
                services.answer(shown, response=right_of(shown_item(shown)), sureness="sure")
        except services.AlreadyAnswered:
            return

    together(answer, lambda: keeping.save(candidate, card.question))
    assert rebuild.differing() == []


def test_undo_brings_the_card_back_as_it_was(candidate, exam, days):
    practiced(candidate, exam)
    days(1)
    state = Card.objects.order_by("pk").values("pk", "stability", "due_on", "is_weak")
    before = list(state.all())
    pk = review(candidate, exam)
    assert services.undo(candidate, exam).pk == pk
    assert list(state.all()) == before
    assert services.undo(candidate, exam) is None
    assert CardEvent.objects.filter(kind="undone").count() == 1


def test_a_corrected_key_reschedules_reviews_practice_and_sittings(candidate, exam, days):
    (item,) = practiced(candidate, exam, count=1)
    session = exams.start(candidate, exam=exam)
    answer_all(session, right_response)
    exams.finish(session.pk)
    sittings.take_up(session.pk)
    days(1)
    review(candidate, exam, respond=wrong_of)
    weak = Card.objects.get()
    correction = KeyCorrection.objects.create(
        question=item.version.question,
        keyed_by=item.version,
        policy="everyone",
        reason="Nobody could know.",
    )
    correction.versions.add(item.version)
    assert sittings.follow_recent() == 2
    assert sittings.follow_recent() == 0
    assert Card.objects.get().due_on is None
    assert weak.due_on is not None
    assert rebuild.differing() == []


def test_a_sitting_that_is_regraded_moves_its_cards(candidate, exam):
    from examapp.exams.services import regrade

    session = exams.start(candidate, exam=exam)
    item = session.items.filter(version__type="multiple_choice").first()
    answer_all(session, right_response)
    exams.finish(session.pk)
    sittings.take_up(session.pk)
    assert not Card.objects.exists()
    new = corrected(item.version)
    correction = KeyCorrection.objects.create(
        question=item.version.question, keyed_by=new, policy="new", reason="The key was wrong."
    )
    correction.versions.add(item.version)
    regrade.apply(correction.pk)
    sittings.take_up(session.pk)
    assert Card.objects.get().question == item.version.question
    assert rebuild.differing() == []


# --- The log ----------------------------------------------------------------------------------


def test_the_state_is_the_projection_of_the_log(candidate, exam, days, capsys):
    practiced(candidate, exam, count=5)
    for number in range(12):
        days(1)
        if services.due_count(candidate, exam):
            review(
                candidate,
                exam,
                respond=wrong_of if number % 3 else right_of,
                sureness=["guess", "fairly", "sure"][number % 3],
            )
        if number % 5 == 4:
            services.undo(candidate, exam)
    assert rebuild.differing() == []
    Card.objects.filter(pk=Card.objects.first().pk).update(stability=99)
    call_command("rebuild_cards", "--write")
    assert "log: 1" in capsys.readouterr().out
    assert rebuild.differing() == []


def test_the_log_is_only_ever_added_to(candidate, exam):
    practiced(candidate, exam, count=1)
    for change in (CardEvent.objects.all().delete, lambda: CardEvent.objects.update(rating=4)):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_record_costs_the_same_for_however_many_answers(candidate, exam):
    costs = []
    for count in (1, 5):
        session = exams.start(make_user(), exam=exam)
        answer_all(session, lambda i, n=count: wrong_response(i) if i.position <= n else None)
        exams.finish(session.pk)
        with CaptureQueriesContext(connection) as asked:
            sittings.take_up(session.pk)
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_what_a_course_holds_back_begins_no_card_and_is_no_missed_question(
    candidate, exam, monkeypatch
):
    session = exams.start(candidate, exam=exam)
    answer_all(session, wrong_response)
    exams.finish(session.pk)
    held = {session.pk: hooks.Release(explanations=False, answers=False, score=False)}
    monkeypatch.setattr(hooks.releases, "_answers", {"a course": lambda keys: held})
    monkeypatch.setattr(
        hooks.held_back, "_answers", {"a course": lambda path, part: Q(**{path: session.pk})}
    )
    sittings.take_up(session.pk)
    assert sittings.take_up_missed() == 0
    assert not Card.objects.exists()
    assert past_of(candidate, exam).missed == frozenset()
    question = session.items.first().version.question
    assert not saved.has_met(candidate, question)
    held.clear()
    monkeypatch.setattr(hooks.held_back, "_answers", {})
    assert sittings.take_up_missed() == 1
    assert Card.objects.count() == 12
    assert saved.has_met(candidate, question)


def test_a_guest_s_cards_become_the_account_s_and_no_answer_is_lost(candidate, exam, days):
    guest = make_user()
    practiced(guest, exam, count=24)
    days(1)
    practiced(candidate, exam, count=3)
    shared = set(Card.objects.of(candidate).values_list("question", flat=True))
    review(guest, exam)
    services.undo(guest, exam)
    rows = CardEvent.objects.count()
    merge.give(guest, candidate)
    assert not Card.objects.of(guest).exists()
    assert Card.objects.of(candidate).count() == 24
    assert CardEvent.objects.count() == rows
    for card in Card.objects.filter(question__in=shared):
        assert card.events.filter(kind="answered").count() >= 2
    assert rebuild.differing() == []
