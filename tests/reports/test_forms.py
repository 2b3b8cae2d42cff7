"""Forms: how scores were spread and how reliable they are."""

import csv
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from examapp.exams.models import ExamForm, ExamFormKinds
from examapp.reports.models import ENOUGH_SITTINGS, FormStatistics
from examapp.reports.views.forms import COLUMNS
from examapp.reports.weak_areas import report
from tests.reports.conftest import CROWD, joined, sit

pytestmark = pytest.mark.django_db
PAGE = "/analysis/forms/"


@pytest.fixture
def exam(exam, instructor):
    return joined(instructor, exam)


@pytest.fixture
def crowd(crowd, instructor):
    return joined(instructor, crowd)


@pytest.mark.nightly
def test_all_sittings_of_an_exam(instructor_client, crowd):
    report.refresh(crowd)
    reply = instructor_client.get(PAGE)
    assert reply.context["row"].n == sum(bar.persons for bar in reply.context["bars"]) == CROWD
    assert reply.context["needed"] == 7
    assert "KR-20" in reply.content.decode()


def test_before_any_sitting_it_says_so(instructor_client, exam):
    assert "No exam counted yet" in instructor_client.get(PAGE).content.decode()
    report.refresh(exam)
    assert "No exam has been counted yet" in instructor_client.get(PAGE).content.decode()


def test_a_fixed_form_has_its_page(instructor_client, candidate_client, candidate, exam):
    session = sit(candidate, exam)
    ExamForm.objects.filter(pk=session.form_id).update(
        kind=ExamFormKinds.FIXED, title="Form A", slug="form-a"
    )
    report.refresh(exam)
    page = reverse("reports:form", args=[session.form_id])
    assert page in instructor_client.get(PAGE).content.decode()
    text = instructor_client.get(page).content.decode()
    assert "Form A" in text
    assert "too few exams to tell" in text
    assert "nan" not in text.lower().replace("finance", "")
    assert candidate_client.get(page).status_code == 404


def test_a_form_that_nobody_sat_has_none(instructor_client, exam):
    assert instructor_client.get(reverse("reports:form", args=[0])).status_code == 404


@pytest.mark.nightly
@pytest.mark.parametrize("page", [PAGE])
def test_it_costs_few_statements(instructor_client, crowd, page, django_assert_max_num_queries):
    report.refresh(crowd)
    with django_assert_max_num_queries(7):
        instructor_client.get(page)


# --- What the domains' own scores tell ----------------------------------------------------------


def test_each_domain_is_told_whether_its_own_score_adds_something(instructor_client, crowd):
    report.refresh(crowd)
    row = FormStatistics.objects.get(exam=crowd, form=None)
    assert [part["number"] for part in row.body["domains"]] == [1, 2]
    assert sum(part["items"] for part in row.body["domains"]) == crowd.scored_count
    for part in row.body["domains"]:
        # A figure at its bound says nothing and is not shown.
        shown = {name: part[name] for name in ("own", "whole", "both") if part[name] is not None}
        assert all(0 < figure < 1 for figure in shown.values())
        if len(shown) == 3:
            assert part["both"] >= max(part["own"], part["whole"]) - 1e-9
            assert part["adds_value"] == (part["own"] > part["whole"])
    text = instructor_client.get(PAGE).content.decode()
    assert "Haberman 2008" in text
    assert text.count('data-label="Total score"') == 2


def test_from_few_sittings_nothing_is_said_of_domains(instructor_client, candidate, exam):
    sit(candidate, exam)
    report.refresh(exam)
    text = instructor_client.get(PAGE).content.decode()
    assert f"Too few to tell: 1 of the {ENOUGH_SITTINGS} exams needed." in text


def test_statistics_from_before_say_nothing_of_domains_and_the_page_stands(
    instructor_client, crowd
):
    report.refresh(crowd)
    row = FormStatistics.objects.get(exam=crowd, form=None)
    del row.body["domains"]
    row.save()
    assert "Too few to tell: 30 of the" in instructor_client.get(PAGE).content.decode()


# --- Tables to take ---------------------------------------------------------------------------


def test_the_table_as_csv_has_the_whole_and_each_domain(instructor_client, crowd):
    report.refresh(crowd)
    reply = instructor_client.get(f"{PAGE}?format=csv")
    assert reply["Content-Disposition"] == f'attachment; filename="forms-{crowd.code}.csv"'
    names, *rows = csv.reader(io.StringIO(reply.content.decode()))
    assert tuple(names) == COLUMNS
    assert [row[:3] for row in rows] == [
        ["all sittings", "whole", "10"],
        ["all sittings", "1 Domain 1", "6.0"],
        ["all sittings", "2 Domain 2", "4.0"],
    ]
    whole = FormStatistics.objects.get(exam=crowd, form=None)
    assert float(rows[0][COLUMNS.index("kr20")]) == pytest.approx(whole.kr20)


def test_a_form_s_own_table_as_xlsx(instructor_client, candidate_client, crowd):
    form = ExamForm.objects.filter(sessions__exam=crowd).first()
    ExamForm.objects.filter(pk=form.pk).update(
        kind=ExamFormKinds.FIXED, title="=Form()", slug="form-a"
    )
    report.refresh(crowd)
    page = reverse("reports:form", args=[form.pk]) + "?format=xlsx"
    sheet = load_workbook(io.BytesIO(instructor_client.get(page).content)).worksheets[0]
    names, first, *_ = sheet.iter_rows(values_only=True)
    assert names == COLUMNS
    assert first[:2] == ("'=Form()", "whole")
    assert sheet.cell(2, 1).data_type == "s"
    assert candidate_client.get(page).status_code == 404
