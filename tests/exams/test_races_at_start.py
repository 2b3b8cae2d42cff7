"""Two starts at once, with real threads and transactions. The twins run without the guard."""

import pytest
from django.db import connection

from examapp.exams import services
from examapp.exams.assembly import random_draw
from examapp.exams.models import ExamSession
from examapp.exams.services.start import _new_session, allowance_of
from tests.support.builders import make_exam, make_user
from tests.support.races import ROUNDS, Held, Waiting, together

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_starts_at_once_open_one_session(settings):
    # All are let in, so that the guard is the index and not the line before the start.
    settings.STARTS_AT_ONCE = 4
    exam = make_exam()
    for _ in range(ROUNDS):
        candidate = make_user()
        found = together(*[lambda: services.start(candidate, exam=exam).pk] * 4)
        assert len(set(found)) == 1
        assert ExamSession.objects.of(candidate).get().items.count() == 12


def test_a_start_waits_for_the_one_under_way_and_goes_on_with_it():
    exam, candidate = make_exam(), make_user()
    held = Held(lambda: services.start(candidate, exam=exam))
    waiting = Waiting(lambda: services.start(candidate, exam=exam).pk)
    held.commit()
    assert waiting.result() == ExamSession.objects.get().pk


def test_nothing_is_locked_while_a_form_is_drawn(sitting, monkeypatch):
    """A transaction that locked or wrote a row has an id; one that holds a slot alone has none."""
    assemble, ids = random_draw.assemble, []

    def look_and_assemble(*args, **options):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id_if_assigned()")
            ids.append(cursor.fetchone()[0])
        return assemble(*args, **options)

    monkeypatch.setattr(random_draw, "assemble", look_and_assemble)
    sitting()
    assert ids == [None]


def test_without_the_unique_index_two_starts_open_two():
    exam, candidate = make_exam(), make_user()
    allowance = allowance_of(candidate, exam)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX session_one_open")
    try:
        # The first has inserted and not committed: the second cannot see it.
        held = Held(lambda: _new_session(candidate, exam, allowance).save(force_insert=True))
        _new_session(candidate, exam, allowance).save(force_insert=True)
        held.commit()
        assert ExamSession.objects.of(candidate).open().count() == 2
    finally:
        ExamSession.objects.of(candidate).delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE UNIQUE INDEX session_one_open ON exams_examsession"
                " (candidate_id, exam_id) WHERE status = 'open'"
            )
