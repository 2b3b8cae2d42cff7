"""The append-only log of answers: the one statement that writes it, and what it may hold."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from examapp.exams.answers.schema import Save, Shape
from examapp.exams.models import AnswerEvent
from examapp.exams.timing import GRACE_SECONDS

# Locks the session against finishing, locks the items, judges each save against the deadline and
# the revision it saw, logs it once, and moves the item to the last one that counts. A session that
# finishes at the same time is waited for, and its new state is the one that is judged.
_RECORD = """
WITH input AS (
    SELECT * FROM jsonb_to_recordset(%(saves)s::jsonb) AS row(
        ord int, position int, response jsonb, client uuid, seq bigint, base int,
        elapsed_ms int, flagged boolean, struck smallint[])
), room AS (
    SELECT id, status, finish_reason, deadline_at,
        status = 'open' AND clock_timestamp() <= deadline_at + %(grace)s * interval '1 second'
            AS is_live,
        clock_timestamp() < deadline_at + interval '1 day' AS is_logged
    FROM exams_examsession
    WHERE id = %(session)s AND candidate_id = %(candidate)s
    FOR SHARE
), held AS (
    SELECT item.* FROM exams_sessionitem item JOIN room ON item.session_id = room.id
    WHERE item.position IN (SELECT position FROM input)
    ORDER BY item.position
    FOR UPDATE OF item
), judged AS (
    SELECT input.*, held.id AS item_id, held.revision,
        CASE
            WHEN NOT room.is_live THEN 'late'
            WHEN held.last_client = input.client AND input.seq < held.last_seq THEN 'superseded'
            WHEN input.base < held.revision AND held.last_client IS DISTINCT FROM input.client
                THEN 'stale'
            ELSE 'saved'
        END AS outcome
    FROM input JOIN held USING (position) CROSS JOIN room
    WHERE (room.is_live OR room.is_logged) AND NOT EXISTS (
        SELECT FROM exams_answerevent event
        WHERE event.item_id = held.id AND event.client = input.client AND event.seq = input.seq)
), logged AS (
    INSERT INTO exams_answerevent (item_id, client, seq, base, response, flagged, struck,
        elapsed_ms, outcome, revision, received_at)
    SELECT item_id, client, seq, base, response, flagged, struck, elapsed_ms, outcome,
        CASE WHEN outcome = 'saved' THEN revision + count(*) FILTER (WHERE outcome = 'saved')
            OVER (PARTITION BY item_id ORDER BY ord) END,
        clock_timestamp()
    FROM judged ORDER BY ord
    ON CONFLICT (item_id, client, seq) DO NOTHING
    RETURNING *
), latest AS (
    SELECT DISTINCT ON (item_id) * FROM logged WHERE outcome = 'saved'
    ORDER BY item_id, revision DESC
), moved AS (
    UPDATE exams_sessionitem item SET response = latest.response, revision = latest.revision,
        flagged = latest.flagged, struck = latest.struck,
        elapsed_ms = greatest(item.elapsed_ms, latest.elapsed_ms),
        last_client = latest.client, last_seq = latest.seq, answered_at = latest.received_at
    FROM latest WHERE item.id = latest.item_id
    RETURNING item.id, item.response, item.revision, item.flagged, item.struck
)
SELECT room.status, room.finish_reason, room.deadline_at, clock_timestamp(), held.id,
    coalesce(logged.outcome, prior.outcome),
    CASE WHEN moved.id IS NULL THEN held.response ELSE moved.response END,
    coalesce(moved.revision, held.revision), coalesce(moved.flagged, held.flagged),
    coalesce(moved.struck, held.struck), coalesce(logged.received_at, prior.received_at)
FROM room LEFT JOIN input ON true LEFT JOIN held USING (position)
LEFT JOIN logged ON logged.item_id = held.id AND logged.client = input.client
    AND logged.seq = input.seq
LEFT JOIN exams_answerevent prior ON prior.item_id = held.id AND prior.client = input.client
    AND prior.seq = input.seq
LEFT JOIN moved ON moved.id = held.id
ORDER BY input.ord
"""


# In SQL because it runs before every save, and building it from models takes longer than it runs.
_SHAPES = """
SELECT item.position, version.type, cardinality(item.shuffle),
    jsonb_array_length(version.html -> 'prompts')
FROM exams_sessionitem item
JOIN exams_examsession room ON room.id = item.session_id
JOIN questions_questionversion version ON version.id = item.version_id
WHERE room.id = %s AND room.candidate_id = %s
    AND (item.position = 1 OR item.position = ANY(%s))
"""


@dataclass(frozen=True)
class Stored:
    """What became of one save, and what is stored for its question now."""

    save: Save
    outcome: str
    response: Any
    revision: int
    flagged: bool
    struck: list[int]
    received_at: datetime | None


@dataclass(frozen=True)
class Receipt:
    """The acknowledgement of a list of saves, by the database's clock."""

    status: str
    finish_reason: str
    deadline_at: datetime
    now: datetime
    stored: list[Stored]


def shapes(session_id: UUID, candidate_id: int, positions: Iterable[int]) -> dict[int, Shape]:
    """Return what responses to these positions of a session must fit.

    The first position is always among them, so that nothing means no such session of theirs.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SHAPES, [session_id, candidate_id, list(positions)])
        return {position: Shape(*shape) for position, *shape in cursor.fetchall()}


def record(session_id: UUID, candidate_id: int, saves: Sequence[Save]) -> Receipt | None:
    """Log saves and apply those that count, in one statement; None when the session is not theirs.

    A save that is logged already changes nothing and is acknowledged as the first time. Positions
    must be the session's own.
    """
    # One tab's saves count in the order it made them, however they arrive.
    saves = sorted(saves, key=lambda save: (str(save.client), save.seq))
    rows = [
        {
            "ord": ord,
            "position": save.position,
            "response": save.response,
            "client": str(save.client),
            "seq": save.seq,
            "base": save.base,
            "elapsed_ms": save.elapsed_ms,
            "flagged": save.flagged,
            "struck": list(save.struck),
        }
        for ord, save in enumerate(saves)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _RECORD,
            {
                "saves": json.dumps(rows),
                "session": session_id,
                "candidate": candidate_id,
                "grace": GRACE_SECONDS,
            },
        )
        replies = cursor.fetchall()
    if not replies:
        return None
    status, reason, deadline_at, now = replies[0][:4]
    stored = [
        Stored(
            save,
            row[5] or _outcome_of_twin(row[4], save),
            json.loads(row[6]) if isinstance(row[6], str) else row[6],
            row[7],
            row[8],
            row[9],
            row[10],
        )
        for save, row in zip(saves, replies, strict=False)
        if row[4] is not None
    ]
    return Receipt(status, reason, deadline_at, now, stored)


def _outcome_of_twin(item_id: int, save: Save) -> str:
    """Return the outcome of a save whose twin committed while this one waited for its lock."""
    event = AnswerEvent.objects.filter(item_id=item_id, client=save.client, seq=save.seq)
    return event.values_list("outcome", flat=True).first() or AnswerEvent.Outcome.LATE
