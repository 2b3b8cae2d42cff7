"""The paper as one form, as browsers without scripts send it: read into rows of saves."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from examapp.exams.models import SessionItem
from questions.items.kinds.base import whole_number
from questions.models import QuestionVersion

# A row of a posted list before it is checked: whatever JSON or a form may hold.
Row = Any


def rows_from_paper(post: QueryDict, items: Iterable[SessionItem]) -> list[Row]:
    """Return what the paper, sent as one form, changes: a row for each question that differs.

    A question is on the paper when its `base-` field is: the revision the page was made from, so
    that an old page overwrites nothing.
    """
    client = str(uuid.uuid4())
    rows = []
    for item in items:
        if f"base-{item.position}" not in post:
            continue
        response = posted_response(post, item.position, item.version)
        flagged = f"flag-{item.position}" in post
        if (response, flagged) != (item.response, item.flagged):
            rows.append(
                {
                    "position": item.position,
                    "response": response,
                    "client": client,
                    "seq": 0,
                    "base": whole_number(post.get(f"base-{item.position}")),
                    "flagged": flagged,
                    "struck": item.struck,
                }
            )
    return rows


def posted_response(post: QueryDict, position: int, version: QuestionVersion) -> Any:
    """Return what the paper's controls of a question hold, unchecked; None for nothing.

    `version` needs its type and its html.
    """
    return version.kind.posted(post, f"q{position}", version.html)
