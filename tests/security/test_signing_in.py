"""Signing in: what a stranger can learn, force or fix."""

import re
import subprocess
import sys
import time
from statistics import median

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from examapp.api import services as tokens
from examapp.api.models import Token
from examapp.exams import services
from examapp.runtime import postgres
from tests.support.builders import PASSWORD, entry, make_exam, make_user
from tests.support.processes import ROOT, environment
from tests.support.secrecy import answers

pytestmark = pytest.mark.django_db

HASHERS = [
    "examapp.accounts.hashers.Argon2idHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
KNOWN, UNKNOWN = "ada@example.com", "bob@example.com"


@pytest.fixture
def ada():
    return make_user(email=KNOWN)


def sign_in(client, email=KNOWN, password=PASSWORD, **query):
    return client.post(
        reverse("account_login", query=query), {"login": email, "password": password}
    )


def plain(reply):
    """Return a page without what differs each time, and without the address that was typed."""
    text = re.sub(r'value="\w{64}"', "", reply.content.decode())
    return text.replace(KNOWN, "#").replace(UNKNOWN, "#")


# --- Enumeration ------------------------------------------------------------------------------


def test_a_wrong_password_and_an_unknown_address_are_told_alike(ada):
    wrong, unknown = sign_in(Client(), password="no"), sign_in(Client(), UNKNOWN)
    assert wrong.status_code == unknown.status_code
    assert plain(wrong) == plain(unknown)


@pytest.mark.parametrize("mode", ["mandatory", "optional", "none"])
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("account_reset_password", {}),
        (
            "account_signup",
            {"email": None, "password1": "a-good-word-9", "password2": "a-good-word-9"},
        ),
    ],
)
def test_reset_and_sign_up_tell_nobody_who_has_an_account(
    ada, settings, mailoutbox, name, fields, mode
):
    settings.ACCOUNT_EMAIL_VERIFICATION = mode
    clients = [Client(), Client()]
    known, unknown = (
        client.post(reverse(name), {**fields, "email": email}, follow=True)
        for client, email in zip(clients, (KNOWN, UNKNOWN), strict=True)
    )
    assert known.redirect_chain == unknown.redirect_chain
    assert plain(known) == plain(unknown)
    # Nor by what is done next, or by cookies.
    assert {client.get(reverse("exams:history")).status_code for client in clients} == {302}
    assert clients[0].cookies.keys() == clients[1].cookies.keys()
    if mode != "none":
        assert sorted(mail.to[0] for mail in mailoutbox) == [KNOWN, UNKNOWN]


def test_signing_up_again_changes_no_password(ada, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    fields = {"email": KNOWN, "password1": "a-good-word-9", "password2": "a-good-word-9"}
    Client().post(reverse("account_signup"), fields)
    assert sign_in(Client(), password="a-good-word-9").status_code == 200
    assert sign_in(Client()).status_code == 302


# --- An address that somebody else may have ----------------------------------------------------


@pytest.fixture
def squatter(settings):
    """Someone who signed up with another's address and is signed in; nobody confirmed it."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    fields = {"email": KNOWN, "password1": PASSWORD, "password2": PASSWORD}
    client = Client()
    client.post(reverse("account_signup"), fields)
    sign_in(client)
    assert client.get(reverse("exams:history")).status_code == 200
    return client


def test_an_unconfirmed_address_gives_no_token(squatter):
    reply = squatter.post(reverse("api:access"), {"name": "mine", "scopes": ["read"]})
    assert reply.status_code == 422
    assert "Confirm your email address first" in reply.content.decode()
    assert not Token.objects.exists()


def test_an_unconfirmed_account_takes_no_second_address(squatter):
    squatter.post(reverse("account_email"), {"email": UNKNOWN, "action_add": "1"})
    assert [address.email for address in EmailAddress.objects.all()] == [KNOWN]


def test_who_proves_an_address_takes_it_over(squatter, mailoutbox):
    owner = Client()
    owner.post(reverse("account_reset_password"), {"email": KNOWN})
    (link,) = re.findall(r"https?://[^/]+(/\S+)", mailoutbox[-1].body)
    form = owner.get(link, follow=True)
    new = "the-owner-s-word-1"
    owner.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert squatter.get(reverse("exams:history")).status_code == 302
    assert sign_in(Client()).status_code == 200
    assert sign_in(owner, password=new).status_code == 302
    reply = owner.post(reverse("api:access"), {"name": "mine", "scopes": ["read"]})
    assert reply.status_code == 200
    assert Token.objects.count() == 1


# --- Tokens outlive nothing ---------------------------------------------------------------------


def change_password(client, person, mailoutbox):
    fields = {"oldpassword": PASSWORD, "password1": "another-word-7", "password2": "another-word-7"}
    page = client.get(reverse("account_change_password")).content.decode()
    assert "revokes your access tokens" in page
    client.post(reverse("account_change_password"), fields)


def reset_password(client, person, mailoutbox):
    Client().post(reverse("account_reset_password"), {"email": person.email})
    (link,) = re.findall(r"https?://[^/]+(/\S+)", mailoutbox[-1].body)
    form = Client()
    page = form.get(link, follow=True)
    assert "revokes all access tokens" in page.content.decode()
    fields = {"password1": "another-word-7", "password2": "another-word-7"}
    form.post(page.redirect_chain[-1][0], fields)


def deactivate_and_back(client, person, mailoutbox):
    root = Client()
    root.force_login(make_user(role="admin"))
    address = f"/admin/accounts/user/{person.pk}/change/"
    fields = {"email": person.email, "name": "", "role": person.role}
    assert root.post(address, fields).status_code == 302
    assert root.post(address, {**fields, "is_active": "on"}).status_code == 302


def sign_out_everywhere(client, person, mailoutbox):
    client.post(reverse("accounts:sign_out_everywhere"))


@pytest.mark.parametrize(
    "end", [change_password, reset_password, deactivate_and_back, sign_out_everywhere]
)
def test_tokens_and_other_devices_end_with(ada, mailoutbox, end):
    one, other = Client(), Client()
    for client in (one, other):
        sign_in(client)
    _, secret = tokens.issue(ada, name="a program", scopes=["read"])
    assert tokens.known(secret)
    end(one, ada, mailoutbox)
    assert tokens.known(secret) is None
    assert other.get(reverse("exams:history")).status_code == 302


def seconds_by_address(ada, settings):
    """Return how long a wrong password takes, for a known and an unknown address; medians."""
    settings.PASSWORD_HASHERS = ["examapp.accounts.hashers.Argon2idHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    ada.set_password(PASSWORD)
    ada.save()

    def seconds(email):
        begun_at = time.thread_time()
        sign_in(Client(), email, "wrong")
        return time.thread_time() - begun_at

    times = [(seconds(KNOWN), seconds(UNKNOWN)) for _ in range(5)]
    # Rendering the page costs as much as an Argon2id hash; what is compared is beside it.
    page = median(seconds("") for _ in range(5))
    return [median(each) - page for each in zip(*times, strict=True)]


def test_an_unknown_address_takes_as_long_as_a_wrong_password(ada, settings):
    """The password is hashed in both cases; measured with the real hasher, as a ratio."""
    known, unknown = seconds_by_address(ada, settings)
    assert 0.5 < unknown / known < 2


def test_without_the_second_hash_the_time_tells_who_has_an_account(ada, settings, monkeypatch):
    """The twin."""
    monkeypatch.setattr(
        AuthenticationBackend, "_mitigate_timing_attack", lambda self, password: None
    )
    known, unknown = seconds_by_address(ada, settings)
    assert unknown / known < 0.5


# --- Hashing ----------------------------------------------------------------------------------


def test_passwords_are_argon2id_of_the_least_strength_that_owasp_asks_for(ada, settings):
    settings.PASSWORD_HASHERS = HASHERS
    ada.set_password(PASSWORD)
    assert ada.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_older_hash_is_made_anew_at_sign_in(ada, settings):
    settings.PASSWORD_HASHERS = HASHERS[1:]
    ada.set_password(PASSWORD)
    ada.save()
    settings.PASSWORD_HASHERS = HASHERS
    sign_in(Client())
    ada.refresh_from_db()
    assert ada.password.startswith("argon2$argon2id")


def test_a_class_behind_one_address_signs_in_within_a_minute(settings):
    people = [make_user() for _ in range(60)]
    replies = [sign_in(Client(), person.email).status_code for person in people]
    assert set(replies) == {302}


# --- Guessing ---------------------------------------------------------------------------------


def test_guessing_is_slowed_and_who_is_in_an_exam_goes_on(ada):
    session = services.start(ada, exam=make_exam())
    inside = Client()
    inside.force_login(ada)
    pages = [sign_in(Client(), password="wrong").content.decode() for _ in range(12)]
    assert "Too many" in pages[-1]
    assert answers(inside, session, [entry(1, None)]).status_code == 200


# --- Sessions and cookies ---------------------------------------------------------------------


def test_the_session_s_key_changes_when_somebody_signs_in(ada):
    client = Client()
    client.get("/")
    session = client.session
    session["fixed"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    before = session.session_key
    sign_in(client)
    assert client.cookies["sessionid"].value != before


def test_a_new_password_signs_out_every_other_device(ada):
    one, other = Client(), Client()
    for client in (one, other):
        sign_in(client)
    changed = {
        "oldpassword": PASSWORD,
        "password1": "another-word-7",
        "password2": "another-word-7",
    }
    one.post(reverse("account_change_password"), changed)
    assert one.get(reverse("exams:history")).status_code == 200
    assert other.get(reverse("exams:history")).status_code == 302


def test_cookies_are_out_of_reach(ada):
    client = Client()
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    "where",
    [
        "//evil.example",
        "https://evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        " //evil.example",
        "\t//evil.example",
        "/%09/evil.example",
        "//evil.example/%2f..",
        "//localhost@evil.example",
        "https://localhost.evil.example",
        "/\t/evil.example",
        "http://[::1]@evil.example",
        "////evil.example//",
        "//evil%E3%80%82example",
        "\x00//evil.example",
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(ada, where):
    reply = sign_in(Client(), next=where)
    assert reply.status_code == 302
    assert re.match(r"/(?![/\\])", reply["Location"]), reply["Location"]
    assert not re.match(r"[\s\x00]", reply["Location"])


# --- The Host header --------------------------------------------------------------------------


def test_a_host_that_is_not_ours_is_refused(ada, mailoutbox):
    reply = Client().post(
        reverse("account_reset_password"), {"email": KNOWN}, headers={"Host": "evil.example"}
    )
    assert reply.status_code == 400
    assert not mailoutbox


def test_mail_names_our_own_host_whatever_a_proxy_is_said_to_say(ada, mailoutbox, settings):
    settings.SITE_URL = "https://exams.example.org"
    Client().post(
        reverse("account_reset_password"),
        {"email": KNOWN},
        headers={"X-Forwarded-Host": "evil.example"},
    )
    assert "https://exams.example.org/" in mailoutbox[0].body
    assert "evil" not in mailoutbox[0].body
    assert mail.outbox == mailoutbox


# --- Production's settings --------------------------------------------------------------------

SAFE = {
    "SECRET_KEY": "k7" * 30 + "-of-a-test-that-is-long-enough",
    "ALLOWED_HOSTS": "exams.example.org",
    "SITE_URL": "https://exams.example.org",
    "SECURE_SSL": "true",
    "EMAIL_URL": "submission://user:word@mail.example.org:587",
}


def manage(home, *arguments, **values):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(home, **{**SAFE, "DATABASE_URL": postgres.url("postgres"), **values}),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_production_s_settings_have_nothing_to_warn_of(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


def test_and_would_be_warned_of(tmp_path):
    """The twin: without TLS the same check fails."""
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", SECURE_SSL="false")
    assert done.returncode != 0
    assert {"security.W008", "security.W012"} <= set(re.findall(r"security\.W\d+", done.stderr))


def test_without_a_secret_key_nothing_starts(tmp_path):
    done = manage(tmp_path, "check", SECRET_KEY="")
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr


def test_with_tracebacks_for_all_to_see_nothing_starts(tmp_path):
    done = manage(tmp_path, "check", DEBUG="true")
    assert done.returncode != 0
    assert "DEBUG is for one's own machine" in done.stderr
    assert manage(tmp_path, "check", DEBUG="true", ALLOWED_HOSTS="localhost").returncode == 0


def test_behind_tls_cookies_are_bound_to_host_and_to_tls(tmp_path):
    code = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        " s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS >= 31536000)"
    )
    done = manage(tmp_path, "shell", "--no-imports", "-c", code)
    assert done.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", *["True"] * 4]
