"""How the answers of a sitting changed while it was written."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from examapp.exams.models import AnswerEvent, ExamSession, SessionItem
from questions.items.item import Response
from questions.items.responses import authored

type Responses = Mapping[int, Sequence[Response]]


@dataclass(frozen=True)
class ChangedAnswers:
    """How many answers were changed, from the first to the last: to right, to wrong, in all."""

    to_right: int
    to_wrong: int
    total: int


def responses_of(session: ExamSession) -> dict[int, list[Response]]:
    """Return by item what was answered in turn, each once where it differs from the one before."""
    saved = AnswerEvent.objects.filter(item__session=session, outcome=AnswerEvent.Outcome.SAVED)
    rows = saved.exclude(response=None).order_by("item", "revision")
    responses: dict[int, list[Response]] = defaultdict(list)
    for item, response in rows.values_list("item", "response"):
        if not responses[item] or responses[item][-1] != response:
            responses[item].append(response)
    return responses


def changed_answers(
    items: Sequence[SessionItem], responses: Responses, *, grading_policy: str
) -> ChangedAnswers:
    """Count changed answers; needs each item's version, keyed_by and correction."""
    changes = [
        (_is_right(item, responses[item.pk][0], grading_policy), item.credit == 1)
        for item in items
        if item.response is not None
        and responses.get(item.pk)
        and responses[item.pk][0] != item.response
    ]
    return ChangedAnswers(
        to_right=sum(not was and now for was, now in changes),
        to_wrong=sum(was and not now for was, now in changes),
        total=len(changes),
    )


def _is_right(item: SessionItem, response: Response, grading_policy: str) -> bool:
    kind = item.version.type
    return item.ruling.credit(kind, authored(kind, response, item.shuffle), grading_policy) == 1
