"""The people and the exam that walks through the site meet."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from examapp.accounts.models import User
from examapp.exams import services
from examapp.exams.answers.schema import Save
from questions.items.item import Option
from questions.models import Case, Exam, Question
from questions.services import publish as publish_item
from tests.browser.room import Room, keyed_items
from tests.support.builders import make_exam, make_item, publish, right_response, wrong_response

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
ERROR = re.compile("^Error: ")
TYPES = ("multiple_choice", "multiple_response", "ordering", "matching")

LONG = """The log of `arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.model-v1:0` says:

```
ValidationException: Malformed input request: #/messages/0/content: expected minimum item count: 1
```

| Model | Context window | Price of a thousand tokens in | Price of a thousand tokens out |
|---|---|---|---|
| Small | 32,000 | 0.0001 | 0.0004 |

Which step comes first?"""

EXPECTED_COMPLAINTS = (
    "status of (401|403|404|409|422)",
    "net::ERR_INTERNET_DISCONNECTED",
)


@dataclass
class Site:
    """The people and the exam that a walk meets, and how it opens a page."""

    open_page: Callable[..., Page]
    exam: Exam
    candidate: User
    instructor: User

    def room(self, *, clock: bool = False) -> Room:
        """The candidate's open session in a page of its own, on a clock that can be moved on."""
        session = services.start(self.candidate, exam=self.exam)
        room = Room(self.open_page(self.candidate), session)
        if clock:
            room.page.clock.install()
        room.open()
        return room

    def sit(self) -> Any:
        """A sitting of the candidate from start to end, half of it right; return the session."""
        session = services.start(self.candidate, exam=self.exam)
        saves = [
            save(position, right_response(item) if position % 2 else wrong_response(item))
            for position, item in keyed_items(session).items()
            if position < 12
        ]
        services.save_answers(session.pk, candidate=self.candidate, saves=saves)
        return services.finish(session.pk)


def save(position: int, response: Any, **fields: Any) -> Save:
    values = {"client": "6ba7b810-9dad-41d1-80b4-00c04fd430c8", "seq": 1, "base": None}
    values |= {"elapsed_ms": 40_000, "flagged": position == 3, "struck": ()}
    return Save(position=position, response=response, **{**values, **fields})


def awkward_exam() -> Exam:
    """An exam of one form with a sample question, a case, and texts that are hard to fit."""
    exam = make_exam(forms=1, case_count=1)
    topic = Question.objects.filter(exam=exam).first().topic
    publish(exam, topic, make_item("multiple_choice", f"{exam.code}-sample"), is_sample=True)
    case = Case.objects.create(
        exam=exam, ref=f"{exam.code}-case", title="A retail bank", scenario=LONG
    )
    for kind in TYPES:
        question = Question.objects.filter(
            exam=exam, current_version__type=kind, is_sample=False
        ).first()
        question.case = case if kind == "multiple_choice" else None
        question.save()
        item = make_item(kind, question.ref, stem=LONG)
        first = Option("Interoperability_" * 6 + " of `" + "long.dotted.name" * 5 + "`", "Because.")
        options = (first, *item.options[1:])
        publish_item(question, make_item(kind, question.ref, stem=LONG, options=options))
    return exam
