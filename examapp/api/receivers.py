"""What ends with a person's access."""

from typing import Any

from django.db.models.functions import Now
from django.dispatch import receiver

from examapp.accounts.models import User
from examapp.accounts.signals import access_ended
from examapp.api.models import Token


@receiver(access_ended)
def revoke_tokens(person: User, **_: Any) -> None:
    """End every token of a person."""
    Token.objects.live().filter(user=person).update(revoked_at=Now())
