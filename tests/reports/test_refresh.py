"""The refresh: what it counts, that it goes on where it stopped, and that reports use it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from examapp.exams import services as exams
from examapp.exams.models import ExamForm, ExamFormKinds, SessionItem
from examapp.reports import tasks
from examapp.reports.item_analysis import credit_table, item_statistics
from examapp.reports.item_analysis import refresh as statistics_refresh
from examapp.reports.measurement import calibration as estimation
from examapp.reports.models import Calibration, FormStatistics, ItemStatistics, RefreshRun
from examapp.reports.weak_areas import report as report_services
from examapp.reports.weak_areas.calibrated_items import CalibrationKey, growth_of
from questions.models import ExamRole, Question
from questions.services import publish
from tests.reports.conftest import CROWD, sit
from tests.support.builders import (
    entry,
    make_exam,
    make_item,
    make_user,
    regrade_with_key,
    right_response,
    wrong_response,
)
from tests.support.pages import html_of
from tests.support.sittings import answer_all, corrected, save

pytestmark = pytest.mark.django_db


def test_every_version_and_question_has_its_statistics(crowd):
    run = report_services.refresh(crowd)
    assert run.finished_at
    assert (run.error, run.stage) == ("", "done")
    rows = ItemStatistics.objects.filter(question__exam=crowd)
    assert rows.pooled().count() == rows.exclude(version=None).count() == 12
    assert {row.n for row in rows} == {CROWD}
    assert all(row.discrimination > 0 for row in rows)
    assert sum(row.difficulty for row in rows.pooled()) == pytest.approx(0, abs=1e-6)


def test_the_figures_are_those_of_the_answers(crowd):
    report_services.refresh(crowd)
    version = SessionItem.objects.filter(version__type="multiple_choice").first().version
    row = ItemStatistics.objects.get(version=version)
    credits = [item.credit for item in SessionItem.objects.filter(version=version)]
    assert row.facility == pytest.approx(float(sum(credits)) / CROWD)
    body = row.body
    assert sum(body["met"]) == CROWD
    assert sum(body["right"]) == pytest.approx(float(sum(credits)))
    key = next(part for part in body["parts"] if part["is_key"])
    assert sum(key["counts"]) == sum(credits)
    assert sum(sum(part["counts"]) for part in body["parts"]) == CROWD
    assert body["right"][0] < body["right"][-1]


def test_changed_answers_are_told_by_how_they_changed(candidate, exam):
    session = exams.start(candidate, exam=exam)
    items = list(session.items.filter(version__type="multiple_choice").select_related("version"))
    first, second, third = items[:3]
    for item, before, after in (
        (first, wrong_response, right_response),
        (second, right_response, wrong_response),
        (third, right_response, right_response),
    ):
        save(session, entry(item.position, before(item), seq=1))
        save(session, entry(item.position, after(item), seq=2))
    exams.finish(session.pk)
    report_services.refresh(exam)

    def changed(item):
        body = ItemStatistics.objects.get(version=item.version).body
        return {kind: count for kind, count in body["changed"].items() if count}

    assert changed(first) == {"wrong_right": 1}
    assert changed(second) == {"right_wrong": 1}
    assert changed(third) == {}


def test_an_omitted_question_is_wrong_and_counted_as_blank(candidate, exam):
    session = exams.start(candidate, exam=exam)
    first, *rest = session.items.select_related("version")
    save(session, *[entry(item.position, right_response(item)) for item in rest])
    exams.finish(session.pk)
    report_services.refresh(exam)
    row = ItemStatistics.objects.get(version=first.version)
    assert (row.facility, row.body["blank"], row.discrimination) == (0, 1, None)
    # And says nothing of what anyone knows.
    assert Calibration.objects.get().answers == 11


def left_out(exam):
    return FormStatistics.objects.get(exam=exam, form=None).body["left_out"]


def test_what_was_not_reached_says_nothing_of_the_question(candidate, exam):
    session = exams.start(candidate, exam=exam)
    *reached, last = session.items.select_related("version")
    save(session, *[entry(item.position, right_response(item)) for item in reached])
    exams.finish(session.pk)
    report_services.refresh(exam)
    assert not ItemStatistics.objects.filter(version=last.version).exists()
    assert left_out(exam) == {"abandoned": 0, "hasty": 0, "rapid": 0, "not_reached": 1}


def test_sittings_that_were_given_up_or_clicked_through_are_left_out_and_told(
    crowd, instructor, instructor_client
):
    report_services.refresh(crowd)
    before = list(ItemStatistics.objects.pooled().values_list("question", "n", "facility"))
    given_up = exams.start(make_user(), exam=crowd)
    save(given_up, entry(1, wrong_response(given_up.items.first())))
    exams.finish(given_up.pk)
    hasty = sit(make_user(), crowd, right=lambda item, position: False)
    hasty.items.update(elapsed_ms=900)
    report_services.refresh(crowd)
    after = list(ItemStatistics.objects.pooled().values_list("question", "n", "facility"))
    assert sorted(after) == sorted(before)
    assert left_out(crowd) == {"abandoned": 1, "hasty": 1, "rapid": 0, "not_reached": 0}
    assert FormStatistics.objects.get(exam=crowd, form=None).n == CROWD
    ExamRole.objects.create(user=instructor, exam=crowd, role="author")
    for name in ("items", "forms"):
        page = html_of(instructor_client.get(reverse(f"reports:{name}")))
        assert "<dt>Given up early</dt><dd>1</dd>" in page


def test_one_answer_faster_than_reading_is_no_answer(crowd):
    item = SessionItem.objects.filter(version__type="multiple_choice").first()
    SessionItem.objects.filter(pk=item.pk).update(elapsed_ms=1_000)
    report_services.refresh(crowd)
    row = ItemStatistics.objects.get(version=item.version)
    assert (row.n, row.body["left_out"]) == (CROWD - 1, 1)
    assert left_out(crowd)["rapid"] == 1
    assert Calibration.objects.get().answers == CROWD * 12 - 1


def test_a_calibration_says_how_fast_learners_change(candidate):
    exam = make_exam(forms=2)
    for _ in range(2):
        sit(candidate, exam)
    report_services.refresh(exam)
    stored = Calibration.objects.get().parameters
    assert len(stored["growth"]["usual_steps"]) == 1
    assert stored["growth"]["step"] > 0
    growth = growth_of(
        CalibrationKey(Calibration.objects.get().pk, Calibration.objects.get().made_at)
    )
    assert growth.usual_steps[0].mean == pytest.approx(stored["growth"]["usual_steps"][0][0])


def test_without_a_sitting_there_is_nothing_and_no_error(exam):
    run = report_services.refresh(exam)
    assert run.error == ""
    assert not ItemStatistics.objects.exists()
    (form,) = FormStatistics.objects.all()
    assert (form.n, form.kr20, form.body["distribution"]) == (0, None, [])


# --- Incremental and resumable ----------------------------------------------------------------


def test_a_second_refresh_counts_nothing_anew(crowd, monkeypatch):
    report_services.refresh(crowd)
    monkeypatch.setattr(credit_table, "credit_table", lambda exam: pytest.fail("read again"))
    report_services.refresh(crowd)
    assert Calibration.objects.count() == 1


def test_only_questions_with_new_answers_are_counted(candidate):
    exam = make_exam(forms=2)
    sit(candidate, exam)
    report_services.refresh(exam)
    first = set(ItemStatistics.objects.exclude(version=None).values_list("version", flat=True))
    sit(candidate, exam)
    stale = set(item_statistics.stale_versions(exam).newest)
    assert stale.isdisjoint(first)
    report_services.refresh(exam)
    assert not item_statistics.stale_versions(exam).newest
    assert ItemStatistics.objects.pooled().count() == 24


def test_a_regrade_makes_its_sittings_count_anew(crowd):
    report_services.refresh(crowd)
    item = SessionItem.objects.filter(version__type="multiple_choice").first()
    before = ItemStatistics.objects.get(version=item.version).facility
    regrade_with_key(item.version, keyed_by=corrected(item.version), reason="Wrong key.")
    report_services.refresh(crowd)
    assert ItemStatistics.objects.get(version=item.version).facility != before


def test_a_refresh_that_dies_is_taken_up_where_it_stopped(crowd, monkeypatch):
    monkeypatch.setattr(statistics_refresh, "_CHUNK", 5)
    count = item_statistics.version_statistics
    done = []

    def fail_the_second_time(whole, versions, newest):
        if done:
            raise RuntimeError("killed")
        done.extend(versions)
        return count(whole, versions, newest)

    monkeypatch.setattr(item_statistics, "version_statistics", fail_the_second_time)
    with pytest.raises(RuntimeError):
        report_services.refresh(crowd)
    assert "counting answers" in RefreshRun.objects.get().error
    assert len(item_statistics.stale_versions(crowd).newest) == 7
    counted = []
    monkeypatch.setattr(
        item_statistics,
        "version_statistics",
        lambda whole, versions, newest: counted.extend(versions) or count(whole, versions, newest),
    )
    report_services.refresh(crowd)
    assert set(counted).isdisjoint(done)
    assert len(counted) == 7


def test_what_failed_after_counting_is_done_the_next_time(crowd, candidate, monkeypatch):
    report_services.refresh(crowd)
    sit(candidate, crowd)
    with monkeypatch.context() as patch:
        patch.setattr(estimation, "calibrate", lambda *args, **options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            report_services.refresh(crowd)
    assert Calibration.objects.count() == 1
    report_services.refresh(crowd)
    assert Calibration.objects.count() == 2
    assert FormStatistics.objects.get(exam=crowd, form=None).n == CROWD + 1


def test_a_running_refresh_is_left_alone_and_a_dead_one_is_not(exam):
    running = RefreshRun.objects.create(exam=exam, stage="counting answers")
    assert report_services.refresh(exam) is None
    long_ago = timezone.now() - timedelta(minutes=11)
    RefreshRun.objects.filter(pk=running.pk).update(progress_at=long_ago)
    assert report_services.refresh(exam).finished_at
    running.refresh_from_db()
    assert "taken up again" in running.error


def test_one_exam_that_fails_stops_no_other(crowd, monkeypatch):
    other = make_exam()
    refresh = statistics_refresh.refresh

    def fail_for_the_first(exam):
        if exam == crowd:
            raise RuntimeError("poison")
        return refresh(exam)

    monkeypatch.setattr(statistics_refresh, "refresh", fail_for_the_first)
    tasks.refresh_all()
    assert [run.exam for run in RefreshRun.objects.all()] == [other]
    tasks.refresh(0)


def test_the_statements_do_not_grow_with_the_sittings(candidate):
    exam = make_exam(forms=1)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            report_services.refresh(exam)
        return len(asked)

    sit(candidate, exam)
    cost()
    sit(make_user(), exam)
    one = cost()
    for _ in range(4):
        sit(make_user(), exam)
    assert cost() == one


# --- Calibration ------------------------------------------------------------------------------


def test_reports_use_the_newest_calibration_and_name_it(crowd, candidate):
    report_services.refresh(crowd)
    session = sit(candidate, crowd)
    report = report_services.compute(session.pk)
    assert report.calibration == Calibration.objects.get()
    assert report.calibration.parameters["mean"] != 0.5
    assert len(report.calibration.parameters["items"]) == 12


def test_the_first_answer_to_a_question_calibrates(candidate):
    exam = make_exam(forms=1)
    sit(candidate, exam, right=lambda item, position: False)
    sit(candidate, exam)
    report_services.refresh(exam)
    assert Calibration.objects.get().answers == 12


def test_calibrations_are_kept_and_numbered(crowd, candidate):
    report_services.refresh(crowd)
    sit(candidate, crowd)
    report_services.refresh(crowd)
    assert [each.number for each in Calibration.objects.all()] == [1, 2]


def test_a_new_version_speaks_for_itself_and_the_question_for_both(crowd, candidate):
    question = Question.objects.get(
        pk=SessionItem.objects.filter(version__type="multiple_choice").first().version.question_id
    )
    publish(question, make_item("multiple_choice", question.ref, stem="A better stem?"))
    sit(candidate, crowd)
    report_services.refresh(crowd)
    versions = ItemStatistics.objects.filter(question=question).exclude(version=None)
    assert sorted(row.n for row in versions) == [1, CROWD]
    whole = ItemStatistics.objects.pooled().get(question=question)
    assert whole.n == CROWD + 1
    # One answer judges nothing: the verdict is still that of the version before.
    assert versions.get(version=whole.body["judged_version"]).n == CROWD


# --- Forms ------------------------------------------------------------------------------------


def test_all_sittings_have_a_distribution_and_a_reliability(crowd):
    report_services.refresh(crowd)
    whole = FormStatistics.objects.get(exam=crowd, form=None)
    assert whole.n == CROWD
    assert sum(persons for _, persons in whole.body["distribution"]) == CROWD
    assert 0.8 < whole.kr20 < 1
    # Not everybody was asked the same, so that the error is a mean over persons, near the product.
    assert whole.sem == pytest.approx(whole.body["deviation"] * (1 - whole.kr20) ** 0.5, rel=0.02)


def test_a_fixed_form_has_its_own(crowd):
    form = ExamForm.objects.filter(sessions__exam=crowd).first()
    ExamForm.objects.filter(pk=form.pk).update(
        kind=ExamFormKinds.FIXED, title="Form A", slug="form-a"
    )
    report_services.refresh(crowd)
    row = FormStatistics.objects.get(form=form)
    assert (row.n, row.kr20) == (1, None)
    assert row.body["scored_count"] == 10


def test_partial_credit_and_every_type_are_counted(candidate):
    exam = make_exam(forms=1, grading_policy="partial_credit")
    session = exams.start(candidate, exam=exam)
    answer_all(session)
    exams.finish(session.pk)
    report_services.refresh(exam)
    kinds = set(
        ItemStatistics.objects.exclude(version=None).values_list("version__type", flat=True)
    )
    assert kinds == {"multiple_choice", "multiple_response", "ordering", "matching"}
