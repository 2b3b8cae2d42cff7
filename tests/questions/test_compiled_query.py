"""Querysets that are compiled once: asked with other keys, they answer as if built anew."""

import pytest
from django.db.models import Q
from django.utils import timezone

from examapp.exams import services
from examapp.exams.models import ExamSession
from questions.compiled_query import CompiledQuery
from questions.hooks import Hook
from questions.models import Exam
from tests.support.builders import make_exam


@pytest.fixture
def exams(db):
    return [make_exam("one"), make_exam("two")]


def test_each_call_asks_with_its_own_keys(exams, django_assert_num_queries):
    one, two = exams
    query = CompiledQuery(lambda exam: Exam.objects.filter(pk=exam).values_list("code"))
    with django_assert_num_queries(3):
        assert query.rows(one.pk) == [(one.code,)]
        assert query.rows(two.pk) == [(two.code,)]
        assert query.rows(0) == []


def test_keys_are_numbers_or_uuids_each_in_its_place(candidate):
    sessions = [services.start(candidate, exam=make_exam(code)) for code in ("one", "two")]
    query = CompiledQuery(
        lambda session, candidate: ExamSession.objects.filter(
            pk=session, candidate=candidate
        ).values_list("pk")
    )
    for session in sessions:
        assert query.rows(session.pk, candidate.pk) == [(session.pk,)]
        assert query.rows(session.pk, 0) == []


def test_a_key_that_is_neither_number_nor_uuid_is_refused(db):
    query = CompiledQuery(lambda session: ExamSession.objects.filter(pk=session).values_list("pk"))
    with pytest.raises(TypeError, match="neither a number nor a UUID"):
        query.rows("2b1c1c1e-0000-4000-8000-000000000000")


def test_it_reads_what_is_stored_now(exams):
    one = exams[0]
    query = CompiledQuery(lambda exam: Exam.objects.filter(pk=exam).values_list("title"))
    query.rows(one.pk)
    Exam.objects.filter(pk=one.pk).update(title="Another")
    assert query.rows(one.pk) == [("Another",)]


def test_it_is_built_once_until_a_hook_changes(exams):
    one, two = exams
    hook = Hook()
    built = []

    def build(exam):
        built.append(exam)
        more = Q(pk__in=[])
        for condition in hook:
            more |= condition
        return Exam.objects.filter(Q(pk=exam) | more).order_by("pk").values_list("pk")

    query = CompiledQuery(build)
    for _ in range(2):
        assert query.rows(one.pk) == [(one.pk,)]
    assert len(built) == 1
    hook.register("a test", Q(pk=two.pk))
    assert query.rows(one.pk) == [(one.pk,), (two.pk,)]
    hook.unregister("a test")
    assert query.rows(one.pk) == [(one.pk,)]


def test_what_nothing_can_meet_asks_nothing(db, django_assert_num_queries):
    query = CompiledQuery(lambda exam: Exam.objects.filter(pk=exam, code__in=[]).values_list("pk"))
    with django_assert_num_queries(0):
        assert query.rows(1) == []


def test_a_moment_of_this_process_is_refused_for_it_would_stand_still(db):
    query = CompiledQuery(
        lambda exam: Exam.objects.filter(
            pk=exam, sessions__started_at__lt=timezone.now()
        ).values_list("pk")
    )
    with pytest.raises(TypeError, match="a moment"):
        query.rows(1)


def test_a_key_that_the_statement_does_not_ask_for_is_refused(db):
    query = CompiledQuery(lambda exam, person: Exam.objects.filter(pk=exam).values_list("pk"))
    with pytest.raises(TypeError, match="each of its 2 keys"):
        query.rows(1, 2)
