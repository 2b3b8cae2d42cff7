"""Papers drawn ahead by the worker: a start takes one that suits its candidate, or draws its own.

A paper in stock holds no question of an offered mock exam, as for someone who sat none. It suits
whoever has met none of its questions and for whom none is kept: then a draw of their own could give
just this paper. Who has seen much of the bank finds none in stock, and gets what was seen longest
ago by a draw of their own.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, astuple
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count

from examapp.accounts.models import User
from examapp.exams.assembly import random_draw
from examapp.exams.assembly.optimizer import FormPlan
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
    WHERE exam_id = %s AND NOT questions && %s::bigint[]
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING seed, questions, seats, basis
"""
# Question.objects.pool without what offered mock exams hold, of some questions or of all. As SQL:
# a start waits for it, and to build it from querysets would cost three times what it does.
_ROWS = """
SELECT question.id, task.domain_id, task.id, version.type, question.case_id, question.facts,
    ARRAY(
        SELECT pair.to_question_id FROM questions_question_enemies pair
        WHERE pair.from_question_id = question.id ORDER BY 1
    ), version.id, topic.id
FROM questions_question question
JOIN questions_topic topic ON topic.id = question.topic_id
JOIN questions_task task ON task.id = topic.task_id
JOIN questions_questionversion version ON version.id = question.current_version_id
WHERE question.exam_id = %(exam)s AND question.status = 'published' AND NOT question.is_sample
    AND (%(questions)s::bigint[] IS NULL OR question.id = ANY(%(questions)s::bigint[]))
    AND NOT EXISTS (
        SELECT 1 FROM exams_formitem item JOIN exams_form form ON form.id = item.form_id
        WHERE item.question_id = question.id AND form.kind = 'fixed' AND NOT form.is_archived
    )
ORDER BY question.id
"""


def taken(candidate: User, exam: Exam) -> Drawn | None:
    """Take a paper that suits a candidate out of the stock; None where there is none.

    It is theirs once the transaction commits; until then nobody else is given it.
    """
    avoided = [*seen_at(candidate), *_kept_questions(candidate)]
    for _ in range(_TRIES):
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [exam.pk, avoided])
            row = cursor.fetchone()
        if row is None:
            return None
        seed, questions, seats, basis = row
        # What is kept from this candidate alone was avoided; this is what is kept from all.
        rows = _rows(exam, questions)
        if _basis(form_plan(exam), rows) == basis:
            return Drawn(seed, _seats_from_json(seats))
    return None


def _kept_questions(candidate: User) -> Any:
    """Return the questions of forms that apps above keep for a candidate."""
    forms = ExamForm.objects.filter(is_kept_form(candidate.pk))
    return ExamFormItem.objects.filter(form__in=forms).values_list("question", flat=True)


def _seats_from_json(text: str) -> tuple[Seat, ...]:
    rows = json.loads(text)
    return tuple(
        Seat(question, version, topic, is_scored, tuple(shuffle), rating)
        for question, version, topic, is_scored, shuffle, rating in rows
    )


def _rows(exam: Exam, questions: list[int] | None = None) -> list[PoolRow]:
    """Return what a draw for the stock rests on, of some questions or of all, by their keys."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"exam": exam.pk, "questions": questions})
        return [PoolRow(*row) for row in cursor.fetchall()]


def _basis(plan: FormPlan, rows: Sequence[PoolRow]) -> str:
    """Return a digest of a blueprint and of what a draw knew of the questions it chose."""
    text = json.dumps([asdict(plan), sorted(rows)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


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
    rows = {row.question: row for row in _rows(exam)}
    plan = form_plan(exam)
    held = _drop_outdated(exam, plan, rows)
    items = [row.pool_item() for row in rows.values()]
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
        basis = _basis(plan, [rows[question] for question in questions])
        values = [astuple(seat) for seat in seats]
        papers.append(
            StockedPaper(exam=exam, seed=seed, questions=questions, seats=values, basis=basis)
        )
    StockedPaper.objects.bulk_create(papers)
    return len(papers)


def _drop_outdated(exam: Exam, plan: FormPlan, rows: dict[int, PoolRow]) -> int:
    """Delete the papers that the bank has left behind; return how many are left."""
    outdated, kept = [], 0
    for paper in StockedPaper.objects.filter(exam=exam).only("questions", "basis"):
        found = [rows[question] for question in paper.questions if question in rows]
        if _basis(plan, found) == paper.basis:
            kept += 1
        else:
            outdated.append(paper.pk)
    StockedPaper.objects.filter(pk__in=outdated).delete()
    return kept
