"""Which answers of a candidate count as evidence, from sittings and from practice."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from django.db import connection

from examapp.exams.models import ExamSession
from examapp.exams.scoring import DROP, EVERYONE
from examapp.practice.models import PracticeItem, Sureness
from examapp.reports.weak_areas.basis import BankItem


class Answer(NamedTuple):
    """A question as it was left; `credit` is that of an answer, or of a blank.

    Where the key was found wrong it does not `tell`, and was seen all the same.
    `at` is the end of its sitting, or when it was answered in practice, where `session` is None and
    `sureness` is what the candidate said before it was explained.
    """

    question: int
    item: BankItem
    credit: float
    session: str | None
    at: datetime
    is_blank: bool = False
    sureness: str = ""
    tells: bool = True


def evidence_of(
    candidate: int, exam: int, session: ExamSession | None = None
) -> tuple[list[Answer], int]:
    """Return the answers that count, and how many questions of `session` were left blank.

    They are those of sittings that had ended with `session` and of practice before the next one;
    without a session those of today.
    """
    sat = list(_sat(candidate, exam, session))
    left = [given for given in sat if given.is_blank and given.tells]
    own = str(session.pk) if session else None
    blank = sum(given.session == own for given in left)
    met = sorted([*sat, *_practised(candidate, exam, session)], key=attrgetter("at"))
    return counted(met), blank


def counted(met: Iterable[Answer]) -> list[Answer]:
    """Return what counts of all that a candidate met, oldest first.

    Of sittings the newest answer to a question counts. Practice explains at once, so an answer
    given there counts only where the question was never met before, and nothing after it does.
    """
    answers: dict[int, Answer] = {}
    seen: set[int] = set()
    explained: set[int] = set()
    for given in met:
        is_practised = given.session is None
        is_told = given.question in (seen if is_practised else explained)
        if not is_told and not given.is_blank and given.tells:
            answers[given.question] = given
        seen.add(given.question)
        if is_practised:
            explained.add(given.question)
    return list(answers.values())


def guessed(answers: Iterable[Answer]) -> Counter[int]:
    """Count by topic the right answers that were guesses by the candidate's own word."""
    return Counter(
        given.item.topic
        for given in answers
        if given.sureness == Sureness.GUESS and given.credit == 1
    )


# One row a sitting: rows cost more than what is in them.
_SAT = """
SELECT session.id::text, session.finished_at, jsonb_agg(jsonb_build_array(
    version.question_id, item.version_id, item.topic_id, version.type, version.level,
    coalesce(item.credit, 0)::float8, item.response IS NULL,
    coalesce(correction.policy, '') NOT IN (%(drop)s, %(everyone)s)
  ) ORDER BY item.position)
FROM exams_examsession session
  JOIN exams_sessionitem item ON item.session_id = session.id
  JOIN questions_questionversion version ON version.id = item.version_id
  LEFT JOIN exams_keycorrection correction ON correction.id = item.correction_id
WHERE session.candidate_id = %(candidate)s AND session.exam_id = %(exam)s
  AND session.finished_at <= coalesce(%(until)s, 'infinity'::timestamptz)
GROUP BY session.id
"""


def _sat(candidate: int, exam: int, session: ExamSession | None) -> Iterable[Answer]:
    until = session.finished_at if session else None
    names = {"candidate": candidate, "exam": exam, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(_SAT, names | {"drop": DROP, "everyone": EVERYONE})
        sittings = cursor.fetchall()
    for pk, ended_at, listed in sittings:
        for question, version, topic, kind, level, credit, is_blank, tells in json.loads(listed):
            asked = BankItem(version, topic, kind, level)
            yield Answer(question, asked, credit, pk, ended_at, is_blank, "", tells)


_PRACTISED = """
SELECT item.id, item.answered_at, item.sureness, item.credit::float8,
  version.question_id, item.version_id, item.topic_id, version.type, version.level
FROM practice_practiceset practised
  JOIN practice_practiceitem item ON item.set_id = practised.id
  JOIN questions_questionversion version ON version.id = item.version_id
WHERE practised.candidate_id = %s AND practised.exam_id = %s AND item.answered_at IS NOT NULL
"""


def _practised(candidate: int, exam: int, session: ExamSession | None) -> Iterable[Answer]:
    with connection.cursor() as cursor:
        cursor.execute(_PRACTISED, [candidate, exam])
        rows = cursor.fetchall()
    # Most candidates have nothing to ask about: each statement takes as long as all arithmetic.
    if not rows:
        return
    until = _next_end(candidate, exam, session) if session else None
    own = PracticeItem.objects.telling().filter(set__candidate=candidate, set__exam=exam)
    telling = set(own.order_by().values_list("pk", flat=True))
    for pk, at, sureness, credit, question, *asked in rows:
        if until is None or at < until:
            item = BankItem._make(asked)
            yield Answer(question, item, credit, None, at, sureness=sureness, tells=pk in telling)


def _next_end(candidate: int, exam: int, session: ExamSession) -> datetime | None:
    """Return when the sitting after `session` ended, if there is one."""
    later = ExamSession.objects.filter(
        candidate=candidate, exam=exam, finished_at__gt=session.finished_at
    )
    return later.order_by("finished_at").values_list("finished_at", flat=True).first()
