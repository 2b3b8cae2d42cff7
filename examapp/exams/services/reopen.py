"""A sitting that ended goes on as another one: on the same paper, with the answers it had."""

from dataclasses import asdict
from uuid import UUID

import structlog
from django.db import connection, transaction

from examapp.exams.models import ExamSession, StatementTimestamp
from examapp.exams.rules import ExamRules
from examapp.exams.services.errors import AnotherSittingOpen, SessionStillOpen
from examapp.exams.services.start import deadline
from examapp.exams.timing import Allowance

logger = structlog.get_logger(__name__)

_COPY = """
INSERT INTO exams_sessionitem (session_id, position, version_id, keyed_by_id, correction_id,
    topic_id, shuffle, is_scored, response, revision, flagged, struck, elapsed_ms, answered_at)
SELECT %(after)s, position, version_id, keyed_by_id, correction_id, topic_id, shuffle, is_scored,
    response, revision, flagged, struck, elapsed_ms, answered_at
FROM exams_sessionitem WHERE session_id = %(before)s
"""


@transaction.atomic
def reopen(session_id: UUID, *, minutes: int) -> ExamSession:
    """Begin a sitting on the paper of one that ended, with its answers and so many minutes.

    The one that ended keeps its score. Raises SessionStillOpen, and AnotherSittingOpen where its
    candidate is in another sitting of the exam.
    """
    before = ExamSession.objects.select_for_update(of=["self"]).get(pk=session_id)
    if before.is_open:
        raise SessionStillOpen
    after = ExamSession(
        candidate_id=before.candidate_id,
        exam_id=before.exam_id,
        form_id=before.form_id,
        started_at=StatementTimestamp(),
        deadline_at=deadline(Allowance(minutes)),
        base_minutes=minutes,
        **asdict(ExamRules.of(before)),
    )
    ExamSession.objects.bulk_create([after], ignore_conflicts=True)
    made = ExamSession.objects.filter(pk=after.pk).first()
    if made is None:
        raise AnotherSittingOpen
    with connection.cursor() as cursor:
        cursor.execute(_COPY, {"before": before.pk, "after": made.pk})
    logger.info("session_reopened", session=made.pk, before=before.pk)
    return made
