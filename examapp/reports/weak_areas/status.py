"""The sittings that a candidate finished in an exam, and which of their reports are of today."""

from typing import NamedTuple
from uuid import UUID

from django.db import connection

from examapp.reports.models import ESTIMATOR


class Sitting(NamedTuple):
    """A finished sitting; `regrades` is how often it and those before it were graded again."""

    session: UUID
    regrades: int
    is_reported: bool


# Scores of a sitting are numbered from 1; sittings that ended at once are counted together.
# Which report is of today is also said by WeakAreaReportQuerySet.current, for all candidates.
_RECORD = """
SELECT session, regrades,
  coalesce(estimator = %(estimator)s AND known = regrades, false)
FROM (
  SELECT session.id AS session, session.finished_at, score.id,
    sum(score.number - 1) OVER (ORDER BY session.finished_at) AS regrades,
    report.estimator, report.regrades AS known
  FROM exams_examsession asked
    JOIN exams_examsession session USING (candidate_id, exam_id)
    JOIN exams_score score ON score.session_id = session.id AND score.is_current
    LEFT JOIN reports_weakareareport report ON report.score_id = score.id
  WHERE asked.id = %(session)s
) record
ORDER BY finished_at, id
"""


def sittings(session: UUID) -> list[Sitting]:
    """Return the sittings of a session's candidate in its exam, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, {"session": session, "estimator": ESTIMATOR})
        return [Sitting._make(row) for row in cursor.fetchall()]
