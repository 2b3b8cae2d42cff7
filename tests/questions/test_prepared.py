"""Statements that a connection plans once, and that are sent whole behind a pooler."""

import threading

import pytest
from django.db import NotSupportedError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from questions import prepared
from questions.compiled_query import CompiledQuery
from questions.models import Exam
from tests.support.builders import make_exam

pytestmark = pytest.mark.django_db(transaction=True)

SHARE = """
SELECT code, '100%%' FROM questions_exam
WHERE id = %(exam)s::bigint AND code = ANY(%(codes)s) AND id = ANY(%(exams)s::bigint[])
"""


def share(exam):
    values = {"exam": exam.pk, "codes": [exam.code, "else"], "exams": [exam.pk, 2]}
    return prepared.rows(SHARE, values)


def known():
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [row[0] for row in cursor.fetchall()]


def test_a_connection_plans_a_statement_once():
    exam = make_exam("one")
    connection.close()
    with CaptureQueriesContext(connection) as captured:
        assert share(exam) == share(exam) == [(exam.code, "100%")]
    assert len(captured) == 2
    assert len(known()) == 1


def test_each_connection_knows_its_own():
    exam = make_exam("one")
    share(exam)
    connection.close()
    assert share(exam) == [(exam.code, "100%")]
    answers = []

    def another():
        answers.append(share(exam))
        connection.close()

    thread = threading.Thread(target=another)
    thread.start()
    thread.join()
    assert answers == [[(exam.code, "100%")]]


def test_behind_a_pooler_nothing_is_left_on_a_connection(monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "prepare_threshold", None)
    exam = make_exam("one")
    query = CompiledQuery(
        lambda exam: Exam.objects.filter(pk=exam).exclude(title="50%(key0)s").values_list("code")
    )
    connection.close()
    assert share(exam) == [(exam.code, "100%")]
    assert query.rows(exam.pk) == [(exam.code,)]
    assert not known()
    connection.close()


def test_a_transaction_that_is_undone_takes_no_plan_with_it():
    exam = make_exam("one")
    connection.close()
    with transaction.atomic():
        share(exam)
        transaction.set_rollback(True)
    assert share(exam) == [(exam.code, "100%")]


def test_a_server_that_is_gone_is_said_in_django_s_words():
    """Pages answer 503 to those."""
    exam = make_exam("one")
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    ending = connection.copy()
    with ending.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    ending.close()
    with pytest.raises(OperationalError):
        share(exam)
    connection.close()


def test_after_a_change_of_types_the_next_request_plans_anew():
    exam = make_exam("one")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE drawn (id int)")
    try:
        assert prepared.rows("SELECT id FROM drawn", {}) == []
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("ALTER TABLE drawn ALTER COLUMN id TYPE bigint")
        other.close()
        with pytest.raises(NotSupportedError):
            prepared.rows("SELECT id FROM drawn", {})
        # As at the end of each request.
        connection.close_if_unusable_or_obsolete()
        assert prepared.rows("SELECT id FROM drawn", {}) == []
        assert share(exam)
    finally:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE drawn")
