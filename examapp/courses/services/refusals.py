"""Letters to who was turned down: rows that wait, and are gone once they are sent."""

import structlog
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string

from examapp.accounts.time_zones import in_zone_of
from examapp.courses.models import Refusal
from examapp.courses.services.letters import MOST_TRIES, send_each
from examapp.web.mail import send_mail, subject_and_body

logger = structlog.get_logger(__name__)


def send(*, limit: int = 500) -> int:
    """Send what waits; return how many went out. A letter that fails stops no other."""
    return send_each(Refusal.objects.all(), _send_one, limit=limit)


def _send_one(pk: int) -> bool:
    """Send one letter within the transaction that deletes its row, unless someone else is at it."""
    try:
        with transaction.atomic():
            held = Refusal.objects.select_for_update(of=("self",), skip_locked=True)
            refusal = held.select_related("course", "user").filter(pk=pk).first()
            if refusal is None:
                return False
            is_sent = _post(refusal)
            refusal.delete()
    except Exception:
        logger.exception("refusal_not_sent", id=pk)
        Refusal.objects.filter(pk=pk).update(tries=F("tries") + 1)
        Refusal.objects.filter(pk=pk, tries__gte=MOST_TRIES).delete()
        return False
    return is_sent


def _post(refusal: Refusal) -> bool:
    """Render a letter and send it; False for a closed account."""
    person = refusal.user
    if not person.is_active:
        return False
    with in_zone_of(person):
        text = render_to_string("courses/mail/refused.txt", {"course": refusal.course})
    send_mail(*subject_and_body(text), to=person.email)
    return True
