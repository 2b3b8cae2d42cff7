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
_FORM = f"""
WITH {_SEATS}, form AS (
    INSERT INTO exams_form (exam_id, title, kind, slug, position, is_archived, origin, seed,
        created_at)
    VALUES (%(exam)s, '', %(kind)s, '', 0, false, %(origin)s, %(seed)s, statement_timestamp())
    RETURNING id
), items AS (
    INSERT INTO exams_formitem (form_id, position, question_id, is_scored)
    SELECT form.id, seat.position, seat.question, seat.is_scored FROM form, seat
)
SELECT id FROM form
"""  # noqa: S608  (of constants)
_PAPER = f"""
WITH {_SEATS}, paper AS (
    INSERT INTO exams_sessionitem (session_id, position, version_id, keyed_by_id, topic_id,
        shuffle, is_scored, revision, flagged, struck, elapsed_ms)
    SELECT %(session)s, position, version, version, topic,
        shuffle::smallint[], is_scored, 0, false, '{{}}', 0
    FROM seat
)
UPDATE exams_examsession SET form_id = %(form)s WHERE id = %(session)s
"""  # noqa: S608  (of constants)


def write_form(exam: Exam, drawn: Drawn) -> ExamForm:
    """Keep which questions were drawn, as a form of its own."""
    form = ExamForm(exam=exam, seed=drawn.seed)
    values = {"exam": exam.pk, "kind": form.kind, "seed": drawn.seed, "origin": Origins.FILES}
    with connection.cursor() as cursor:
        cursor.execute(_FORM, _columns(drawn) | values)
        form.pk = cursor.fetchone()[0]
    form._state.adding = False
    return form


def write_paper(session: ExamSession, drawn: Drawn) -> None:
    """Keep the form and pin what each question asks, in its order of options."""
    session.form = drawn.form or write_form(session.exam, drawn)
    with connection.cursor() as cursor:
        values = {"session": session.pk, "form": session.form.pk}
        cursor.execute(_PAPER, _columns(drawn) | values)


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
