"""What candidates do in a sitting: answer, save, let time pass; and a key that is corrected."""

from datetime import timedelta

from django.db.models import F

from examapp.exams import services
from examapp.exams.answers import log
from examapp.exams.answers.schema import checked_save
from examapp.exams.models import ExamSession
from questions.items.item import Option
from questions.models import QuestionVersion
from questions.services import publish
from tests.support.builders import (
    entry,
    make_item,
    right_response,
)


def checked(session, *rows):
    positions = [row["position"] for row in rows]
    shapes = log.shapes(session.pk, session.candidate_id, positions)
    return [checked_save(row, shapes) for row in rows]


def save(session, *rows):
    saves = checked(session, *rows)
    return services.save_answers(session.pk, candidate=session.candidate, saves=saves)


def answer_all(session, respond=right_response):
    items = session.items.select_related("version", "keyed_by")
    save(session, *[entry(item.position, respond(item)) for item in items])


def let_time_pass(session, **duration):
    """Move a session into the past, as the database's clock will see it."""
    passed = timedelta(**duration)
    ExamSession.objects.filter(pk=session.pk).update(
        started_at=F("started_at") - passed, deadline_at=F("deadline_at") - passed
    )


def corrected(version: QuestionVersion, right=(1,)) -> QuestionVersion:
    """Return a new version with the same wording and another key."""
    options = tuple(
        Option(text, why)
        for text, why in zip(version.content["options"], version.key["whys"], strict=True)
    )
    ref = version.question.ref
    item = make_item(version.type, ref, stem=version.content["stem"], options=options, right=right)
    publish(version.question, item)
    version.question.refresh_from_db()
    return version.question.current_version
