"""Moments are shown in the viewer's zone: their setting, else the browser's, else the site's."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from examapp.accounts import time_zones
from examapp.accounts.forms import TimeZoneForm
from examapp.accounts.models import Preferences, User
from examapp.exams import services
from examapp.exams.models import ExamSession, SessionItem
from examapp.practice.services import past_of
from examapp.web.times import iso, moment_text, zone_label, zone_named
from tests.support.builders import PASSWORD, make_user
from tests.support.processes import ROOT

LOS_ANGELES, KIRITIMATI, BERLIN = "America/Los_Angeles", "Pacific/Kiritimati", "Europe/Berlin"
# In Los Angeles still the 4th, in Kiritimati already the 5th at breakfast.
MOMENT = datetime(2026, 11, 4, 22, 30, tzinfo=UTC)


def shown(source, zone, **values):
    with timezone.override(zone_named(zone)):
        return Template(source).render(Context(values))


# --- Words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "words", "day"),
    [
        ("UTC", "4 Nov 2026, 22:30", "4 November 2026"),
        (LOS_ANGELES, "4 Nov 2026, 14:30", "4 November 2026"),
        (KIRITIMATI, "5 Nov 2026, 12:30", "5 November 2026"),
        ("Asia/Kathmandu", "5 Nov 2026, 04:15", "5 November 2026"),
    ],
)
def test_a_moment_is_told_in_the_active_zone(zone, words, day):
    with timezone.override(ZoneInfo(zone)):
        assert moment_text(MOMENT) == words
        assert moment_text(MOMENT, "day") == day


@pytest.mark.parametrize(
    ("zone", "label"),
    [
        ("UTC", "UTC"),
        (LOS_ANGELES, "Los Angeles time, UTC−8"),
        (KIRITIMATI, "Kiritimati time, UTC+14"),
        ("Asia/Kathmandu", "Kathmandu time, UTC+5:45"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time, UTC−3"),
        ("America/St_Johns", "St Johns time, UTC−3:30"),
        ("Etc/GMT+5", "UTC−5"),
    ],
)
def test_a_zone_is_named_so_that_it_cannot_be_mistaken(zone, label):
    assert zone_label(MOMENT.astimezone(ZoneInfo(zone))) == label


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        # The hour that comes twice, and the one that never comes.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25 Oct 2026, 02:30 (Berlin time, UTC+2)"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25 Oct 2026, 02:30 (Berlin time, UTC+1)"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "29 Mar 2026, 01:59 (Berlin time, UTC+1)"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29 Mar 2026, 03:00 (Berlin time, UTC+2)"),
    ],
)
def test_a_change_of_the_clock_is_told_by_the_zone(moment, words):
    with timezone.override(ZoneInfo(BERLIN)):
        assert moment_text(moment, zone=True) == words


def test_the_tag_shows_an_exact_moment_and_the_filter_words_alone():
    assert shown("{% moment at zone=True %}", LOS_ANGELES, at=MOMENT) == (
        '<time datetime="2026-11-04T14:30:00-08:00"'
        ' title="4 Nov 2026, 14:30:00 (Los Angeles time, UTC−8)">'
        "4 Nov 2026, 14:30 (Los Angeles time, UTC−8)</time>"
    )
    assert shown("{{ at|moment_text:'day' }}", KIRITIMATI, at=MOMENT) == "5 November 2026"
    assert shown("{% moment at empty='never' %}", "UTC", at=None) == "never"
    assert shown("{% moment at 'day' %}", "UTC", at=date(2026, 11, 4)) == (
        '<time datetime="2026-11-04">4 November 2026</time>'
    )


def test_what_was_today_is_told_by_how_long_ago():
    now = timezone.now()
    assert moment_text(now, "relative") == "just now"
    hours_ago = now - timedelta(hours=3, minutes=10)
    assert moment_text(hours_ago, "relative").replace("\xa0", " ") == "3 hours ago"
    assert moment_text(MOMENT.replace(year=2020), "relative") == "4 Nov 2020, 22:30"


def test_files_take_moments_with_their_offset():
    assert iso(MOMENT.astimezone(ZoneInfo(LOS_ANGELES))) == "2026-11-04T22:30:00+00:00"
    assert iso(None) == ""


@pytest.mark.parametrize(
    "name",
    ["", "Nowhere/Town", "../../etc/passwd", "/etc/passwd", "Europe", "a" * 65, "UTC\x00", "é"],
)
def test_what_is_no_zone_is_none(name):
    assert zone_named(name) is None


# --- Whose zone -------------------------------------------------------------------------------


@pytest.fixture
def finished(session):
    """A session that ended at MOMENT."""
    services.finish(session.pk)
    ExamSession.objects.filter(pk=session.pk).update(
        started_at=MOMENT - timedelta(hours=1), finished_at=MOMENT
    )
    return session


def history(client):
    return client.get(reverse("exams:history")).content.decode()


def test_a_setting_beats_the_browser_and_the_browser_beats_the_site(candidate, finished):
    client = Client()
    client.force_login(candidate)
    assert "4 Nov 2026, 22:30" in history(client)
    client.cookies[time_zones.COOKIE] = LOS_ANGELES
    assert "4 Nov 2026, 14:30" in history(client)
    Preferences.objects.create(user=candidate, time_zone=KIRITIMATI)
    assert "5 Nov 2026, 12:30" in history(client)


def test_a_browser_s_nonsense_is_no_zone(candidate, finished):
    client = Client()
    client.force_login(candidate)
    client.cookies[time_zones.COOKIE] = "../../etc/passwd"
    assert "4 Nov 2026, 22:30" in history(client)


def test_one_request_s_zone_is_not_the_next_one_s(candidate, finished):
    mine, stranger = Client(), Client()
    mine.force_login(candidate)
    mine.cookies[time_zones.COOKIE] = KIRITIMATI
    history(mine)
    stranger.get("/")
    assert timezone.get_current_timezone_name() == "UTC"


def test_preferences_come_with_the_person(candidate, django_assert_num_queries):
    """One statement for the session, one for who it names."""
    Preferences.objects.create(user=candidate, time_zone=KIRITIMATI)
    client = Client()
    client.force_login(candidate)
    request = RequestFactory().get("/")
    request.session = client.session
    with django_assert_num_queries(2):
        request.user = get_user(request)
        assert str(time_zones.zone_of_request(request)) == KIRITIMATI


@pytest.mark.django_db
def test_letters_speak_in_the_zone_of_the_last_browser():
    person = make_user()
    client = Client()
    client.cookies[time_zones.COOKIE] = KIRITIMATI
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    person = User.objects.get(pk=person.pk)
    assert str(time_zones.zone_of(person)) == KIRITIMATI
    with time_zones.in_zone_of(person):
        assert moment_text(MOMENT) == "5 Nov 2026, 12:30"
    Preferences.objects.filter(user=person).update(time_zone=LOS_ANGELES)
    assert str(time_zones.zone_of(User.objects.get(pk=person.pk))) == LOS_ANGELES


@pytest.mark.django_db
def test_a_zone_is_chosen_from_the_list():
    preferences = Preferences(user=make_user())
    assert TimeZoneForm({"time_zone": LOS_ANGELES}, instance=preferences).is_valid()
    assert TimeZoneForm({"time_zone": ""}, instance=preferences).is_valid()
    assert not TimeZoneForm({"time_zone": "Mars/Base"}, instance=preferences).is_valid()
    named = [name for _, group in time_zones.choices() for name, _ in group]
    assert {LOS_ANGELES, KIRITIMATI, BERLIN, "UTC"} <= set(named)


# --- Days of study -----------------------------------------------------------------------------


@pytest.mark.parametrize(("zone", "day"), [(LOS_ANGELES, 4), (KIRITIMATI, 5)])
def test_a_day_of_work_is_the_viewer_s(candidate, finished, zone, day):
    SessionItem.objects.filter(session=finished).update(answered_at=MOMENT)
    with timezone.override(ZoneInfo(zone)):
        days = past_of(candidate, finished.exam).answers_on
    assert list(days) == [date(2026, 11, day)]


def test_no_template_words_a_moment_by_itself():
    """Django's own filter says no zone and leaves the exact moment out."""
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]
    for page in pages:
        assert "|date" not in page.read_text(), page
