"""Background work of privacy."""

from celery import shared_task
from django.conf import settings
from django.core.management import call_command

from examapp.privacy import services


@shared_task(name="privacy.forget_inactive")
def forget_inactive() -> int:
    """Forget who has been away for longer than accounts are kept, and what is kept for a day."""
    call_command("clearsessions")
    services.drop_answered_calls()
    return services.forget_inactive(days=settings.KEEP_INACTIVE_DAYS)


@shared_task(name="privacy.expire_guests")
def expire_guests() -> int:
    """Delete guests who have not come back."""
    return services.expire_guests(days=settings.GUEST_DAYS)
