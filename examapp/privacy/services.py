"""What a person may ask for: all that is kept about them, and to be forgotten."""

import uuid
from datetime import timedelta

import structlog
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.serializers.python import Serializer
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from examapp.accounts.models import Accommodation, ExamDate, Preferences, User
from examapp.api.models import AnsweredCall, Token
from examapp.courses.services import privacy as courses
from examapp.courses.services.errors import LastOwner
from examapp.exams import services as exams
from examapp.exams.hooks import is_held_back
from examapp.exams.models import ExamSession, ProblemReport
from examapp.exams.open_exam import refuse_during_exam
from examapp.exams.services.admission import give_up
from examapp.privacy.personal_data import HELD_BACK, LEFT_OUT, THEIRS, WRITTEN
from questions.models import ExamRole, SavedView

logger = structlog.get_logger(__name__)


class LastAdmin(Exception):
    """Without this account nobody could run the site."""


def download(person: User) -> dict[str, object]:
    """Return every row that is kept about a person, by table.

    Raises ExamRunning.
    """
    refuse_during_exam(person)
    return {
        "made_at": timezone.now().isoformat(),
        "tables": {
            label: _rows(label, path, person) for label, path in {**THEIRS, **WRITTEN}.items()
        },
    }


def _rows(label: str, path: str, person: User) -> list[dict[str, object]]:
    model = apps.get_model(label)
    theirs = model._default_manager.filter(**{path: person.pk}).order_by("pk")
    if label in HELD_BACK:
        theirs = theirs.exclude(is_held_back(HELD_BACK[label]))
    names = [field.name for field in model._meta.fields if f"{label}.{field.name}" not in LEFT_OUT]
    # The serializer passes over the primary key, which stands beside the fields.
    rows = [
        {"id": row["pk"], **row["fields"]} for row in Serializer().serialize(theirs, fields=names)
    ]
    return _without_credit(rows, person) if label == "exams.SessionItem" else rows


def _without_credit(rows: list[dict[str, object]], person: User) -> list[dict[str, object]]:
    """Leave out what answers earned in sittings whose result is held back."""
    sessions = ExamSession.objects.of(person).filter(is_held_back())
    held = set(map(str, sessions.values_list("pk", flat=True)))
    return [row | {"credit": None} if str(row["session"]) in held else row for row in rows]


@transaction.atomic
def forget(person: User) -> None:
    """Delete what names a person; sittings stay, as nobody's, and statistics with them.

    A sitting that is open is finished first. Safe to repeat. Raises LastAdmin, and
    LastOwner for the only owner of a course.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    admins = User.objects.filter(role=User.Role.ADMIN, is_active=True)
    if person.role == User.Role.ADMIN and not admins.exclude(pk=person.pk).exists():
        raise LastAdmin
    courses.forget(person)
    for session in exams.sessions_of(person).open():
        exams.finish(session.pk)
    EmailAddress.objects.filter(user=person).delete()
    Accommodation.objects.filter(user=person).delete()
    Preferences.objects.filter(user=person).delete()
    ExamDate.objects.of(person).delete()
    ExamRole.objects.filter(user=person.pk).delete()
    SavedView.objects.filter(user=person.pk).delete()
    give_up(person)
    Token.objects.filter(user=person).delete()
    AnsweredCall.objects.filter(user=person).delete()
    ProblemReport.objects.filter(reporter=person).update(text="")
    person.email = f"{uuid.uuid4()}@deleted.invalid"
    person.name = ""
    person.role = User.Role.CANDIDATE
    person.is_active = False
    # Signs out every device: cookies are bound to the password.
    person.set_unusable_password()
    person.save(update_fields=["email", "name", "role", "is_active", "password"])
    logger.info("person_forgotten", user=person.pk)


def forget_inactive(*, days: int) -> int:
    """Forget candidates who have not signed in for so many days; return how many. 0 keeps all."""
    if days <= 0:
        return 0
    seen_at = Coalesce("last_login", "joined_at")
    idle = (
        User.objects.candidates()
        .filter(is_active=True)
        .annotate(seen_at=seen_at)
        .filter(seen_at__lt=timezone.now() - timedelta(days=days))
    )
    return sum(_forget_idle(person) for person in list(idle))


def _forget_idle(person: User) -> bool:
    """Forget one who is away; who owns a course alone is kept, for its people's sake."""
    try:
        forget(person)
    except LastOwner:
        logger.warning("owner_not_forgotten", user=person.pk)
        return False
    return True


def drop_answered_calls() -> int:
    """Delete answers to programs that nobody will ask for again; return how many."""
    return AnsweredCall.objects.stale().delete()[0]
