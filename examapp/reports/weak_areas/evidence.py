"""Which answers of a candidate count as evidence, from mock exams and from practice."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.utils import timezone

from examapp.exams.scoring import DROP, EVERYONE
from examapp.practice.models import PracticeItem
from examapp.reports.measurement.effort import effort
from examapp.reports.weak_areas.calibrated_items import BankItem
from examapp.study.models import Sureness
from questions.items.item import Response
from questions.items.kinds.registry import kind_of
from questions.items.responses import authored

# Of an item that no one was timed on and whose words are not known, in seconds.
LEAST_SECONDS = 3.0
# With so small a share of an exam's time left it was handed in because time ran out.
NEXT_TO_NONE = 0.1


class Answer(NamedTuple):
    """A question as it was left; `credit` is that of an answer, or of a blank.

    Where the key was found wrong it does not `tell`, and was seen all the same.
    `at` is the end of its mock exam, or when it was answered in practice, where `session` is None
    and `sureness` is what the candidate said before it was explained. `seconds` is the time on the
    question, 0 where it is not known, and `taken` the authored options of an incorrect choice.
    """

    question: int
    item: BankItem
    credit: float
    session: str | None
    at: datetime
    is_blank: bool = False
    sureness: str = ""
    tells: bool = True
    seconds: float = 0.0
    taken: tuple[int, ...] = ()


class Sitting(NamedTuple):
    """A mock exam that ended: how many of its questions `tell`, and how those were left.

    `not_reached` are blank behind the last answer, `omitted` blank before it; `rapid` answers came
    faster than the question can be read. The time `ran_out` where next to none was left at its end.
    """

    session: str
    at: datetime
    asked: int
    not_reached: int
    omitted: int
    rapid: int
    ran_out: bool

    @property
    def blank(self) -> int:
        return self.not_reached + self.omitted


@dataclass(frozen=True)
class Evidence:
    """The answers of a candidate that count in an exam, as of a moment.

    `practiced_at` is when each answer in practice and in reviews was given, whether it counts or
    not; it teaches all the same.
    """

    answers: list[Answer]
    as_of: datetime
    sittings: tuple[Sitting, ...] = ()
    practiced_at: tuple[datetime, ...] = ()

    @property
    def exams(self) -> int:
        return len({answer.session for answer in self.answers if answer.session})

    @property
    def practiced(self) -> int:
        return sum(answer.session is None for answer in self.answers)

    @property
    def rapid(self) -> int:
        """How many answers were left out because they came faster than reading."""
        return sum(sitting.rapid for sitting in self.sittings)

    @cached_property
    def guesses(self) -> Counter[int]:
        return guessed(self.answers)


def evidence_of(
    candidate: int,
    exam: int,
    until: datetime | None = None,
    *,
    least_seconds: Mapping[int, float] | None = None,
) -> Evidence:
    """Return what a candidate had answered in an exam by a moment, without one by now.

    `least_seconds` is how long each version takes to read at least, by version. The evidence is as
    of its newest answer or mock exam.
    """
    sittings, sat = _sat(candidate, exam, until, least_seconds or {})
    practiced, reviewed_at = _practiced(candidate, exam, until)
    met = sorted([*sat, *practiced], key=attrgetter("at"))
    studied_at = sorted([*reviewed_at, *(answer.at for answer in practiced)])
    moments = [*(sitting.at for sitting in sittings), *studied_at[-1:]]
    return Evidence(
        counted(met),
        max(moments, default=until or timezone.now()),
        tuple(sittings),
        tuple(studied_at),
    )


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
SELECT session.id::text, session.finished_at,
  session.deadline_at - session.finished_at
    <= (session.deadline_at - session.started_at) * %(spare)s::float8,
  jsonb_agg(jsonb_build_array(
    version.question_id, item.version_id, item.topic_id, version.type, version.level,
    coalesce(item.credit, 0)::float8, item.response IS NULL,
    coalesce(correction.policy, '') NOT IN (%(drop)s, %(everyone)s), item.elapsed_ms,
    CASE WHEN item.credit < 1 THEN item.response END,
    CASE WHEN item.credit < 1 THEN item.shuffle END
  ) ORDER BY item.position)
FROM exams_examsession session
  JOIN exams_sessionitem item ON item.session_id = session.id
  JOIN questions_questionversion version ON version.id = item.version_id
  LEFT JOIN exams_keycorrection correction ON correction.id = item.correction_id
WHERE session.candidate_id = %(candidate)s AND session.exam_id = %(exam)s
  AND session.status = 'finished' AND session.left_out_at IS NULL
  AND session.finished_at <= coalesce(%(until)s, 'infinity'::timestamptz)
GROUP BY session.id
ORDER BY session.finished_at, session.id
"""


def _sat(
    candidate: int, exam: int, until: datetime | None, least_seconds: Mapping[int, float]
) -> tuple[list[Sitting], list[Answer]]:
    """Return how each mock exam was sat, and all their answers; a rapid guess counts as a blank."""
    parameters = {"candidate": candidate, "exam": exam, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(
            _SAT, parameters | {"drop": DROP, "everyone": EVERYONE, "spare": NEXT_TO_NONE}
        )
        sessions = cursor.fetchall()
    asked = [json.loads(items) for *_, items in sessions]
    answers = [
        _answer_in(pk, ended_at, row)
        for (pk, ended_at, *_), rows in zip(sessions, asked, strict=True)
        for row in rows
    ]
    which = np.repeat(np.arange(len(asked)), [len(rows) for rows in asked])
    became = effort(
        which,
        np.arange(len(answers)),
        [answer.is_blank for answer in answers],
        [answer.seconds for answer in answers],
        np.array([least_seconds.get(each.item.version, LEAST_SECONDS) for each in answers]),
    )
    tells = np.array([answer.tells for answer in answers], dtype=bool)
    marks = np.stack([tells, became.is_not_reached, became.is_omitted, became.is_rapid])
    counts = np.zeros((len(asked), len(marks)), dtype=int)
    np.add.at(counts, which, (marks & tells).T)
    for place in np.flatnonzero(became.is_rapid).tolist():
        answers[place] = answers[place]._replace(is_blank=True)
    sittings = [
        Sitting(pk, ended_at, told, not_reached, omitted, rapid, ran_out)
        for (pk, ended_at, ran_out, _), (told, not_reached, omitted, rapid) in zip(
            sessions, counts.tolist(), strict=True
        )
    ]
    return sittings, answers


def _answer_in(session: str, ended_at: datetime, row: Sequence[Any]) -> Answer:
    """Return an answer from a row of the statement; a row holds values of many types."""
    question, version, topic, kind, level, credit, is_blank, tells, elapsed, response, shuffle = row
    taken = () if response is None else _taken(kind, response, shuffle)
    item = BankItem(version, topic, kind, level)
    return Answer(
        question, item, credit, session, ended_at, is_blank, "", tells, elapsed / 1000, taken
    )


def _taken(kind: str, response: Response, shuffle: Sequence[int] | None) -> tuple[int, ...]:
    """Return the authored options that an incorrect answer chose; none of a kind without choice."""
    if response is None or shuffle is None or not kind_of(kind).is_choice:
        return ()
    return tuple(kind_of(kind).taken(authored(kind, response, shuffle), ()))


# Reviews ask again what is known to the candidate: they teach, and tell nothing. They come along,
# since a statement of their own would cost more. Terms are rated by the candidate, and left out.
_PRACTICED = """
SELECT item.id, item.answered_at, item.sureness, item.credit::float8,
  CASE WHEN item.credit < 1 THEN jsonb_build_array(item.response, item.shuffle) END,
  version.question_id, item.version_id, item.topic_id, version.type, version.level
FROM practice_practiceset practice_set
  JOIN practice_practiceitem item ON item.set_id = practice_set.id
  JOIN questions_questionversion version ON version.id = item.version_id
WHERE practice_set.candidate_id = %(candidate)s AND practice_set.exam_id = %(exam)s
  AND item.answered_at <= coalesce(%(until)s, 'infinity'::timestamptz)
UNION ALL
SELECT NULL, event.at, '', 0, NULL, card.question_id, 0, 0, '', ''
FROM study_card card JOIN study_cardevent event ON event.card_id = card.id
WHERE card.candidate_id = %(candidate)s AND card.exam_id = %(exam)s
  AND card.term = '' AND event.kind = 'answered' AND event.source = 'review'
  AND event.at <= coalesce(%(until)s, 'infinity'::timestamptz)
"""


def _practiced(
    candidate: int, exam: int, until: datetime | None
) -> tuple[list[Answer], list[datetime]]:
    """Return the answers given in practice, and when reviews were answered."""
    with connection.cursor() as cursor:
        cursor.execute(_PRACTICED, {"candidate": candidate, "exam": exam, "until": until})
        rows = cursor.fetchall()
    reviewed_at = [at for pk, at, *_ in rows if pk is None]
    practiced = [row for row in rows if row[0] is not None]
    # Most candidates have nothing to ask about: each statement takes as long as all arithmetic.
    if not practiced:
        return [], reviewed_at
    graded = PracticeItem.objects.telling().filter(set__candidate=candidate, set__exam=exam)
    telling = set(graded.order_by().values_list("pk", flat=True))
    return [_practiced_answer(row, telling) for row in practiced], reviewed_at


def _practiced_answer(row: Sequence[Any], telling: Collection[int]) -> Answer:
    """Return an answer from a row of the statement; a row holds values of many types."""
    pk, at, sureness, credit, chosen, question, *fields = row
    item = BankItem._make(fields)
    response, shuffle = json.loads(chosen) if chosen else (None, None)
    return Answer(
        question,
        item,
        credit,
        None,
        at,
        sureness=sureness,
        tells=pk in telling,
        taken=_taken(item.type, response, shuffle),
    )
