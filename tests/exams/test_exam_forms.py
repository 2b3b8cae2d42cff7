"""Fixed forms made in the site: by hand or drawn, their balance, offered and archived."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from examapp.exams import services
from examapp.exams.models import ExamForm
from examapp.exams.services import exam_forms, form_loading
from questions.models import AuditEntry, ExamRole, Question
from questions.services import retirement
from questions.services.errors import Refused
from tests.questions.conftest import client_of
from tests.support.addresses import form_address as address
from tests.support.builders import make_exam

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(instructor, exam):
    ExamRole.objects.create(user=instructor, exam=exam, role="owner")
    return instructor


@pytest.fixture
def form(exam, owner):
    return exam_forms.publish(exam, title="Mock A", places=exam_forms.generate(exam), by=owner)


def test_a_drawn_form_meets_the_blueprint(exam):
    found = exam_forms.balance(exam, exam_forms.generate(exam))
    assert not found.problems
    assert not any(row.is_off for row in found.rows)
    assert {row.name: row.held for row in found.rows if row.group == "domain"} == {
        "1 Domain 1": 7,
        "2 Domain 2": 5,
    }


def test_a_second_draw_takes_other_questions(exam, form):
    first = set(form.questions.values_list("ref", flat=True))
    assert not first & {ref for ref, _ in exam_forms.generate(exam)}


def test_what_is_offered_can_be_sat(exam, form, candidate):
    session = services.start(candidate, exam=exam, form=form)
    asked = list(session.items.values_list("version__question__ref", "is_scored"))
    assert asked == list(form.items.values_list("question__ref", "is_scored"))
    assert AuditEntry.objects.filter(subject="form", verb="published").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda places: [("nowhere", True), *places[1:]], "not a published question"),
        (lambda places: [places[1], *places[1:]], "listed 2 times"),
        (lambda places: places[1:], "the rules ask for"),
        (lambda places: [(ref, True) for ref, _ in places], "12 of 12 questions count"),
    ],
)
def test_a_form_that_cannot_be_is_refused(exam, owner, change, said):
    with pytest.raises(Refused, match=said):
        exam_forms.publish(exam, title="A", places=change(exam_forms.generate(exam)), by=owner)
    assert not ExamForm.objects.filter(kind="fixed").exists()


def test_questions_that_give_each_other_away_do_not_stand_together(exam, owner):
    places = exam_forms.generate(exam)
    one, other = (Question.objects.get(ref=ref) for ref, _ in places[:2])
    one.enemies.add(other)
    with pytest.raises(Refused, match="give away each other's answers"):
        exam_forms.publish(exam, title="A", places=places, by=owner)


def test_a_question_of_another_exam_or_out_of_use_is_none(exam, owner):
    places = exam_forms.generate(exam)
    foreign = exam_forms.generate(make_exam(forms=1))[0]
    retirement.retire(Question.objects.get(ref=places[1][0]), by=owner)
    problems = exam_forms.balance(exam, [foreign, *places[1:]]).problems
    assert len([each for each in problems if "not a published question" in each]) == 2


def test_in_use_is_what_is_fixed_and_not_archived(exam, form, candidate, owner):
    drawn = services.start(candidate, exam=exam).form
    other = exam_forms.publish(exam, title="Mock B", places=exam_forms.generate(exam), by=owner)
    assert drawn.kind == "fresh"
    exam_forms.archive(other, by=owner)
    assert list(ExamForm.objects.in_use()) == [form]


def test_a_load_of_files_leaves_it(exam, form):
    form_loading.load(exam, [])
    form.refresh_from_db()
    assert not form.is_archived


def test_an_archived_form_is_not_offered_and_can_return(exam, form, owner):
    exam_forms.archive(form, by=owner)
    assert not ExamForm.objects.offered(exam).exists()
    twin = exam_forms.publish(exam, title="Mock A", places=exam_forms.generate(exam), by=owner)
    with pytest.raises(Refused, match="newer mock exam"):
        exam_forms.archive(form, by=owner, is_archived=False)
    exam_forms.archive(twin, by=owner)
    exam_forms.archive(form, by=owner, is_archived=False)
    assert list(ExamForm.objects.offered(exam)) == [form]


def test_the_page_draws_shows_the_balance_and_offers(exam, owner, instructor_client):
    reply = instructor_client.post(address(exam), {"title": "B", "action": "generate"})
    assert reply.context["balance"].rows
    lines = reply.context["form"].data["questions"]
    fields = {"title": "B", "questions": lines}
    assert instructor_client.post(address(exam), {**fields, "action": "balance"}).status_code == 200
    assert not ExamForm.objects.filter(kind="fixed").exists()
    reply = instructor_client.post(address(exam), {**fields, "action": "publish"})
    made = ExamForm.objects.get(kind="fixed")
    assert reply["Location"] == made.get_absolute_url()
    page = instructor_client.get(made.get_absolute_url()).content.decode()
    assert page.count("does not count") == 2
    instructor_client.post(address(exam, "archive", made.pk))
    assert "Archived" in instructor_client.get(address(exam, "forms")).content.decode()


@pytest.mark.parametrize("fields", [{"title": ""}, {"questions": ""}, {"questions": "x" * 40_001}])
def test_bad_input_is_said_at_its_field(exam, owner, instructor_client, fields):
    filled = {"title": "C", "questions": "a", "action": "publish", **fields}
    reply = instructor_client.post(address(exam), filled)
    assert reply.status_code == 422
    assert set(fields) == set(reply.context["form"].errors) - {"__all__"}


def test_the_page_shows_five_hundred_places_at_most(exam, owner, instructor_client):
    """Each is worked out anew with every change of the page, so what is sent has a bound."""
    lines = "\n".join(f"ref-{number}" for number in range(501))
    reply = instructor_client.post(address(exam), {"questions": lines, "action": "balance"})
    assert [place.ref for place in reply.context["places"]] == lines.splitlines()[:500]


def test_a_bank_that_is_too_small_is_said(owner, instructor):
    small = make_exam(forms=0)
    ExamRole.objects.create(user=instructor, exam=small, role="owner")
    reply = client_of(instructor).post(address(small), {"title": "D", "action": "generate"})
    assert reply.status_code == 422
    assert "too small" in reply.content.decode()


def test_pages_cost_the_same_for_more_forms(exam, form, owner, instructor_client):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert instructor_client.get(address(exam, "forms")).status_code == 200
        return len(queries)

    first = cost()
    exam_forms.publish(exam, title="E", places=exam_forms.generate(exam), by=owner)
    assert cost() == first <= 6


@pytest.mark.parametrize(("role", "status"), [("author", 404), ("reviewer", 404), ("owner", 200)])
def test_owners_make_forms(exam, instructor, instructor_client, role, status):
    ExamRole.objects.create(user=instructor, exam=exam, role=role)
    assert instructor_client.get(address(exam)).status_code == status
    assert instructor_client.get(address(exam, "forms")).status_code == 200


def test_a_candidate_sees_none_of_it(exam, form, candidate_client):
    for name, args in (("forms", []), ("compose", []), ("form", [form.pk])):
        assert candidate_client.get(address(exam, name, *args)).status_code == 404
    assert candidate_client.post(address(exam, "archive", form.pk)).status_code == 404
