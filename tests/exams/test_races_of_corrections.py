"""A corrected key against the end and against another, with real threads, and twins without."""

import threading
from functools import partial
from types import SimpleNamespace

import pytest

from examapp.exams import services
from examapp.exams.models import ExamSession, KeyCorrection, SessionItem
from examapp.exams.services import correct, regrade, score
from examapp.exams.services.correct import CorrectionRequest
from questions.models import Question, QuestionVersion
from questions.services.errors import Refused
from tests.support.builders import make_user, regrade_with_key
from tests.support.races import Held, Waiting, together
from tests.support.sittings import answer_all, corrected

pytestmark = pytest.mark.django_db(transaction=True)


def correct_while_ending(sitting, regrade):
    """End a session, all right, while the key of one of its questions is corrected."""
    session = sitting()
    answer_all(session)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    new = corrected(item.version)
    held = Held(lambda: services.finish(session.pk))
    waiting = Waiting(lambda: regrade(item.version, keyed_by=new, reason="Wrong key."))
    held.commit()
    waiting.result()
    return session


def test_a_session_that_ends_while_a_key_is_corrected_is_regraded(sitting):
    session = correct_while_ending(sitting, regrade_with_key)
    assert session.scores.get(is_current=True).credit == 9
    assert session.scores.count() == 2


def test_without_the_lock_it_keeps_the_wrong_score(sitting, monkeypatch):
    lock, this_thread = type(ExamSession.objects.all()).select_for_update, threading.local()

    def lock_unless_told(self, **options):
        return self if hasattr(this_thread, "is_unlocked") else lock(self, **options)

    def regrade_unlocked(*args, **options):
        this_thread.is_unlocked = True
        return regrade_with_key(*args, **options)

    monkeypatch.setattr(type(ExamSession.objects.all()), "select_for_update", lock_unless_told)
    session = correct_while_ending(sitting, regrade_unlocked)
    assert session.scores.get().credit == 10


def decided(version, policy, mark=None):
    """Decide, without regrading, how sittings of a version are graded."""
    by = make_user(role="instructor")
    want = CorrectionRequest(policy, "Wrong key.", (1,), tuple(version.key["whys"]))
    mark = mark or correct.seen(version)
    return correct.correct(QuestionVersion.objects.get(pk=version.pk), want, by=by, mark=mark)


@pytest.fixture
def wrong(sitting):
    """A finished, all-right session, and the version of one of its questions."""
    session = sitting()
    answer_all(session)
    services.finish(session.pk)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    return session, item.version


def test_two_corrections_at_once_are_not_both_made(wrong):
    _, version = wrong
    mark = correct.seen(version)
    held = Held(lambda: decided(version, "drop", mark))
    waiting = Waiting(lambda: refusal_of(lambda: decided(version, "new", mark)))
    held.commit()
    assert "Someone else corrected the key" in waiting.result()
    assert KeyCorrection.objects.get().policy == "drop"


def refusal_of(call):
    try:
        call()
    except Refused as reason:
        return str(reason)
    return ""


def test_without_the_lock_both_are_made(wrong, monkeypatch):
    _, version = wrong
    mark = correct.seen(version)
    monkeypatch.setattr(
        type(Question.objects.all()), "select_for_update", lambda self, **options: self
    )
    held = Held(lambda: decided(version, "drop", mark))
    decided(version, "everyone", mark)
    held.commit()
    assert KeyCorrection.objects.count() == 2


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_corrections_at_work_at_once_the_newest_rules(wrong, order):
    session, version = wrong
    work = [decided(version, "drop"), decided(version, "everyone")]
    calls = [partial(regrade.apply, each.pk) for each in work[::order]]
    together(*calls)
    assert session.scores.get(is_current=True).max_credit == 10
    assert session.items.get(version=version).correction == work[1]
    assert [each.number for each in session.scores.all()] in ([1, 2], [1, 2, 3], [1])


def test_two_workers_at_one_correction_share_it(wrong):
    session, version = wrong
    correction = decided(version, "drop")
    together(*[lambda: regrade.apply(correction.pk)] * 3)
    correction.refresh_from_db()
    assert (correction.done, correction.changed, session.scores.count()) == (1, 1, 2)


def test_a_worker_waits_for_the_batch_of_another_and_does_not_repeat_it(wrong):
    session, version = wrong
    correction = decided(version, "drop")
    held = Held(lambda: regrade._next_batch(correction.pk))
    waiting = Waiting(lambda: regrade.apply(correction.pk))
    held.commit()
    assert waiting.result() == []
    assert session.scores.count() == 2


def test_without_the_lock_a_batch_is_done_twice(wrong, monkeypatch):
    session, version = wrong
    correction = decided(version, "drop")
    monkeypatch.setattr(
        type(ExamSession.objects.all()), "select_for_update", lambda self, **options: self
    )
    held = Held(lambda: regrade._next_batch(correction.pk))
    waiting = Waiting(lambda: regrade.apply(correction.pk))
    held.commit()
    waiting.result()
    assert session.scores.count() == 3


def pinned_before(sitting, monkeypatch, *, follows):
    """Finish a session whose paper was written while its question was being corrected."""
    session = sitting()
    answer_all(session)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    regrade.apply(decided(item.version, "drop").pk)
    SessionItem.objects.filter(pk=item.pk).update(correction=None)
    if not follows:
        none = SimpleNamespace(objects=SimpleNamespace(governing=lambda versions: {}))
        monkeypatch.setattr(score, "KeyCorrection", none)
    services.finish(session.pk)
    return session.scores.get().max_credit


def test_a_paper_that_slipped_by_follows_when_it_ends(sitting, monkeypatch):
    assert pinned_before(sitting, monkeypatch, follows=True) == 9


def test_without_following_it_would_count(sitting, monkeypatch):
    assert pinned_before(sitting, monkeypatch, follows=False) == 10
