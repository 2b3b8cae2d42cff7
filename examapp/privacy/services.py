"""What a person may ask for: all that is kept about them, and to be forgotten."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import structlog
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.serializers.python import Serializer
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, UniqueConstraint
from django.db.models.functions import Coalesce
from django.utils import timezone

from examapp.accounts import services as accounts
from examapp.accounts.models import Accommodation, ExamDate, Preferences, User
from examapp.api.models import AnsweredCall, Token
from examapp.courses.services import joining
from examapp.courses.services import privacy as courses
from examapp.courses.services.errors import LastOwner
from examapp.exams import services as exams
from examapp.exams.hooks import is_held_back
from examapp.exams.models import ExamSession, ProblemReport
from examapp.exams.open_exam import refuse_during_exam
from examapp.exams.services.admission import give_up
from examapp.practice import services as practice
from examapp.practice.models import PracticeSet
from examapp.privacy.personal_data import HELD_BACK, LEFT_OUT, THEIRS, WRITTEN
from examapp.reports.models import StandingReport
from examapp.study.services import forget as study
from examapp.study.services import merge
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
        theirs = theirs.exclude(is_held_back(*HELD_BACK[label]))
    if label == "reports.StandingReport":
        theirs = theirs.filter(pk__in=StandingReport.objects.shown())
    names = [field.name for field in model._meta.fields if f"{label}.{field.name}" not in LEFT_OUT]
    # The serializer passes over the primary key, which stands beside the fields.
    rows = [
        {"id": row["pk"], **row["fields"]} for row in Serializer().serialize(theirs, fields=names)
    ]
    return _without_credit(rows, person) if label == "exams.SessionItem" else rows


def _without_credit(rows: list[dict[str, object]], person: User) -> list[dict[str, object]]:
    """Leave out what answers earned in sittings of which that is held back."""
    sessions = ExamSession.objects.of(person).filter(is_held_back(part="answers"))
    held = set(map(str, sessions.values_list("pk", flat=True)))
    return [row | {"credit": None} if str(row["session"]) in held else row for row in rows]


@transaction.atomic
def merge_guest(guest: User, account: User) -> None:
    """Give every row of a guest to an account, and delete the guest.

    Practice that the guest is in ends first, and so does an exam where the account is in one too:
    one is open at a time. Where both have a row of which there can be one, the account's
    stays; in a course with both, it takes in what the guest did.
    """
    people = User.objects.select_for_update().filter(pk__in=[guest.pk, account.pk])
    list(people.order_by("pk"))
    for session in exams.sessions_of(guest).open():
        if exams.open_session_of(account, session.exam):
            exams.finish(session.pk)
    for practiced in PracticeSet.objects.of(guest).open():
        practice.end(practiced.pk)
    merge.give(guest, account)
    # Before the rows move: where both are in a course, the guest's place goes with its attempts.
    joining.merge(account, absorbed=guest)
    for label, path in THEIRS.items():
        if "__" not in path and path != "pk":
            _give(apps.get_model(label), path, guest, account)
    guest.delete()
    logger.info("guest_merged", user=account.pk, guest=guest.pk)


def _give(model: type[Model], column: str, guest: User, account: User) -> None:
    """Give a guest's rows of one table to an account, but for those that the account has too."""
    rows = model._default_manager.filter(**{column: guest.pk})
    theirs = model._default_manager.filter(**{column: account.pk})
    for fields, condition in _uniques(model, column):
        same = theirs.filter(condition, **{name: OuterRef(name) for name in fields})
        rows = rows.exclude(condition & Q(Exists(same)))
    rows.update(**{column: account.pk})
    model._default_manager.filter(**{column: guest.pk}).delete()


def _uniques(model: type[Model], column: str) -> Iterator[tuple[list[str], Q]]:
    """Yield the other columns of each rule that lets a person have one row, and when it holds."""
    if getattr(model._meta.get_field(column), "unique", False):
        yield [], Q()
    for rule in model._meta.constraints:
        if isinstance(rule, UniqueConstraint) and column in rule.fields:
            yield [name for name in rule.fields if name != column], rule.condition or Q()


def expire_guests(*, days: int, most: int = 500) -> int:
    """Delete guests who were not here for so many days, at most so many; return how many.

    One with sittings is forgotten like a person: the rows stay as nobody's, and count nowhere.
    """
    seen_at = Coalesce("last_login", "joined_at")
    idle = (
        User.objects.guests()
        .filter(is_active=True)
        .annotate(seen_at=seen_at)
        .filter(seen_at__lt=timezone.now() - timedelta(days=days))
        .order_by("pk")[:most]
    )
    guests = list(idle)
    for guest in guests:
        with transaction.atomic():
            forget(guest)
    return len(guests)


@transaction.atomic
def forget(person: User) -> None:
    """Delete what names a person; sittings stay, as nobody's, and statistics with them.

    A sitting that is open is finished first. Safe to repeat. Raises LastAdmin, and
    LastOwner for the only owner of a course.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if accounts.is_last_admin(person):
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
    study.forget(person)
    ProblemReport.objects.filter(reporter=person).update(text="")
    person.email = f"{uuid.uuid4()}@deleted.invalid"
    person.name = ""
    if not person.is_guest:
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
