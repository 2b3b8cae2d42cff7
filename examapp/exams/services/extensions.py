"""More time for sittings that have begun."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import connection

from examapp.exams.models import ExamSession
from examapp.exams.services.discard import is_required
from examapp.exams.timing import GRACE_SECONDS
from questions.access import Member
from questions.models import Exam

logger = structlog.get_logger(__name__)

# Moves the deadline and writes the record at once, of sittings that are open at the moment their
# row is held. A sweep that holds it first has ended the sitting, and then nothing is moved; a sweep
# that comes second finds a deadline that lies ahead. Rows are held in order, so that two cannot
# block each other.
_EXTEND = """
WITH held AS (
    SELECT id FROM exams_examsession WHERE id = ANY(%(sessions)s) ORDER BY id FOR UPDATE
), moved AS (
    UPDATE exams_examsession
    SET deadline_at = deadline_at + %(minutes)s * interval '1 minute'
    WHERE id = ANY(ARRAY(SELECT id FROM held))
        AND status = 'open' AND clock_timestamp() <= deadline_at + %(grace)s * interval '1 second'
    RETURNING id, candidate_id, deadline_at
)
INSERT INTO exams_timeextension (session_id, minutes, reason, given_by_id, deadline_at)
SELECT id, %(minutes)s, %(reason)s, %(by)s, deadline_at FROM moved
RETURNING session_id, deadline_at
"""
MOST_MINUTES = 600


@dataclass(frozen=True)
class Extended:
    """A sitting that has more time, and when it ends now."""

    session_id: UUID
    deadline_at: datetime


def extend(session_ids: Iterable[UUID], *, minutes: int, reason: str, by: Member) -> list[Extended]:
    """Give open sittings more time; return those that were open and have it.

    A repeat gives it again. Whether `by` may do it is for the caller to judge. Raises ValueError
    for minutes outside of 1 to 600.
    """
    if not 1 <= minutes <= MOST_MINUTES:
        raise ValueError(f"give 1 to {MOST_MINUTES} minutes, not {minutes}")
    with connection.cursor() as cursor:
        cursor.execute(
            _EXTEND,
            {
                "sessions": sorted(session_ids),
                "minutes": minutes,
                "reason": reason[:300],
                "by": by.pk,
                "grace": GRACE_SECONDS,
            },
        )
        extended = [Extended(*row) for row in cursor.fetchall()]
    logger.info("sessions_extended", count=len(extended), minutes=minutes, by=by.pk)
    return extended


def extend_in(
    exam: Exam, *, email: str, minutes: int, reason: str, by: Member, includes_required: bool
) -> list[Extended]:
    """Give the person with an address more time in an exam they sit; return what has it, as extend.

    What someone else waits for, such as a course, is lengthened there, and here only with
    `includes_required`.
    """
    sittings = ExamSession.objects.open().filter(exam=exam, candidate__email__iexact=email)
    keys = [
        key
        for key in sittings.values_list("pk", flat=True)
        if includes_required or not is_required(key)
    ]
    return extend(keys, minutes=minutes, reason=reason, by=by)
