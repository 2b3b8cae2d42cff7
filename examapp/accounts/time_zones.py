"""Whose zone a moment is shown in: the person's setting, else the browser's, else the site's."""

from contextlib import AbstractContextManager
from datetime import tzinfo
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone

from examapp.accounts.models import Preferences, User
from examapp.web.times import zone_named

# Set by static/js/shared/time_zone.js from what the browser says.
COOKIE = "time_zone"
AREAS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe"),
    *("Indian", "Pacific"),
)


def zone_of_request(request: HttpRequest) -> tzinfo:
    """Return the zone in which pages speak to whoever asks."""
    chosen = _preferences(request.user).time_zone
    return (
        zone_named(chosen)
        or zone_named(request.COOKIES.get(COOKIE, ""))
        or timezone.get_default_timezone()
    )


def zone_of(person: User) -> tzinfo:
    """Return the zone in which emails and files speak to a person who is not asking now."""
    preferences = _preferences(person)
    return (
        zone_named(preferences.time_zone)
        or zone_named(preferences.browser_time_zone)
        or timezone.get_default_timezone()
    )


def in_zone_of(person: User) -> AbstractContextManager[Any]:
    """Speak of moments in a person's zone: for emails and for work of the worker."""
    return timezone.override(zone_of(person))


def _preferences(person: User | AnonymousUser) -> Preferences:
    return getattr(person, "preferences", None) or Preferences()


def keep_browser_zone(person: User, name: str) -> None:
    """Remember the zone of the browser that a person signs in with, if it is one."""
    if zone_named(name) and name != _preferences(person).browser_time_zone:
        Preferences.objects.update_or_create(user=person, defaults={"browser_time_zone": name})


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the zones that a person may choose, as groups of a select: the areas of the world."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones()):
        area, _, place = name.partition("/")
        if area in AREAS and place:
            groups.setdefault(area, []).append((name, place.replace("_", " ")))
    return [*groups.items(), ("UTC", [("UTC", "UTC")])]
