"""Rounds of ratings while several people rate, close and apply, with real threads."""

import pytest

from examapp.reports.models import ItemRating, RaterAnswer, RatingRound
from examapp.reports.standard_setting import rate, rounds
from examapp.reports.standard_setting.apply import apply_round
from examapp.reports.standard_setting.outcome import outcome
from questions.models import AuditEntry, Draft, Question
from questions.services import drafts
from tests.support.builders import make_exam
from tests.support.races import Held, Waiting
from tests.support.rounds import GIVEN, give, open_round, team

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def exam():
    return make_exam(forms=1)


@pytest.fixture
def people(exam):
    return team(exam)


@pytest.fixture
def round_(exam, people):
    return open_round(exam, people, size=1)


@pytest.fixture
def ended(exam, people):
    """Two questions that three people rated."""
    round_ = open_round(exam, people, size=2)
    for person in people:
        give(round_, person, [50, 70])
    return RatingRound.objects.get()


def answered(round_, person, response=None):
    """Let someone answer the only question of a round."""
    item = round_.items.select_related("version").get()
    return rate.answer(
        item,
        person,
        response=GIVEN[item.version.type] if response is None else response,
        shuffle=rate.shuffle_for(item, person),
    )


def ends():
    return AuditEntry.objects.filter(verb="closed ratings").count()


def test_a_rating_on_its_way_is_in_the_round_that_closes_meanwhile(round_, people):
    kept = answered(round_, people[1])
    rating = Held(lambda: rate.rate(kept, share_percent=40))
    closing = Waiting(lambda: rounds.close(round_, by=people[0]))
    rating.commit()
    closing.result()
    (only,) = outcome(RatingRound.objects.get()).questions
    assert (only.raters, only.mean_percent) == (1, 40)


def test_no_rating_is_taken_from_who_waits_for_the_close(round_, people):
    kept = answered(round_, people[1])
    closing = Held(lambda: rounds.close(round_, by=people[0]))
    rating = Waiting(lambda: rate.rate(kept, share_percent=40))
    closing.commit()
    with pytest.raises(rate.RoundClosed):
        rating.result()
    assert not ItemRating.objects.exists()


def test_no_answer_is_taken_from_who_waits_for_the_close(round_, people):
    closing = Held(lambda: rounds.close(round_, by=people[0]))
    answering = Waiting(lambda: answered(round_, people[1]))
    closing.commit()
    with pytest.raises(rate.RoundClosed):
        answering.result()
    assert not RaterAnswer.objects.exists()


def test_two_last_ratings_at_once_are_both_kept_and_close_the_round_once(round_, people):
    give(round_, people[0], [30])
    second, third = (answered(round_, person) for person in people[1:])
    one = Held(lambda: rate.rate(second, share_percent=40))
    other = Waiting(lambda: rate.rate(third, share_percent=50))
    one.commit()
    other.result()
    closed = RatingRound.objects.get()
    assert (closed.is_open, ends(), ItemRating.objects.count()) == (False, 1, 3)
    assert outcome(closed).questions[0].mean_percent == 40


def test_an_owner_and_the_last_rating_close_a_round_once(exam, people):
    round_ = open_round(exam, people, size=1, raters=people[1:2])
    kept = answered(round_, people[1])
    rating = Held(lambda: rate.rate(kept, share_percent=40))
    closing = Waiting(lambda: rounds.close(round_, by=people[0]))
    rating.commit()
    closed_at = RatingRound.objects.get().closed_at
    closing.result()
    assert (ends(), RatingRound.objects.get().closed_at) == (1, closed_at)


def test_of_two_tabs_that_answer_at_once_the_first_stands(exam, people):
    asked = Question.objects.pool(exam).filter(type="multiple_choice").first()
    round_ = open_round(exam, people, questions=Question.objects.filter(pk=asked.pk))
    first = Held(lambda: answered(round_, people[1], 0))
    second = Waiting(lambda: answered(round_, people[1], 2))
    first.commit()
    assert second.result().response == 0
    assert RaterAnswer.objects.count() == 1


def test_two_who_apply_a_round_at_once_write_each_mean_once(ended, people):
    numbers = dict(Question.objects.values_list("pk", "current_version__number"))
    one = Held(lambda: apply_round(ended, by=people[0]))
    other = Waiting(lambda: apply_round(ended, by=people[0]))
    one.commit()
    again = other.result()
    assert (again.written, again.same) == (0, 2)
    written = Question.objects.filter(current_version__key__has_key="angoff")
    assert [each.live_version.number for each in written] == [
        numbers[each.pk] + 1 for each in written
    ]
    assert len(written) == 2
    assert AuditEntry.objects.filter(verb="rated").count() == 2


def test_who_applies_waits_for_a_close_that_is_on_its_way(exam, people):
    round_ = open_round(exam, people, size=2)
    for person in people:
        give(round_, person, [50])
    closing = Held(lambda: rounds.close(round_, by=people[0]))
    applying = Waiting(lambda: apply_round(round_, by=people[0]))
    closing.commit()
    done = applying.result()
    assert (done.written, done.few) == (1, 1)


def test_a_draft_begun_meanwhile_is_left_to_its_writer(ended, people):
    question = ended.items.first().version.question
    writing = Held(lambda: drafts.revise(question, by=people[1]))
    applying = Waiting(lambda: apply_round(ended, by=people[0]))
    writing.commit()
    done = applying.result()
    assert (done.written, done.drafts) == (1, 1)
    assert Draft.objects.get().question == question
