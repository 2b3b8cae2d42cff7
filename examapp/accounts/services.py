"""What happens to accounts."""

import secrets
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from examapp.accounts.models import Accommodation, Preferences, User

DEMO_INSTRUCTOR = "instructor@example.com"
DEMO_ACCOUNTS = {
    "candidate@example.com": User.Role.CANDIDATE,
    DEMO_INSTRUCTOR: User.Role.INSTRUCTOR,
    "admin@example.com": User.Role.ADMIN,
}


@transaction.atomic
def grant_accommodation(
    candidate: User, *, time_factor: Decimal, extra_minutes: int, granted_by: User
) -> Accommodation | None:
    """Give a candidate more time from the next sitting on; a factor of 1 and no minutes end it."""
    if time_factor == 1 and extra_minutes == 0:
        Accommodation.objects.filter(user=candidate).delete()
        return None
    return Accommodation.objects.update_or_create(
        user=candidate,
        defaults={
            "time_factor": time_factor,
            "extra_minutes": extra_minutes,
            "granted_by": granted_by,
            "granted_at": timezone.now(),
        },
    )[0]


def rename(person: User, name: str) -> None:
    """Give a person another name."""
    person.name = name
    person.save(update_fields=["name"])


@transaction.atomic
def set_preferences(person: User, **columns: object) -> Preferences:
    """Keep columns of a person's preferences; the others stay. Safe to repeat."""
    preferences, _ = Preferences.objects.update_or_create(user=person, defaults=columns)
    # What was fetched with the person is of before.
    person.preferences = preferences
    return preferences


@transaction.atomic
def create_demo_accounts(password: str = "") -> dict[str, str]:
    """Make the demo accounts that are missing; return the password of each account made.

    A password of "" has one made, the same for all. Accounts that exist keep theirs.
    """
    password = password or secrets.token_urlsafe(9)
    made = {}
    for email, role in DEMO_ACCOUNTS.items():
        if not User.objects.filter(email__iexact=email).exists():
            User.objects.create_user(email, password, role=role, name=email.split("@")[0].title())
            made[email] = password
    return made
