"""A person's settings: each row is saved by itself, with and without a script."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from examapp.accounts.exam_dates import exam_date
from examapp.accounts.models import Accommodation, ExamDate, Preferences
from examapp.accounts.services import set_preferences
from tests.support.builders import make_exam

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(candidate_client):
    return candidate_client


def save(client, name, data=None, **headers):
    return client.post(reverse("accounts:save_setting", args=[name]), data or {}, headers=headers)


def preferences_of(person):
    return Preferences.objects.get(user=person)


@pytest.fixture
def two_languages(settings):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]


def test_one_language_is_no_choice(client, candidate):
    assert 'name="language"' not in client.get(reverse("accounts:settings")).text
    assert save(client, "language", {"language": "en"}).status_code == 404
    assert not Preferences.objects.filter(user=candidate).exists()


@pytest.mark.usefixtures("two_languages")
def test_of_two_languages_one_is_chosen(client):
    assert 'name="language"' in client.get(reverse("accounts:settings")).text


@pytest.mark.usefixtures("two_languages")
@pytest.mark.parametrize(
    ("name", "data", "column", "value"),
    [
        ("days", {"study_days": ["0", "2", "5"]}, "study_days", [0, 2, 5]),
        ("minutes", {"minutes_a_day": "45"}, "minutes_a_day", 45),
        ("reviews", {"reviews_a_day": "10"}, "reviews_a_day", 10),
        ("look", {"appearance": "dark"}, "appearance", "dark"),
        ("language", {"language": "en"}, "language", "en"),
        ("zone", {"time_zone": "Europe/Vienna"}, "time_zone", "Europe/Vienna"),
        ("reminders", {"has_reminders": "on"}, "has_reminders", True),
    ],
)
def test_a_row_saves_itself_and_no_other(client, candidate, name, data, column, value):
    before = set_preferences(candidate, browser_time_zone="Asia/Tokyo")
    reply = save(client, name, data)
    assert (reply.status_code, reply["Location"]) == (302, f"/settings/#{name}")
    after = preferences_of(candidate)
    assert getattr(after, column) == value
    columns = {field.attname for field in Preferences._meta.fields} - {column}
    assert {each: getattr(after, each) for each in columns} == {
        each: getattr(before, each) for each in columns
    }


def test_a_script_gets_the_row_alone_and_is_told(client, candidate):
    reply = save(client, "minutes", {"minutes_a_day": "30"}, **HTMX)
    assert "<html" not in reply.text
    assert "Saved" in reply.text
    assert 'value="30"' in reply.text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("days", {}),
        ("days", {"study_days": ["7"]}),
        ("minutes", {"minutes_a_day": "4"}),
        ("reviews", {"reviews_a_day": "9000"}),
        ("look", {"appearance": "pink"}),
        ("language", {"language": "tlh"}),
        ("zone", {"time_zone": "Mars/Base"}),
        ("name", {"name": "x" * 151}),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.usefixtures("two_languages")
def test_nonsense_is_refused_at_its_place(client, candidate, name, data, headers):
    reply = save(client, name, data, **headers)
    assert reply.status_code == 422
    assert 'role="alert"' in reply.text
    assert not Preferences.objects.filter(user=candidate).exists()


def test_what_changes_every_page_loads_the_page_anew(client):
    assert save(client, "look", {"appearance": "light"}, **HTMX).headers["HX-Refresh"] == "true"


def test_a_row_that_is_not_there_is_not_found(client):
    assert save(client, "shoe-size").status_code == 404


def test_a_name_is_changed_and_nothing_else_of_the_person(client, candidate):
    save(client, "name", {"name": "Ada King", "role": "admin", "email": "x@example.com"})
    email = candidate.email
    candidate.refresh_from_db()
    assert (candidate.name, candidate.role, candidate.email) == ("Ada King", "candidate", email)


def test_an_exam_date_is_set_changed_and_taken_back(client, candidate, exam):
    row = f"exam-date-{exam.code.lower()}"
    for days in (30, 40):
        day = timezone.localdate() + timedelta(days=days)
        assert save(client, row, {"day": day.isoformat()}).status_code == 302
        assert exam_date(candidate, exam) == day
    save(client, row, {"day": ""})
    assert exam_date(candidate, exam) is None


def test_a_day_that_is_past_is_no_exam_date(client, candidate, exam):
    yesterday = timezone.localdate() - timedelta(days=1)
    reply = save(client, f"exam-date-{exam.code.lower()}", {"day": yesterday.isoformat()})
    assert reply.status_code == 422
    assert "Choose today or a later day." in reply.text
    assert not ExamDate.objects.exists()


def test_a_date_belongs_to_an_exam_that_one_may_take(client, candidate):
    hidden = make_exam(state="draft")
    day = timezone.localdate().isoformat()
    assert save(client, f"exam-date-{hidden.code.lower()}", {"day": day}).status_code == 404


def test_the_page_shows_what_is_kept(client, candidate, exam):
    set_preferences(candidate, minutes_a_day=35, study_days=[1], appearance="dark")
    Accommodation.objects.create(user=candidate, extra_minutes=30)
    text = client.get(reverse("accounts:settings")).text
    assert 'value="35"' in text
    assert text.count('type="checkbox" name="study_days"') == 7
    assert "30 extra minutes" in text
    for name in ("account_email", "account_change_password", "api:access", "privacy:forget"):
        assert reverse(name) in text


def test_the_page_costs_few_statements(client, exam, django_assert_max_num_queries):
    for _ in range(3):
        make_exam()
    with django_assert_max_num_queries(7):
        client.get(reverse("accounts:settings"))
