"""What happens to accounts."""

import secrets
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from examapp.accounts.models import Accommodation, Preferences, User
from examapp.accounts.signals import access_ended

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


def is_last_admin(person: User) -> bool:
    """Return whether nobody could run the site without a person; locks the admins.

    Call it in a transaction, so that two admins do not each leave as the last but one.
    """
    admins = User.objects.select_for_update().filter(role=User.Role.ADMIN, is_active=True)
    return [admin.pk for admin in admins.order_by("pk")] == [person.pk]


def end_access(person: User) -> None:
    """Revoke what lets programs in; the sessions of a person end by their password's change."""
    access_ended.send(sender=User, person=person)


@transaction.atomic
def sign_out_everywhere(person: User) -> None:
    """End every session of a person, and what lets programs in."""
    User.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
    end_access(person)


def is_unconfirmed(person: User) -> bool:
    """Return whether an account has an address that nobody has proven to be theirs, but could."""
    if settings.ACCOUNT_EMAIL_VERIFICATION != "optional":
        return False
    addresses = EmailAddress.objects.filter(user=person, email__iexact=person.email)
    return bool(addresses.filter(verified=False).exists())


def confirm_address(person: User) -> None:
    """Note that a person has proven their address, by a link that was mailed there."""
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )


@transaction.atomic
def create_demo_accounts(password: str = "") -> dict[str, str]:
    """Make the demo accounts that are missing; return the password of each account made.

    A password of "" has one made, the same for all. Accounts that exist keep theirs.
    """
    password = password or secrets.token_urlsafe(9)
    made = {}
    for email, role in DEMO_ACCOUNTS.items():
        if not User.objects.filter(email__iexact=email).exists():
            name = email.split("@")[0].title()
            confirm_address(User.objects.create_user(email, password, role=role, name=name))
            made[email] = password
    return made
