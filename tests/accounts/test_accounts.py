"""Sign-up, sign-in, reset and sign-out by e-mail address."""

import re

import pytest
from django.test import Client

from examapp.accounts.models import User
from examapp.accounts.services import create_demo_accounts
from tests.support.builders import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def sign_in(client, email, password=PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def test_signing_up_makes_a_candidate_who_signs_in_next(mailoutbox):
    client = Client()
    reply = client.post(
        "/accounts/signup/?next=/exams/",
        {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert reply["Location"] == "/accounts/login/?next=%2Fexams%2F"
    assert User.objects.get(email="new@example.com").role == "candidate"
    assert mailoutbox[0].to == ["new@example.com"]
    assert client.get("/exams/").status_code == 302
    assert sign_in(client, "new@example.com").status_code == 302
    assert client.get("/exams/").status_code == 200


def admin_page(person):
    return f"/admin/accounts/user/{person.pk}/change/"


@pytest.mark.parametrize("fields", [{"role": "instructor", "is_active": "on"}, {"role": "admin"}])
def test_the_last_admin_stays_one(fields):
    root, client = make_user(role="admin"), Client()
    client.force_login(root)
    sent = {"email": root.email, "name": "", **fields}
    refused = client.post(admin_page(root), sent)
    assert "This is the last admin" in refused.content.decode()
    root.refresh_from_db()
    assert (root.role, root.is_active) == ("admin", True)
    make_user(role="admin")
    assert client.post(admin_page(root), sent).status_code == 302
    root.refresh_from_db()
    assert (root.role, root.is_active) != ("admin", True)


def test_an_admin_who_is_away_does_not_count_and_nobody_is_deleted():
    root, client = make_user(role="admin"), Client()
    make_user(role="admin", is_active=False)
    client.force_login(root)
    sent = {"email": root.email, "name": "", "role": "candidate", "is_active": "on"}
    assert "This is the last admin" in client.post(admin_page(root), sent).content.decode()
    assert (
        client.post(f"/admin/accounts/user/{root.pk}/delete/", {"post": "yes"}).status_code == 403
    )


def test_a_role_cannot_be_signed_up_for():
    fields = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    Client().post("/accounts/signup/", {**fields, "role": "admin", "is_staff": "on"})
    assert User.objects.get().role == "candidate"


@pytest.mark.parametrize("typed", ["ada@example.com", "ADA@Example.COM", " ada@example.com "])
def test_signing_in_does_not_care_for_case(typed):
    make_user(email="ada@example.com")
    client = Client()
    assert sign_in(client, typed).status_code == 302
    assert client.get("/exams/").status_code == 200


def test_a_wrong_password_is_told_and_the_address_kept():
    make_user(email="ada@example.com")
    reply = sign_in(Client(), "ada@example.com", "wrong")
    assert "not correct" in reply.content.decode()
    assert 'value="ada@example.com"' in reply.content.decode()


def test_someone_who_left_cannot_sign_in():
    make_user(email="ada@example.com", is_active=False)
    client = Client()
    sign_in(client, "ada@example.com")
    assert client.get("/exams/").status_code == 302


def test_a_forgotten_password_is_reset_by_mail(mailoutbox, settings):
    settings.SITE_URL = "https://exams.example.com"
    make_user(email="ada@example.com")
    Client().post("/accounts/password/reset/", {"email": "ada@example.com"})
    (mail,) = mailoutbox
    (link,) = re.findall(r"https://exams\.example\.com(/\S+)", mail.body)
    client = Client()
    form = client.get(link, follow=True)
    new = "another-long-word"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert sign_in(Client(), "ada@example.com", new).status_code == 302


def test_a_link_in_mail_does_not_follow_the_host_header(mailoutbox, settings):
    settings.SITE_URL = "https://exams.example.com"
    settings.ALLOWED_HOSTS = ["*"]
    make_user(email="ada@example.com")
    Client(headers={"Host": "evil.example.net"}).post(
        "/accounts/password/reset/", {"email": "ada@example.com"}
    )
    assert "evil" not in mailoutbox[0].body


def test_an_unknown_address_looks_the_same(mailoutbox):
    make_user(email="ada@example.com")
    known = Client().post("/accounts/password/reset/", {"email": "ada@example.com"})
    unknown = Client().post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_signing_out_needs_a_post(candidate_client):
    candidate_client.get("/accounts/logout/")
    assert candidate_client.get("/exams/").status_code == 200
    candidate_client.post("/accounts/logout/")
    assert candidate_client.get("/exams/").status_code == 302


def test_demo_accounts_are_made_once():
    made = create_demo_accounts("demo-word-1")
    assert set(made) == {"candidate@example.com", "instructor@example.com", "admin@example.com"}
    assert create_demo_accounts("another") == {}
    assert User.objects.get(email="admin@example.com").is_superuser
    assert not User.objects.get(email="instructor@example.com").is_staff


def test_the_operators_admin_is_for_admins(instructor_client):
    assert instructor_client.get("/admin/").status_code in (302, 403)
    admin = Client()
    admin.force_login(make_user(role="admin"))
    for path in ("", "exams/examsession/", "questions/question/", "accounts/user/"):
        assert admin.get(f"/admin/{path}").status_code == 200
