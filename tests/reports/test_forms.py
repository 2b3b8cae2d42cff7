"""Forms: how scores were spread and how reliable they are."""

import pytest
from django.urls import reverse

from examapp.exams.models import Form, FormKinds
from examapp.reports import services
from tests.reports.conftest import CROWD, joined, sit

pytestmark = pytest.mark.django_db
PAGE = "/analysis/forms/"


@pytest.fixture
def exam(exam, instructor):
    return joined(instructor, exam)


@pytest.fixture
def crowd(crowd, instructor):
    return joined(instructor, crowd)


def test_all_sittings_of_an_exam(instructor_client, crowd):
    services.refresh(crowd)
    reply = instructor_client.get(PAGE)
    assert reply.context["row"].n == sum(bar.persons for bar in reply.context["bars"]) == CROWD
    assert reply.context["needed"] == 7
    assert "KR-20" in reply.content.decode()


def test_before_any_sitting_it_says_so(instructor_client, exam):
    assert "No sitting counted yet" in instructor_client.get(PAGE).content.decode()
    services.refresh(exam)
    assert "No sitting has been counted yet" in instructor_client.get(PAGE).content.decode()


def test_a_fixed_form_has_its_page(instructor_client, candidate_client, candidate, exam):
    session = sit(candidate, exam)
    Form.objects.filter(pk=session.form_id).update(
        kind=FormKinds.FIXED, title="Form A", slug="form-a"
    )
    services.refresh(exam)
    page = reverse("reports:form", args=[session.form_id])
    assert page in instructor_client.get(PAGE).content.decode()
    text = instructor_client.get(page).content.decode()
    assert "Form A" in text
    assert "cannot be told from 1 sitting" in text
    assert "nan" not in text.lower().replace("finance", "")
    assert candidate_client.get(page).status_code == 404


def test_a_form_that_nobody_sat_has_none(instructor_client, exam):
    assert instructor_client.get(reverse("reports:form", args=[0])).status_code == 404


@pytest.mark.parametrize("page", [PAGE])
def test_it_costs_few_statements(instructor_client, crowd, page, django_assert_max_num_queries):
    services.refresh(crowd)
    with django_assert_max_num_queries(7):
        instructor_client.get(page)
