"""Where everybody is in an assignment: one statement, whatever the number of people."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import ngettext

from examapp.courses.models import Assignment
from examapp.courses.pages.sitting import DONE, EXCUSED, IN, NOT, Sitter

# No key, and no answer, is read: only whether there is one.
_SQL = """
SELECT m.id, coalesce(nullif(m.name, ''), nullif(m.email, ''), '?'), t.session_id, t.started_at,
       t.deadline_at, t.is_open, t.allowed, i.answered, i.total, i.heard_at,
       o.is_excused, t.extra
FROM courses_membership m
LEFT JOIN LATERAL (
    SELECT a.session_id,
           coalesce(s.started_at, p.started_at) AS started_at,
           s.deadline_at,
           coalesce(s.status = 'open', p.ended_at IS NULL) AS is_open,
           s.base_minutes * s.time_factor + s.extra_minutes AS allowed,
           s.base_minutes * (s.time_factor - 1) + s.extra_minutes AS extra
    FROM courses_attempt a
    LEFT JOIN exams_examsession s ON s.id = a.session_id
    LEFT JOIN practice_practiceset p ON p.id = a.practice_set_id
    WHERE a.assignment_id = %(assignment)s AND a.membership_id = m.id
    ORDER BY a.number DESC
    LIMIT 1
) t ON true
LEFT JOIN LATERAL (
    SELECT count(response) AS answered, count(*) AS total, max(answered_at) AS heard_at
    FROM exams_sessionitem
    WHERE session_id = t.session_id AND t.is_open
) i ON true
LEFT JOIN courses_override o
    ON o.assignment_id = %(assignment)s AND o.membership_id = m.id
WHERE m.course_id = %(course)s
  AND m.state IN ('active', 'invited')
  AND (%(is_for_all)s
       OR EXISTS (SELECT 1 FROM courses_recipient
                  WHERE assignment_id = %(assignment)s AND membership_id = m.id))
"""


def sitters(assignment: Assignment) -> list[Sitter]:
    """Return everybody who was given an assignment, with how far they are."""
    with connection.cursor() as cursor:
        values = {
            "assignment": assignment.pk,
            "course": assignment.course_id,
            "is_for_all": assignment.is_for_all,
        }
        cursor.execute(_SQL, values)
        rows = cursor.fetchall()
    return [_sitter(assignment, *row) for row in rows]


def _sitter(
    assignment: Assignment,
    member: int,
    name: str,
    session: object,
    started_at: datetime | None,
    deadline_at: datetime | None,
    is_open: bool | None,
    allowed: float | None,
    answered: int,
    total: int,
    heard_at: datetime | None,
    is_excused: bool | None,
    extra: float | None,
) -> Sitter:
    state = NOT if is_open is None else IN if is_open else DONE
    if state == NOT and is_excused:
        state = EXCUSED
    more = round(float(extra or 0))
    return Sitter(
        member,
        name,
        state,
        session=session,  # type: ignore[arg-type]
        started_at=started_at,
        deadline_at=deadline_at,
        heard_at=max(filter(None, (heard_at, started_at)), default=None),
        answered=answered,
        total=total,
        is_late=_is_cut(assignment, started_at, deadline_at, allowed),
        extra=ngettext("+%(n)d min", "+%(n)d min", more) % {"n": more} if more else "",
    )


def _is_cut(
    assignment: Assignment,
    started_at: datetime | None,
    deadline_at: datetime | None,
    allowed: float | None,
) -> bool:
    """Whether a person began so late that the close takes some of the time."""
    if not (started_at and deadline_at and allowed and assignment.closes_at):
        return False
    return deadline_at - started_at < timedelta(minutes=float(allowed) - 0.5)
