"""Statements that a connection plans once, and that are sent whole behind a pooler."""

import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from questions import prepared
from questions.compiled_query import CompiledQuery
from questions.models import Exam
from tests.support.builders import make_exam

pytestmark = pytest.mark.django_db(transaction=True)

SHARE = "SELECT code, '100%' FROM questions_exam WHERE id = $1 AND code = ANY($2) AND id >= $1"


def share(exam):
    return prepared.rows(SHARE, ("bigint", "text[]"), (exam.pk, [exam.code, "else"]))


def known():
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [row[0] for row in cursor.fetchall()]


def test_a_connection_plans_a_statement_once():
    exam = make_exam("one")
    with CaptureQueriesContext(connection) as captured:
        assert share(exam) == share(exam) == [(exam.code, "100%")]
    assert len(captured) == 2
    assert len([text for text in known() if SHARE in text]) == 1


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


def test_behind_a_pooler_nothing_is_left_on_a_connection(settings):
    settings.DATABASE_POOLED = True
    exam = make_exam("one")
    query = CompiledQuery(
        lambda exam: Exam.objects.filter(pk=exam).exclude(title="50%").values_list("code")
    )
    connection.close()
    assert share(exam) == [(exam.code, "100%")]
    assert query.rows(exam.pk) == [(exam.code,)]
    assert not known()


def test_a_transaction_that_is_undone_takes_no_plan_with_it():
    exam = make_exam("one")
    connection.close()
    with transaction.atomic():
        share(exam)
        transaction.set_rollback(True)
    assert share(exam) == [(exam.code, "100%")]
