"""Writing a paper: its form and its questions, a statement each however many they are."""

from typing import Any

from django.db import connection

from examapp.exams.models import ExamForm, ExamSession
from examapp.exams.services.form_drawing import Drawn
from questions.models import Exam, Origins

_SEATS = """
seat AS (
    SELECT * FROM unnest(%(questions)s::bigint[], %(versions)s::bigint[], %(topics)s::bigint[],
        %(scored)s::boolean[], %(shuffles)s::text[])
    WITH ORDINALITY AS seat (question, version, topic, is_scored, shuffle, position)
)
"""
_NEW_FORM = """
form AS (
    INSERT INTO exams_form (exam_id, title, kind, slug, position, is_archived, origin, seed,
        created_at)
    VALUES (%(exam)s, '', %(kind)s, '', 0, false, %(origin)s, %(seed)s, statement_timestamp())
    RETURNING id
), form_items AS (
    INSERT INTO exams_formitem (form_id, position, question_id, is_scored)
    SELECT form.id, seat.position, seat.question, seat.is_scored FROM form, seat
)
"""
_FIXED_FORM = "form AS (SELECT %(form)s::bigint AS id)"
_PAPER = """
paper AS (
    INSERT INTO exams_sessionitem (session_id, position, version_id, keyed_by_id, topic_id,
        shuffle, is_scored, revision, flagged, struck, elapsed_ms)
    SELECT %(session)s, position, version, version, topic,
        shuffle::smallint[], is_scored, 0, false, '{}', 0
    FROM seat
)
UPDATE exams_examsession SET form_id = form.id FROM form
WHERE exams_examsession.id = %(session)s RETURNING form_id
"""


def write_form(exam: Exam, drawn: Drawn) -> ExamForm:
    """Keep which questions were drawn, as a form of its own."""
    statement = f"WITH {_SEATS}, {_NEW_FORM} SELECT id FROM form"  # noqa: S608
    return _form(exam, drawn, _written(statement, _columns(drawn) | _form_columns(exam, drawn)))


def write_paper(session: ExamSession, drawn: Drawn) -> None:
    """Keep the form and pin what each question asks, in its order of options."""
    form = _FIXED_FORM if drawn.form else _NEW_FORM
    values = _columns(drawn) | {"session": session.pk}
    values |= {"form": drawn.form.pk} if drawn.form else _form_columns(session.exam, drawn)
    key = _written(f"WITH {_SEATS}, {form}, {_PAPER}", values)
    session.form = drawn.form or _form(session.exam, drawn, key)


def _written(statement: str, values: dict[str, Any]) -> int:
    """Write what a statement says; return the key of its form."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])


def _form(exam: Exam, drawn: Drawn, key: int) -> ExamForm:
    """Return a form that was just written."""
    form = ExamForm(pk=key, exam=exam, seed=drawn.seed)
    form._state.adding = False
    return form


def _form_columns(exam: Exam, drawn: Drawn) -> dict[str, Any]:
    kind, origin = ExamForm.Kind.FRESH, Origins.FILES
    return {"exam": exam.pk, "kind": kind, "origin": origin, "seed": drawn.seed}


def _columns(drawn: Drawn) -> dict[str, Any]:
    """Return the seats as one array a column, for a statement of any of them."""
    seats = drawn.seats
    return {
        "questions": [seat.question for seat in seats],
        "versions": [seat.version for seat in seats],
        "topics": [seat.topic for seat in seats],
        "scored": [seat.is_scored for seat in seats],
        # Arrays within an array must be of one length, so they travel as text.
        "shuffles": ["{" + ",".join(map(str, seat.shuffle)) + "}" for seat in seats],
    }
