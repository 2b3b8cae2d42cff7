"""Who says which questions tell most, where a candidate leaves the choice to us.

What measures stands above practice: it registers itself when it is ready.
"""

from collections.abc import Callable, Sequence

import structlog

from examapp.accounts.models import User
from questions.models import Exam

logger = structlog.get_logger(__name__)

# From a candidate, an exam, the questions that may be asked, and how many, to those that tell most.
Suggest = Callable[[User, Exam, Sequence[int], int], list[int]]

_SUGGESTERS: list[Suggest] = []


def register(suggest: Suggest) -> None:
    """Make the one who suggests known; another takes its place."""
    _SUGGESTERS[:] = [suggest]


def suggested(candidate: User, exam: Exam, questions: Sequence[int], count: int) -> list[int]:
    """Return the questions that tell most, the first most of all; [] where nobody says."""
    try:
        return [each for ask in _SUGGESTERS for each in ask(candidate, exam, questions, count)]
    except Exception:
        # A help, without which a set is drawn all the same.
        logger.exception("nothing_suggested", user=candidate.pk)
        return []
