"""The team's page, and the record that admins read."""

import pytest
from django.urls import reverse

from examapp.management.commands.up import own_exams
from questions.models import AuditEntry, ExamRole, Question
from questions.services import retirement
from tests.questions.conftest import client_of
from tests.support.builders import make_user
from tests.support.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(owner):
    return client_of(owner)


def address(exam, name="team", *more):
    return reverse(f"questions:{name}", args=[exam.code, *more])


def test_an_instructor_joins_by_address_and_gets_another_role(client, exam):
    new = make_user(email="new@example.com", role="instructor")
    client.post(address(exam), {"email": "NEW@example.com", "role": "author"})
    fields = {"email": "new@example.com", "role": "reviewer"}
    told = html_of(client.post(address(exam), fields, follow=True))
    assert f"{new} now has the role Reviewer." in told
    assert ExamRole.objects.get(exam=exam, user=new).role == "reviewer"


@pytest.mark.parametrize("email", ["nobody@example.com", "candidate@example.com", "x"])
def test_who_is_no_instructor_does_not_join(client, exam, email):
    make_user(email="candidate@example.com")
    answer = client.post(address(exam), {"email": email, "role": "author"})
    assert answer.status_code == 422
    assert ExamRole.objects.filter(exam=exam).count() == 1


def test_the_last_owner_is_told_to_stay(client, exam, owner):
    role = ExamRole.objects.get(user=owner)
    answer = client.post(address(exam, "leave", role.pk), follow=True)
    assert "needs an owner" in answer.content.decode()
    answer = client.post(address(exam), {"email": owner.email, "role": "author"})
    assert "needs an owner" in answer.content.decode()


def test_someone_leaves(client, exam, author):
    role = ExamRole.objects.get(user=author)
    client.post(address(exam, "leave", role.pk))
    assert not ExamRole.objects.filter(user=author).exists()


def test_roles_of_other_exams_are_not_there(client, exam, stranger):
    role = ExamRole.objects.get(user=stranger)
    assert client.post(address(exam, "leave", role.pk)).status_code == 404


def test_self_approval_is_switched(client, exam):
    client.post(address(exam, "self_approval"), {"is_allowed": "yes"})
    exam.refresh_from_db()
    assert exam.allows_self_approval
    client.post(address(exam, "self_approval"))
    exam.refresh_from_db()
    assert not exam.allows_self_approval


def test_the_record_names_who_did_what_even_when_they_are_gone(exam, owner, admin):
    question = Question.objects.filter(exam=exam).first()
    retirement.retire(question, by=owner, reason="out of date")
    client = client_of(admin)
    page = client.get(address(exam, "log")).content.decode()
    assert str(owner) in page
    assert "out of date" in page
    number = owner.pk
    owner.delete()
    assert f"deleted account {number}<" in html_of(client.get(address(exam, "log")))


def test_a_change_of_a_persons_role_by_an_operator_is_on_record(exam, admin):
    person = make_user(email="promoted@example.com")
    client = client_of(admin)
    data = {"email": person.email, "name": "", "role": "instructor", "is_active": "on"}
    client.post(reverse("admin:accounts_user_change", args=[person.pk]), data)
    entry = AuditEntry.objects.about("user", person.pk).get()
    assert (entry.actor, entry.details["before"][0]) == (admin, "candidate")
    assert "role changed" in client.get(address(exam, "log")).content.decode()


def test_operators_look_at_the_bank_and_do_not_write_in_it(exam, draft, owner, admin):
    retirement.retire(Question.objects.filter(exam=exam).first(), by=owner)
    client = client_of(admin)
    for row in (draft, AuditEntry.objects.first(), ExamRole.objects.first(), exam):
        name = row._meta.model_name
        assert client.get(reverse(f"admin:questions_{name}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:questions_{name}_add")).status_code == 403
        where = reverse(f"admin:questions_{name}_change", args=[row.pk])
        assert client.get(where).status_code == 200
        assert client.post(where, {"status": "retired"}).status_code == 403


def test_the_demo_instructor_owns_what_nobody_owns(exam, stranger):
    demo = make_user(email="instructor@example.com", role="instructor")
    own_exams()
    exam.refresh_from_db()
    assert exam.allows_self_approval
    assert set(ExamRole.objects.filter(user=demo).values_list("exam", "role")) == {
        (exam.pk, "owner")
    }
    own_exams()
    assert ExamRole.objects.filter(user=demo).count() == 1
