"""Which answers of a candidate count as evidence, from mock exams and from practice."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from examapp.exams.models import ExamSession
from examapp.exams.scoring import DROP, EVERYONE
from examapp.practice.models import PracticeItem, Sureness
from examapp.reports.weak_areas.calibrated_items import BankItem


class Answer(NamedTuple):
    """A question as it was left; `credit` is that of an answer, or of a blank.

    Where the key was found wrong it does not `tell`, and was seen all the same.
    `at` is the end of its mock exam, or when it was answered in practice, where `session` is None
    and `sureness` is what the candidate said before it was explained.
    """

    question: int
    item: BankItem
    credit: float
    session: str | None
    at: datetime
    is_blank: bool = False
    sureness: str = ""
    tells: bool = True


@dataclass(frozen=True)
class Evidence:
    """The answers of a candidate that count in an exam, as of a moment up to which they aged.

    `blank` is how many questions of the newest mock exam were not answered.
    """

    answers: list[Answer]
    blank: int
    as_of: datetime

    @property
    def exams(self) -> int:
        return len({answer.session for answer in self.answers if answer.session})

    @property
    def practiced(self) -> int:
        return sum(answer.session is None for answer in self.answers)

    @cached_property
    def guesses(self) -> Counter[int]:
        return guessed(self.answers)


def evidence_of(candidate: int, exam: int, session: ExamSession | None = None) -> Evidence:
    """Return a candidate's evidence as of the end of `session`, without one as of now.

    With a session, answers are those of mock exams that had ended with it and of practice before
    the next one ended.
    """
    sat = list(_sat(candidate, exam, session))
    met = sorted([*sat, *_practiced(candidate, exam, session)], key=attrgetter("at"))
    answers = counted(met)
    if session is None:
        return Evidence(answers, 0, timezone.now())
    ended_at = session.finished_at or timezone.now()
    newest = str(session.pk)
    blank = sum(answer.is_blank and answer.tells and answer.session == newest for answer in sat)
    return Evidence(answers, blank, max([ended_at, *(answer.at for answer in answers)]))


def counted(met: Iterable[Answer]) -> list[Answer]:
    """Return what counts of all that a candidate met, oldest first.

    Of mock exams the newest answer to a question counts. Practice explains at once, so an answer
    there counts only where the question was never met before, and nothing after it does.
    """
    answers: dict[int, Answer] = {}
    seen: set[int] = set()
    explained: set[int] = set()
    for answer in met:
        is_practiced = answer.session is None
        is_known = answer.question in (seen if is_practiced else explained)
        if not is_known and not answer.is_blank and answer.tells:
            answers[answer.question] = answer
        seen.add(answer.question)
        if is_practiced:
            explained.add(answer.question)
    return list(answers.values())


def guessed(answers: Iterable[Answer]) -> Counter[int]:
    """Count by topic the right answers that were guesses, as the candidate said."""
    return Counter(
        answer.item.topic
        for answer in answers
        if answer.sureness == Sureness.GUESS and answer.credit == 1
    )


# One row a mock exam: rows cost more than what is in them.
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
  AND session.status = 'finished' AND session.left_out_at IS NULL
  AND session.finished_at <= coalesce(%(until)s, 'infinity'::timestamptz)
GROUP BY session.id
"""


def _sat(candidate: int, exam: int, session: ExamSession | None) -> Iterable[Answer]:
    until = session.finished_at if session else None
    parameters = {"candidate": candidate, "exam": exam, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(_SAT, parameters | {"drop": DROP, "everyone": EVERYONE})
        sessions = cursor.fetchall()
    for pk, ended_at, items in sessions:
        for question, version, topic, kind, level, credit, is_blank, tells in json.loads(items):
            item = BankItem(version, topic, kind, level)
            yield Answer(question, item, credit, pk, ended_at, is_blank, "", tells)


_PRACTICED = """
SELECT item.id, item.answered_at, item.sureness, item.credit::float8,
  version.question_id, item.version_id, item.topic_id, version.type, version.level
FROM practice_practiceset practice_set
  JOIN practice_practiceitem item ON item.set_id = practice_set.id
  JOIN questions_questionversion version ON version.id = item.version_id
WHERE practice_set.candidate_id = %s AND practice_set.exam_id = %s
  AND item.answered_at IS NOT NULL
"""


def _practiced(candidate: int, exam: int, session: ExamSession | None) -> Iterable[Answer]:
    with connection.cursor() as cursor:
        cursor.execute(_PRACTICED, [candidate, exam])
        rows = cursor.fetchall()
    # Most candidates have nothing to ask about: each statement takes as long as all arithmetic.
    if not rows:
        return
    until = _next_end(candidate, exam, session) if session else None
    graded = PracticeItem.objects.telling().filter(set__candidate=candidate, set__exam=exam)
    telling = set(graded.order_by().values_list("pk", flat=True))
    for pk, at, sureness, credit, question, *item_fields in rows:
        if until is None or at < until:
            item = BankItem._make(item_fields)
            yield Answer(question, item, credit, None, at, sureness=sureness, tells=pk in telling)


def _next_end(candidate: int, exam: int, session: ExamSession) -> datetime | None:
    """Return when the mock exam after `session` ended, if there is one."""
    later = ExamSession.objects.counted().filter(
        candidate=candidate, exam=exam, finished_at__gt=session.finished_at
    )
    return later.order_by("finished_at").values_list("finished_at", flat=True).first()
