"""Papers drawn ahead by the worker: a start takes one that suits its candidate, or draws its own.

A paper in stock holds no question of an offered mock exam, as for someone who sat none. It suits
whoever has met none of its questions and for whom none is kept: then a draw of their own could give
just this paper. Who has seen much of the bank finds none in stock, and gets what was seen longest
ago by a draw of their own.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import astuple
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, QuerySet

from examapp.accounts.models import User
from examapp.exams.assembly import random_draw
from examapp.exams.hooks import is_kept_form
from examapp.exams.models import ExamForm, ExamFormItem, StockedPaper
from examapp.exams.services.form_drawing import (
    Drawn,
    PoolRow,
    Seat,
    form_plan,
    seats_of,
    seen_at,
)
from questions import prepared
from questions.compiled_query import CompiledQuery
from questions.models import Exam, ExamStates, Question

# Papers that one run draws of an exam: seconds, so that others have their turn.
BATCH = 30
# So many outdated papers a start passes over before it draws its own.
_TRIES = 2
# So often may chance find none in one run.
_MISSES = 3
_TAKE = """
DELETE FROM exams_stockedpaper WHERE id = (
    SELECT id FROM exams_stockedpaper
    WHERE exam_id = %(exam)s::bigint AND NOT questions && %(avoided)s::bigint[]
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING seed, questions, seats, basis
"""
# Of an exam: its blueprint, all that a draw knows of it, as one text.
_PLAN = """
SELECT concat_ws(
    '|', exam.scored_count, exam.unscored_count, exam.type_mix, exam.case_count,
    (SELECT string_agg(
        ROW(domain.id, domain.number, domain.title, domain.weight, task.id, task.weight)::text,
        '' ORDER BY domain.id, task.id
    ) FROM questions_domain domain LEFT JOIN questions_task task ON task.domain_id = domain.id
    WHERE domain.exam_id = exam.id)
) FROM questions_exam exam WHERE exam.id = %(exam)s::bigint
"""
# Question.objects.pool without what offered mock exams hold. As SQL: a start waits for it, and to
# build it from querysets would cost three times what it does.
_POOL = """
SELECT question.id, task.domain_id, task.id AS task, version.type, question.case_id, question.facts,
    ARRAY(
        SELECT pair.to_question_id FROM questions_question_enemies pair
        WHERE pair.from_question_id = question.id ORDER BY 1
    ) AS enemies, version.id AS version, topic.id AS topic
FROM questions_question question
JOIN questions_topic topic ON topic.id = question.topic_id
JOIN questions_task task ON task.id = topic.task_id
JOIN questions_questionversion version ON version.id = question.current_version_id
WHERE question.exam_id = %(exam)s::bigint AND question.status = 'published'
    AND NOT question.is_sample
    AND NOT EXISTS (
        SELECT 1 FROM exams_formitem item JOIN exams_form form ON form.id = item.form_id
        WHERE item.question_id = question.id AND form.kind = 'fixed' AND NOT form.is_archived
    )
"""
# A paper, and what the bank now says of what it rests on: in one statement, for a start waits.
_TAKE_AND_LOOK = """
WITH taken AS ({take}),
pool AS ({pool} AND question.id = ANY(ARRAY(SELECT unnest(questions) FROM taken)))
SELECT seed, seats, basis, ({plan}), (SELECT string_agg(pool::text, '' ORDER BY id) FROM pool)
FROM taken
"""


class PoolLine(NamedTuple):
    """A question that a paper of the stock may hold, and the same as the text of a digest."""

    row: PoolRow
    text: str


def taken(candidate: User, exam: Exam) -> Drawn | None:
    """Take a paper that suits a candidate out of the stock; None where there is none.

    It is theirs once the transaction commits; until then nobody else is given it.
    """
    avoided = [*seen_at(candidate), *(question for (question,) in _KEPT.rows(candidate.pk))]
    statement = _TAKE_AND_LOOK.format(take=_TAKE, pool=_POOL, plan=_PLAN)
    for _ in range(_TRIES):
        papers = prepared.rows(statement, {"exam": exam.pk, "avoided": avoided})
        if not papers:
            return None
        seed, seats, basis, plan, questions = papers[0]
        # What is kept from this candidate alone was avoided; this is what is kept from all.
        if _basis(plan, questions or "") == basis:
            return Drawn(seed, _seats_from_json(seats))
    return None


def _kept_questions(candidate: int) -> QuerySet[ExamFormItem, tuple[int]]:
    """Return the questions of forms that apps above keep for a candidate."""
    forms = ExamForm.objects.filter(is_kept_form(candidate))
    return ExamFormItem.objects.filter(form__in=forms).values_list("question")


_KEPT = CompiledQuery(_kept_questions)


def _seats_from_json(text: str) -> tuple[Seat, ...]:
    rows = json.loads(text)
    return tuple(
        Seat(question, version, topic, is_scored, tuple(shuffle), rating)
        for question, version, topic, is_scored, shuffle, rating in rows
    )


def _pool(exam: Exam) -> dict[int, PoolLine]:
    """Return by question what a draw for the stock rests on, in order."""
    statement = f"SELECT pool.*, pool::text FROM ({_POOL}) pool ORDER BY id"  # noqa: S608
    rows = prepared.rows(statement, {"exam": exam.pk})
    return {row[0]: PoolLine(PoolRow(*row[:-1]), row[-1]) for row in rows}


def _plan_text(exam: Exam) -> str:
    return str(prepared.rows(_PLAN, {"exam": exam.pk})[0][0])


def _basis(plan: str, questions: str) -> str:
    """Return a digest of a blueprint and of what a draw knew of the questions it chose."""
    return hashlib.sha256(f"{plan}|{questions}".encode()).hexdigest()


def _basis_of(plan: str, questions: Iterable[int], pool: dict[int, PoolLine]) -> str:
    """Return the digest of some questions of the pool; what it does not hold is left out."""
    return _basis(plan, "".join(pool[key].text for key in sorted(questions) if key in pool))


def refill_all() -> int:
    """Draw papers for the exams that can be taken and whose stock is low; return how many."""
    exams = Exam.objects.filter(state__in=[ExamStates.OPEN, ExamStates.COURSES])
    stocked = StockedPaper.objects.order_by().values_list("exam").annotate(Count("pk"))
    held = dict(stocked)
    wanted = [exam for exam in exams if held.get(exam.pk, 0) < settings.PAPERS_IN_STOCK]
    return sum(refill(exam) for exam in wanted)


def refill(exam: Exam) -> int:
    """Drop papers of an exam that are outdated, and draw others; return how many were drawn.

    Where chance finds none there is none in stock: such a bank needs the programme each time.
    """
    # The text of the plan first: should the plan change meanwhile, the papers count as outdated.
    plan_text, pool = _plan_text(exam), _pool(exam)
    plan = form_plan(exam)
    held = _drop_outdated(exam, plan_text, pool)
    items = [line.row.pool_item() for line in pool.values()]
    papers: list[StockedPaper] = []
    misses = 0
    while len(papers) < min(BATCH, settings.PAPERS_IN_STOCK - held) and misses < _MISSES:
        seed = secrets.randbits(62)
        chosen = random_draw.by_chance(plan, items, seed=seed)
        if not chosen:
            misses += 1
            continue
        seats = seats_of([(seat.key, seat.is_scored) for seat in chosen], Question.objects.all())
        questions = [seat.question for seat in seats]
        basis = _basis_of(plan_text, questions, pool)
        values = [astuple(seat) for seat in seats]
        papers.append(
            StockedPaper(exam=exam, seed=seed, questions=questions, seats=values, basis=basis)
        )
    StockedPaper.objects.bulk_create(papers)
    return len(papers)


def _drop_outdated(exam: Exam, plan: str, pool: dict[int, PoolLine]) -> int:
    """Delete the papers that the bank has left behind; return how many are left."""
    outdated, kept = [], 0
    for paper in StockedPaper.objects.filter(exam=exam).only("questions", "basis"):
        if _basis_of(plan, paper.questions, pool) == paper.basis:
            kept += 1
        else:
            outdated.append(paper.pk)
    StockedPaper.objects.filter(pk__in=outdated).delete()
    return kept
