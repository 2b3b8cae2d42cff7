"""Rounds of ratings to test with."""

from typing import Any

from examapp.reports.models import RatingRound
from examapp.reports.standard_setting import rate, rounds
from questions.models import Exam, ExamRole, Question
from tests.support.builders import make_user

# Complete answers by type, in shown indexes, told by nothing of the key.
GIVEN: dict[str, Any] = {
    "multiple_choice": 1,
    "multiple_response": [0, 3],
    "ordering": [2, 1, 0],
    "matching": [2, 1, 0],
}


def team(exam: Exam, count: int = 3) -> list[Any]:
    """Return instructors of an exam's team; the first is its owner."""
    people = [make_user(role="instructor", name=f"Rater {number}") for number in range(count)]
    for number, person in enumerate(people):
        ExamRole.objects.create(user=person, exam=exam, role="author" if number else "owner")
    return people


def open_round(exam: Exam, people: list[Any], *, size: int = 3, **fields: Any) -> RatingRound:
    """Return an open round of the first questions of an exam."""
    keys = Question.objects.pool(exam).order_by("ref").values("pk")[:size]
    return rounds.create(
        exam,
        **{
            "title": "Round 1",
            "questions": Question.objects.filter(pk__in=keys),
            "raters": people,
            "by": people[0],
            **fields,
        },
    )


def give(round_: RatingRound, rater: Any, shares: list[int]) -> None:
    """Let someone answer and rate a round's questions, from the first one on."""
    for item, share in zip(round_.items.select_related("version"), shares, strict=False):
        kept = rate.answer(
            item,
            rater,
            response=GIVEN[item.version.type],
            shuffle=rate.shuffle_for(item, rater),
        )
        rate.rate(kept, share_percent=share)
