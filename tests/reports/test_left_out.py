"""Discarded sittings, those left out and trials of the staff are in no figure, which says so."""

import re

import pytest
from django.urls import reverse

from examapp.exams import services
from examapp.exams.models import ExamSession
from examapp.exams.services import problems
from examapp.reports import exports
from examapp.reports.item_analysis import item_statistics
from examapp.reports.item_analysis.credit_table import credit_table
from examapp.reports.models import FormStatistics, ItemStatistics, WeakAreaReport
from examapp.reports.weak_areas import report
from examapp.reports.weak_areas.evidence import evidence_of
from questions.models import ExamRole
from tests.reports.conftest import sit
from tests.support.builders import make_exam, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(db):
    return make_exam(forms=1)


@pytest.fixture
def sittings(exam, instructor):
    """Four sittings: one that counts, one left out, one discarded, one of the exam's author."""
    ExamRole.objects.create(user=instructor, exam=exam, role="author")
    people = [make_user(), make_user(), make_user(), instructor]
    sessions = [sit(person, exam) for person in people]
    services.leave_out(sessions[1].pk, candidate=people[1])
    services.discard(sessions[2].pk, candidate=people[2])
    return sessions


def test_statistics_count_only_what_tells(exam, sittings):
    report.refresh(exam)
    assert {row.n for row in ItemStatistics.objects.all()} == {1}
    assert FormStatistics.objects.get(form=None).n == 1
    assert credit_table(exam).sessions == [sittings[0].pk]
    assert len(list(exports.results_table(exam))) == 2
    version = sittings[0].items.first().version
    assert problems.figures(version).sittings == 1


def test_the_pages_say_how_many_they_left_out(exam, sittings, instructor_client):
    report.refresh(exam)
    for name in ("items", "forms"):
        page = instructor_client.get(reverse(f"reports:{name}")).content.decode()
        assert "3 exams are not counted" in page
        said = re.findall(r"<dt>([^<]*)</dt>\s*<dd>(\d+)</dd>", page)
        assert {("Discarded", "1"), ("Left out by the students themselves", "1")} <= {*said}
        assert ("Trial runs by the team of this exam", "1") in said
    counts = ExamSession.objects.filter(exam=exam).left_out_counts()
    assert (counts.discarded, counts.left_out, counts.trials) == (1, 1, 1)


def test_a_sitting_left_out_after_it_was_counted_is_taken_out_again(exam, sittings):
    report.refresh(exam)
    first = sittings[0]
    services.leave_out(first.pk, candidate=first.candidate)
    assert item_statistics.stale_versions(exam).emptied
    report.refresh(exam)
    assert not ItemStatistics.objects.exists()
    services.leave_out(first.pk, candidate=first.candidate, is_left_out=False)
    report.refresh(exam)
    assert {row.n for row in ItemStatistics.objects.all()} == {1}


def test_evidence_is_without_what_was_left_out_or_discarded(exam):
    ada = make_user()
    first, second = sit(ada, exam), sit(ada, exam)
    services.leave_out(first.pk, candidate=ada)
    assert {answer.session for answer in evidence_of(ada.pk, exam.pk).answers} == {str(second.pk)}
    services.discard(second.pk, candidate=ada)
    assert not evidence_of(ada.pk, exam.pk).answers


def test_later_reports_are_made_anew(exam, django_capture_on_commit_callbacks):
    ada = make_user()
    first, second = sit(ada, exam), sit(ada, exam)
    report.compute_all_of(second.pk)
    assert WeakAreaReport.objects.get(session=second).body["exams"] == 1
    before = WeakAreaReport.objects.get(session=second).pk
    with django_capture_on_commit_callbacks(execute=True):
        services.leave_out(first.pk, candidate=ada)
    assert not WeakAreaReport.objects.filter(session=first).exists()
    report.compute_missing()
    assert not WeakAreaReport.objects.filter(session=first).exists()
    assert WeakAreaReport.objects.get(session=second).pk != before
