"""What a person may ask for: what is kept about them, and to be forgotten."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from examapp.accounts.models import Accommodation, Preferences, User
from examapp.api.models import AnsweredCall
from examapp.exams import services as exams
from examapp.exams.models import ExamSession, Score
from examapp.privacy import services
from examapp.privacy.personal_data import LEFT_OUT, NOT_THEIRS, THEIRS, WRITTEN
from examapp.reports.weak_areas.report import compute
from tests.support.builders import PASSWORD, entry, make_exam, make_user, right_response
from tests.support.secrecy import answers
from tests.support.sittings import answer_all

pytestmark = pytest.mark.django_db

NAME, ADDRESS = "Ada Lovelace", "ada.lovelace@example.com"


@pytest.fixture
def ada():
    """A candidate with a past: an exam with its report, extra time, an address."""
    ada = make_user(email=ADDRESS, name=NAME)
    EmailAddress.objects.create(user=ada, email=ADDRESS, primary=True)
    Accommodation.objects.create(user=ada, time_factor=2)
    Preferences.objects.create(user=ada, time_zone="Europe/Berlin")
    session = exams.start(ada, exam=make_exam())
    answer_all(session, right_response)
    exams.finish(session.pk)
    compute(session.pk)
    return ada


@pytest.fixture
def ada_client(ada):
    client = Client()
    client.login(email=ADDRESS, password=PASSWORD)
    return client


def leading_to_a_person():
    """Return every table with a person in it, and those that hang on what is a person's."""
    theirs = {apps.get_model(label) for label in THEIRS} - {User}
    return {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model in {User, *theirs}
    }


def test_every_table_that_leads_to_a_person_is_named():
    named = {*THEIRS, *WRITTEN, *NOT_THEIRS}
    assert leading_to_a_person() | {"accounts.User"} == named


def test_what_is_left_out_is_there():
    for name in LEFT_OUT:
        label, _, column = name.rpartition(".")
        assert apps.get_model(label)._meta.get_field(column)


# --- Download ---------------------------------------------------------------------------------


def download(client):
    return client.post(reverse("privacy:download"))


def test_a_download_has_every_row_of_the_person_and_no_other(ada, ada_client, outsider):
    exams.finish(exams.start(outsider, exam=make_exam()).pk)
    reply = download(ada_client)
    assert reply["Content-Disposition"] == 'attachment; filename="my-data.json"'
    tables = json.loads(reply.content)["tables"]
    assert {label: len(rows) for label, rows in tables.items() if rows} == {
        "accounts.User": 1,
        "account.EmailAddress": 1,
        "accounts.Accommodation": 1,
        "accounts.Preferences": 1,
        "exams.ExamSession": 1,
        "exams.SessionItem": 12,
        "exams.AnswerEvent": 12,
        "exams.Score": 1,
        "exams.DomainScore": 2,
        "reports.WeakAreaReport": 1,
        "reports.StandingReport": 1,
    }
    assert tables["accounts.User"][0]["email"] == ADDRESS
    assert outsider.email not in reply.content.decode()


def test_a_download_holds_no_secret_and_no_key(ada, ada_client):
    text = download(ada_client).content.decode()
    assert ada.password not in text
    assert "WHY-" not in text
    assert "shuffle" not in text


def test_while_an_exam_runs_there_is_no_download(ada, ada_client):
    exams.start(ada, exam=make_exam())
    reply = ada_client.post(reverse("privacy:download"), follow=True)
    assert reply.redirect_chain == [(reverse("privacy:kept"), 302)]
    assert "You are in an exam" in reply.content.decode()
    assert "credit" not in reply.content.decode()


# --- Forget -----------------------------------------------------------------------------------


def forget(client, **fields):
    return client.post(
        reverse("privacy:forget"), {"password": PASSWORD, "sure": "on", **fields}, follow=True
    )


def everything_stored():
    """Return the text of every row of every table."""
    with connection.cursor() as cursor:
        text = StringIO()
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            text.writelines(row[0] for row in cursor.fetchall())
    return text.getvalue()


def test_who_is_forgotten_is_nowhere_and_the_figures_stay(ada, ada_client, caplog):
    before = list(Score.objects.values_list("pk", "scaled")), ExamSession.objects.count()
    assert ADDRESS in everything_stored()
    reply = forget(ada_client)
    assert "Your account is deleted." in reply.content.decode()
    left = everything_stored()
    for word in (NAME, ADDRESS, "lovelace"):
        assert word.lower() not in left.lower()
    assert before == (list(Score.objects.values_list("pk", "scaled")), ExamSession.objects.count())
    assert ADDRESS not in caplog.text


def test_every_device_is_signed_out_and_the_address_is_free(ada, ada_client):
    other = Client()
    other.login(email=ADDRESS, password=PASSWORD)
    forget(ada_client)
    assert other.get(reverse("exams:history")).status_code == 302
    assert not Client().login(email=ADDRESS, password=PASSWORD)
    assert make_user(email=ADDRESS).pk != ada.pk


def test_an_exam_that_runs_is_ended_and_scored(ada, ada_client):
    session = exams.start(ada, exam=make_exam())
    answers(ada_client, session, [entry(1, None)])
    forget(ada_client)
    session.refresh_from_db()
    assert session.status == "finished"
    assert session.scores.count() == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"password": "wrong"}, "This is not your password."),
        ({"password": ""}, "This field is required."),
        ({"sure": ""}, "Tick the box to delete your account."),
    ],
)
def test_nothing_goes_without_password_and_word(ada, ada_client, fields, told):
    reply = forget(ada_client, **fields)
    assert reply.status_code == 422
    assert told in reply.content.decode()
    ada.refresh_from_db()
    assert ada.email == ADDRESS


def test_a_password_cannot_be_guessed_at_an_open_screen(ada, ada_client):
    for _ in range(5):
        assert "This is not your password." in forget(ada_client, password="wrong").content.decode()
    assert "Too many tries." in forget(ada_client).content.decode()
    ada.refresh_from_db()
    assert ada.email == ADDRESS
    # The count is of the minute.
    cache.clear()
    assert "Your account is deleted." in forget(ada_client).content.decode()


def test_the_only_admin_cannot_go():
    admin = make_user(role="admin")
    client = Client()
    client.force_login(admin)
    assert "This is the only admin." in forget(client).content.decode()
    make_user(role="admin")
    assert "Your account is deleted." in forget(client).content.decode()


def test_to_forget_twice_changes_nothing_more(ada):
    services.forget(ada)
    services.forget(ada)
    assert User.objects.get(pk=ada.pk).is_active is False


# --- Retention --------------------------------------------------------------------------------


def test_who_is_away_for_longer_than_accounts_are_kept_is_forgotten(ada, candidate, instructor):
    long_ago = timezone.now() - timedelta(days=400)
    User.objects.filter(pk__in=[ada.pk, instructor.pk]).update(joined_at=long_ago, last_login=None)
    User.objects.filter(pk=candidate.pk).update(joined_at=long_ago, last_login=timezone.now())
    assert services.forget_inactive(days=0) == 0
    assert services.forget_inactive(days=365) == 1
    assert services.forget_inactive(days=365) == 0
    assert User.objects.filter(is_active=False).get() == ada


# --- The page ---------------------------------------------------------------------------------


def test_answers_to_programs_are_gone_after_a_day_and_with_the_person(ada, candidate):
    for user in (ada, candidate):
        AnsweredCall.objects.create(user=user, key="kept", fingerprint="-", status=200)
    long_ago = timezone.now() - timedelta(days=2)
    AnsweredCall.objects.create(user=ada, key="old", fingerprint="-", status=200, at=long_ago)
    assert services.drop_answered_calls() == 1
    services.forget(ada)
    assert list(AnsweredCall.objects.values_list("user", "key")) == [(candidate.pk, "kept")]


def test_anyone_may_read_what_is_kept(client, ada_client):
    assert "Download my data" not in client.get(reverse("privacy:kept")).content.decode()
    assert "Download my data" in ada_client.get(reverse("privacy:kept")).content.decode()


def test_signed_out_people_have_nothing_to_download_or_forget(client):
    for name in ("download", "forget"):
        assert client.post(reverse(f"privacy:{name}")).status_code == 302
    assert Session.objects.count() == 0
