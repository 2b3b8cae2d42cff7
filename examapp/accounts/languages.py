"""The language that a person reads."""

from django.conf import settings

from examapp.accounts.models import Preferences


def chosen_by(person: int) -> str:
    """Return the code of the language that a person chose, "" for none or one no longer offered."""
    rows = Preferences.objects.filter(user=person, language__in=dict(settings.LANGUAGES))
    return rows.values_list("language", flat=True).first() or ""
