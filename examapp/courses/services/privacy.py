"""What becomes of people's rows in courses: accounts that are deleted, records that are too old."""

import structlog
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest, Now, TruncDate

from examapp.accounts.models import User
from examapp.courses.models import (
    CodeTry,
    Course,
    CourseStaff,
    Letter,
    Membership,
    MemberStates,
    Override,
    Refusal,
    StaffNote,
)
from examapp.courses.services.courses import log, owned_alone
from examapp.courses.services.errors import LastOwner

logger = structlog.get_logger(__name__)


@transaction.atomic
def forget(person: User) -> None:
    """Make a person a former member without a name everywhere, and nobody's colleague.

    Attempts and scores stay for the gradebook until the records of their course are deleted.
    Raises LastOwner for one who is the only owner of a course.
    """
    if owned_alone(person):
        raise LastOwner
    CourseStaff.objects.filter(user=person).delete()
    Refusal.objects.filter(user=person).delete()
    theirs = Membership.objects.select_for_update().filter(user=person)
    ids = list(theirs.values_list("pk", flat=True))
    Letter.objects.filter(membership__in=ids).delete()
    CodeTry.objects.filter(membership__in=ids).delete()
    StaffNote.objects.filter(membership__in=ids).delete()
    Override.objects.filter(membership__in=ids).update(reason="")
    Membership.objects.filter(pk__in=ids).update(
        state=MemberStates.LEFT,
        left_at=Coalesce("left_at", Now()),
        email="",
        name="",
        external_id="",
        group="",
        token="",
    )


def drop_old_records() -> int:
    """Delete who was in courses whose retention has ended, with what they were given; count them.

    Their sittings stay their own.
    """
    archived_on = TruncDate("archived_at")
    last_day = Greatest(Coalesce(archived_on, "ends_on"), Coalesce("ends_on", archived_on))
    ended = Course.objects.annotate(last_day=last_day).filter(
        last_day__lt=TruncDate(Now()) - F("retention_days")
    )
    return sum(_drop(course) for course in ended.filter(members__isnull=False).distinct())


@transaction.atomic
def _drop(course: Course) -> int:
    count = course.members.count()
    course.members.all().delete()
    log(course, by=None, verb="records_deleted", count=count)
    logger.info("course_records_deleted", course=course.pk, count=count)
    return count
