"""How the answers of a sitting changed while it was written."""

import json
from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from examapp.exams.models import AnswerEvent, ExamSession, SessionItem
from examapp.exams.scoring import DROP
from questions.compiled_query import CompiledQuery
from questions.items.item import Response
from questions.items.responses import authored


@dataclass(frozen=True)
class ChangedAnswers:
    """How many answers were changed, from the first to the last: to right, to wrong, in all."""

    to_right: int
    to_wrong: int
    total: int


def responses_of(session: ExamSession) -> dict[int, list[Response]]:
    """Return by item what was answered in turn, each once where it differs from the one before.

    None stands for an answer that was taken back; what came before the first answer is none.
    """
    saved = AnswerEvent.objects.filter(item__session=session, outcome=AnswerEvent.Outcome.SAVED)
    rows = saved.order_by("item", "revision").values_list("item", "response")
    responses: dict[int, list[Response]] = defaultdict(list)
    for item, response in rows:
        before = responses[item][-1] if responses[item] else None
        if response != before:
            responses[item].append(response)
    return responses


def changed_answers(session: ExamSession) -> ChangedAnswers:
    """Count answers that differ from the first one given to the same question."""
    first = {item: json.loads(response) for item, response in _CHANGED.rows(session.pk)}
    items = session.items.solved().filter(pk__in=first) if first else []
    changes = [
        (_is_right(item, first[item.pk], session.grading_policy), item.credit == 1)
        for item in items
    ]
    return ChangedAnswers(
        to_right=sum(not was and now for was, now in changes),
        to_wrong=sum(was and not now for was, now in changes),
        total=len(changes),
    )


def _changed(session: UUID) -> QuerySet[SessionItem, tuple[int, str]]:
    """Return the items of a sitting whose answer differs from the first one, with the first one."""
    saved = AnswerEvent.objects.filter(item=OuterRef("pk"), outcome=AnswerEvent.Outcome.SAVED)
    answers = saved.filter(response__isnull=False).order_by("revision")
    items = SessionItem.objects.filter(session=session, response__isnull=False)
    items = items.exclude(correction__policy=DROP)
    with_first = items.annotate(first=Subquery(answers.values("response")[:1]))
    return with_first.exclude(first=F("response")).order_by().values_list("pk", "first")


_CHANGED = CompiledQuery(_changed)


def _is_right(item: SessionItem, response: Response, grading_policy: str) -> bool:
    kind = item.version.type
    return item.ruling.credit(kind, authored(kind, response, item.shuffle), grading_policy) == 1
