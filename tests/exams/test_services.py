"""Start, finish, sweep and regrade, as their callers see them."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from examapp.accounts.services import grant_accommodation
from examapp.exams import services
from examapp.exams.assembly.optimizer import BankTooSmall
from examapp.exams.models import AnswerEvent, ExamForm, ExamSession, SessionItem
from examapp.exams.services import regrade
from questions.models import Exam
from tests.support.builders import (
    entry,
    make_exam,
    regrade_with_key,
    right_response,
    wrong_response,
)
from tests.support.sittings import answer_all, checked, corrected, let_time_pass, save

pytestmark = pytest.mark.django_db


# --- Start ------------------------------------------------------------------------------------


def test_the_deadline_is_the_start_plus_the_exam_s_time(session):
    assert session.deadline_at - session.started_at == timedelta(minutes=30)


def test_the_deadline_honours_an_accommodation(candidate, instructor, exam):
    grant_accommodation(
        candidate, time_factor=Decimal("1.5"), extra_minutes=10, granted_by=instructor
    )
    session = services.start(candidate, exam=exam)
    assert session.deadline_at - session.started_at == timedelta(minutes=55)
    assert (session.base_minutes, session.time_factor, session.extra_minutes) == (30, 1.5, 10)


def test_the_clock_of_the_web_host_decides_nothing(candidate, exam, monkeypatch):
    real = datetime.now(UTC)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2001, 1, 1, tzinfo=UTC))
    session = services.start(candidate, exam=exam)
    assert abs(session.started_at - real) < timedelta(minutes=1)
    assert services.sessions_of(candidate).get().is_open
    assert save(session, entry(1, None)).stored[0].outcome == "saved"
    assert services.finish(session.pk).finish_reason == "submitted"
    assert abs(services.sessions_of(candidate).get().finished_at - real) < timedelta(minutes=1)


def test_an_accommodation_set_later_leaves_a_running_session_alone(session, instructor):
    grant_accommodation(
        session.candidate, time_factor=Decimal(2), extra_minutes=0, granted_by=instructor
    )
    again = services.start(session.candidate, exam=session.exam)
    assert again.deadline_at == session.deadline_at


def test_a_second_start_goes_on_with_the_first(candidate, exam, session):
    assert services.start(candidate, exam=exam).pk == session.pk
    assert ExamForm.objects.count() == 1


def test_another_exam_may_be_open_beside_it(candidate, session):
    other = services.start(candidate, exam=make_exam())
    assert other.pk != session.pk


def test_a_paper_pins_live_versions_in_an_order_of_its_own(session):
    for item in session.items.select_related("version__question"):
        assert item.version == item.version.question.current_version
        assert sorted(item.shuffle) == list(range(len(item.version.content["options"])))


def test_scored_and_unscored_items_are_as_the_blueprint_says(session):
    assert session.items.filter(is_scored=True).count() == 10
    assert session.items.filter(is_scored=False).count() == 2


def test_the_next_paper_holds_what_was_not_seen(candidate, exam, session):
    services.finish(session.pk)
    second = services.start(candidate, exam=exam)
    asked = [set(s.items.values_list("version__question", flat=True)) for s in (session, second)]
    assert not asked[0] & asked[1]


def test_a_third_paper_holds_what_was_seen_longest_ago(candidate, exam, session):
    first = set(session.items.values_list("version__question", flat=True))
    services.finish(session.pk)
    services.finish(services.start(candidate, exam=exam).pk)
    third = services.start(candidate, exam=exam)
    assert set(third.items.values_list("version__question", flat=True)) == first


def test_a_bank_too_small_is_told_before_anything_is_written(candidate):
    exam = make_exam(forms=1, scored_count=40)
    with pytest.raises(BankTooSmall, match=r"domain 1 Domain 1 has 7 of \d+ items"):
        services.start(candidate, exam=exam)
    assert not ExamSession.objects.exists()
    assert not ExamForm.objects.exists()


def test_starts_are_limited_by_the_day(candidate, exam, settings):
    settings.STARTS_PER_DAY = 1
    services.finish(services.start(candidate, exam=exam).pk)
    with pytest.raises(services.TooManyStarts):
        services.start(candidate, exam=exam)


# --- The deadline -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "outcome", "credit"), [(10, "saved", 1), (29, "saved", 1), (31, "late", 0)]
)
def test_an_answer_counts_within_the_grace_and_is_kept_after_it(session, seconds, outcome, credit):
    item = session.items.select_related("version", "keyed_by").first()
    let_time_pass(session, minutes=30, seconds=seconds)
    receipt = save(session, entry(item.position, right_response(item)))
    assert receipt.stored[0].outcome == AnswerEvent.objects.get().outcome == outcome
    services.finish(session.pk)
    item.refresh_from_db()
    assert (item.revision, item.credit) == (credit, credit)


def test_a_late_answer_over_http_names_the_deadline(candidate_client, session):
    let_time_pass(session, minutes=31)
    reply = candidate_client.post(
        reverse("exams:answers", args=[session.pk]),
        json.dumps([entry(1, None)]),
        content_type="application/json",
    )
    session.refresh_from_db()
    assert reply.status_code == 409
    assert reply.json()["saved"][0]["status"] == "late"
    assert reply.json()["deadline"] == session.deadline_at.isoformat()


def test_what_comes_a_day_later_is_not_even_logged(session):
    let_time_pass(session, days=2)
    assert save(session, entry(1, None)).stored[0].outcome == "late"
    assert not AnswerEvent.objects.exists()


def test_reading_finishes_what_is_due(session):
    answer_all(session)
    let_time_pass(session, minutes=31)
    found = services.sessions_of(session.candidate).get()
    assert (found.status, found.finish_reason) == ("finished", "expired")
    assert found.finished_at == found.deadline_at
    assert found.scores.get().scaled == 1000


def test_within_the_grace_nothing_is_finished(session):
    let_time_pass(session, minutes=30, seconds=20)
    assert services.sessions_of(session.candidate).get().is_open
    assert services.sweep() == 0


def test_the_sweep_finishes_every_session_that_is_due(outsider, session):
    let_time_pass(session, days=400)
    other = services.start(outsider, exam=session.exam)
    assert services.sweep() == 1
    session.refresh_from_db()
    other.refresh_from_db()
    assert (session.finish_reason, other.status) == ("expired", "open")


def test_a_session_that_cannot_be_finished_stops_no_other(outsider, session, monkeypatch):
    other = services.start(outsider, exam=session.exam)
    for each in (session, other):
        let_time_pass(each, hours=1)
    score = services.score.score

    def fail_for_the_first(each):
        if each.pk == session.pk:
            raise RuntimeError("poison")
        return score(each)

    monkeypatch.setattr(services.score, "score", fail_for_the_first)
    assert services.sweep() == 1
    session.refresh_from_db()
    other.refresh_from_db()
    assert (session.status, other.status) == ("open", "finished")


def test_ending_within_the_grace_says_that_time_ran_out(session):
    let_time_pass(session, minutes=30, seconds=5)
    assert services.finish(session.pk).finish_reason == "expired"


# --- Finish -----------------------------------------------------------------------------------


def test_finishing_scores_once(session):
    answer_all(session)
    first = services.finish(session.pk)
    again = services.finish(session.pk)
    assert again.finished_at == first.finished_at
    assert session.scores.get().credit == 10


def test_what_the_end_brings_along_is_scored(session):
    item = session.items.select_related("version", "keyed_by").first()
    (pending,) = checked(session, entry(item.position, right_response(item)))
    services.finish(session.pk, pending=[pending])
    item.refresh_from_db()
    assert item.credit == 1


def test_what_an_end_after_the_end_brings_along_is_kept_as_late(session):
    services.finish(session.pk)
    item = session.items.select_related("version", "keyed_by").first()
    (pending,) = checked(session, entry(item.position, right_response(item)))
    for _ in range(2):
        services.finish(session.pk, pending=[pending])
    item.refresh_from_db()
    assert (item.response, item.credit) == (None, 0)
    assert AnswerEvent.objects.get().outcome == "late"
    assert session.scores.get().credit == 0


def test_an_end_that_comes_too_late_counts_as_time_run_out(session):
    item = session.items.select_related("version", "keyed_by").first()
    (pending,) = checked(session, entry(item.position, right_response(item)))
    let_time_pass(session, minutes=31)
    finished = services.finish(session.pk, pending=[pending])
    item.refresh_from_db()
    assert (finished.finish_reason, item.credit) == ("expired", 0)
    assert AnswerEvent.objects.get().outcome == "late"


def test_domain_scores_add_up_to_the_score(session):
    answer_all(session, lambda item: right_response(item) if item.position % 2 else None)
    services.finish(session.pk)
    score = session.scores.get()
    domains = list(score.domain_scores.all())
    assert sum(row.credit for row in domains) == score.credit
    assert [row.max_credit for row in domains] == [6, 4]
    assert score.max_credit == 10


def test_an_empty_paper_earns_the_lowest_score(session):
    services.finish(session.pk)
    score = session.scores.get()
    assert (score.scaled, score.is_pass) == (100, False)


def test_exactly_the_cut_passes(session):
    scored = list(session.items.filter(is_scored=True).select_related("version", "keyed_by"))
    save(session, *[entry(item.position, right_response(item)) for item in scored[:7]])
    services.finish(session.pk)
    score = session.scores.get()
    assert (score.scaled, score.is_pass) == (700, True)


def test_the_session_keeps_the_scale_and_the_cut_it_started_with(session):
    scored = list(session.items.filter(is_scored=True).select_related("version", "keyed_by"))
    save(session, *[entry(item.position, right_response(item)) for item in scored[:7]])
    Exam.objects.filter(pk=session.exam_id).update(
        raw_cut="0.90", scale_min=0, scale_cut=800, scale_max=2000
    )
    services.finish(session.pk)
    score = session.scores.get()
    assert (score.scaled, score.is_pass) == (700, True)


def test_the_session_keeps_the_grading_policy_it_started_with(session):
    item = session.items.select_related("version", "keyed_by").get(version__type="matching")
    save(session, entry(item.position, [*right_response(item)[:2], None]))
    Exam.objects.filter(pk=session.exam_id).update(grading_policy="partial_credit")
    services.finish(session.pk)
    item.refresh_from_db()
    assert item.credit == 0


def test_a_partial_credit_exam_gives_part_of_a_point(candidate):
    session = services.start(candidate, exam=make_exam(grading_policy="partial_credit"))
    item = session.items.select_related("version", "keyed_by").get(version__type="matching")
    right = right_response(item)
    save(session, entry(item.position, [right[0], right[1], None]))
    services.finish(session.pk)
    item.refresh_from_db()
    assert item.credit == Decimal("0.6667")


# --- Regrade ----------------------------------------------------------------------------------


@pytest.fixture
def wrong_key(session):
    """A finished, all-right session, one scored item of it, and its corrected version."""
    answer_all(session)
    services.finish(session.pk)
    item = session.items.filter(is_scored=True, version__type="multiple_choice").first()
    return item, corrected(item.version)


def test_a_corrected_key_keeps_the_old_score(session, wrong_key):
    item, new = wrong_key
    (changed,) = regrade_with_key(item.version, keyed_by=new, reason="Key was wrong.")
    old, current = session.scores.all()
    assert (changed.old_scaled, changed.new_scaled) == (1000, current.scaled)
    assert (old.is_current, old.scaled) == (False, 1000)
    assert (current.is_current, current.credit, current.reason) == (True, 9, "Key was wrong.")
    item.refresh_from_db()
    assert (item.version_id, item.keyed_by_id) == (item.version.pk, new.pk)


def test_regrading_again_changes_nothing(session, wrong_key):
    item, new = wrong_key
    regrade_with_key(item.version, keyed_by=new, reason="Key was wrong.")
    assert regrade_with_key(item.version, keyed_by=new, reason="Key was wrong.") == []
    assert session.scores.count() == 2


def test_a_regrade_that_broke_off_goes_on_where_it_stopped(outsider, session, monkeypatch):
    sessions = [session, services.start(outsider, exam=make_exam(forms=1))]
    version = session.items.filter(is_scored=True, version__type="multiple_choice").first().version
    # A second sitting of the same question.
    item = sessions[1].items.filter(is_scored=True, version__type="multiple_choice").first()
    SessionItem.objects.filter(pk=item.pk).update(version=version, keyed_by=version)
    for each in sessions:
        answer_all(each)
        services.finish(each.pk)
    new, scored, done = corrected(version), services.score.scored, []

    def break_off_at_the_second(each, *args, **options):
        if done:
            raise RuntimeError("power cut")
        done.append(each.pk)
        return scored(each, *args, **options)

    monkeypatch.setattr(regrade, "BATCH", 1)
    monkeypatch.setattr(services.score, "scored", break_off_at_the_second)
    with pytest.raises(RuntimeError):
        regrade_with_key(version, keyed_by=new, reason="Key was wrong.")
    monkeypatch.setattr(services.score, "scored", scored)
    rest = regrade_with_key(version, keyed_by=new, reason="Key was wrong.")
    assert {done[0], *[each.session_id for each in rest]} == {each.pk for each in sessions}
    assert [each.scores.get(is_current=True).credit for each in sessions] == [9, 9]
    assert [each.scores.count() for each in sessions] == [2, 2]


def test_a_session_whose_credit_stays_keeps_its_score(session, wrong_key):
    item, new = wrong_key
    shown = {authored: shown for shown, authored in enumerate(item.shuffle)}
    SessionItem.objects.filter(pk=item.pk).update(response=shown[2], credit=0)
    assert regrade_with_key(item.version, keyed_by=new, reason="Key was wrong.") == []
    assert session.scores.count() == 1


def test_an_open_session_takes_the_corrected_key(session):
    item = session.items.filter(version__type="multiple_choice").first()
    new = corrected(item.version)
    assert regrade_with_key(item.version, keyed_by=new, reason="Key was wrong.") == []
    item.refresh_from_db()
    assert item.keyed_by == new
    save(session, entry(item.position, right_response(item)))
    services.finish(session.pk)
    item.refresh_from_db()
    assert item.credit == 1


def test_wrong_answers_earn_nothing(session):
    answer_all(session, wrong_response)
    services.finish(session.pk)
    assert session.scores.get().credit == 0
