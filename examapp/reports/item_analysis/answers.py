"""The answers to some versions, and how each changed from the first to the last."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import F

from examapp.exams.models import AnswerEvent, SessionItem
from questions.items.item import Response
from questions.items.responses import authored, grade
from questions.models import QuestionVersion

CHANGES = ("wrong_right", "right_wrong", "wrong_wrong")


class ItemAnswer(NamedTuple):
    """An item of a finished session; plain, since there are as many as answers."""

    pk: int
    version: int
    session: UUID
    response: Response
    shuffle: list[int]
    elapsed_ms: int
    flagged: bool
    credit: Decimal | None
    keyed_by: int
    grading_policy: str


_FIELDS = (*ItemAnswer._fields[:-1], "session__grading_policy")


def answers_to(versions: Sequence[int]) -> dict[int, list[ItemAnswer]]:
    """Return the answers of finished sessions by version."""
    answers: dict[int, list[ItemAnswer]] = defaultdict(list)
    items = SessionItem.objects.of_statistics().filter(version__in=versions)
    for row in items.values_list(*_FIELDS):
        answer = ItemAnswer._make(row)
        answers[answer.version].append(answer)
    return answers


def changes_of(
    answers: Mapping[int, Sequence[ItemAnswer]], versions: Mapping[int, QuestionVersion]
) -> dict[int, str]:
    """Return by item which of CHANGES its answer went through, where it changed.

    `versions` holds what answers were graded by.
    """
    first_responses = _first_responses(list(answers))
    changes = {}
    for answer in (answer for group in answers.values() for answer in group):
        if answer.pk not in first_responses or answer.response is None:
            continue
        was = _is_right(answer, first_responses[answer.pk], versions[answer.keyed_by])
        now = answer.credit == 1
        if not (was and now):
            changes[answer.pk] = f"{'right' if was else 'wrong'}_{'right' if now else 'wrong'}"
    return changes


def _first_responses(versions: Sequence[int]) -> dict[int, Response]:
    """Return by item the first response, where the last is another one."""
    saved = AnswerEvent.objects.filter(
        item__version__in=versions,
        item__session__status="finished",
        outcome=AnswerEvent.Outcome.SAVED,
    ).exclude(response__isnull=True)
    # The database compares: most answers are the first.
    first = saved.order_by("item_id", "revision").distinct("item_id").values("pk")
    changed = AnswerEvent.objects.filter(pk__in=first).exclude(response=F("item__response"))
    return dict(changed.values_list("item", "response"))


def _is_right(answer: ItemAnswer, response: Response, key: QuestionVersion) -> bool:
    chosen = authored(key.type, response, answer.shuffle)
    return grade(key.type, key.key["right"], chosen, answer.grading_policy) == 1
