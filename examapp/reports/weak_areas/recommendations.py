"""What to answer next, from all that a candidate answered so far."""

from collections.abc import Sequence

import numpy as np
from django.utils import timezone

from examapp.reports.measurement import next_items
from examapp.reports.measurement.items import GRID, STEP
from examapp.reports.weak_areas import basis, body
from examapp.reports.weak_areas.evidence import evidence_of
from questions.models import Exam, Question


def next_questions(candidate: int, exam: Exam, questions: Sequence[int], count: int) -> list[int]:
    """Return those of `questions`, at most `count`, whose answers would tell most, best first."""
    ground = basis.exam_basis(exam)
    asked, plan = ground.asked, ground.plan
    answers, _ = evidence_of(candidate, exam.pk)
    belief = body.believe(answers, ground, now=timezone.now())
    known = basis.known(asked, ground.calibration)
    information = next_items.item_information(known.items.curves())
    leaves = np.array([plan.leaf_of[item.topic] for item in asked], dtype=np.intp)
    level = belief.found.abilities[0].mean(axis=0)
    point = np.clip(np.rint((level - GRID[0]) / STEP).astype(int), 0, len(GRID) - 1)
    open_rows = Question.objects.filter(pk__in=questions).values_list("current_version", "pk")
    question_of = dict(open_rows)
    chosen = next_items.choose(
        next_items.worth_of_leaves(belief.found, plan.outline)[0],
        information[np.arange(len(asked)), point[leaves]],
        leaves,
        np.array([item.version in question_of for item in asked]),
        count=count,
    )
    return [question_of[asked[place].version] for place in chosen]
