"""Guards taken out one by one: each twin shows the harm that its guard prevents.

Those of races stand beside their races.
"""

import json
import uuid
from dataclasses import replace

import pytest
from django.core.exceptions import FieldFetchBlocked
from django.urls import reverse

from examapp.exams import services
from examapp.exams.answers import log
from examapp.exams.models import AnswerEvent, ExamSession, SessionItem
from examapp.exams.tasks import finish_overdue
from examapp.exams.views import room
from tests.support.builders import entry
from tests.support.races import one_save, right_save, store, without
from tests.support.sittings import let_time_pass

pytestmark = pytest.mark.django_db


# --- The deadline -----------------------------------------------------------------------------

DEADLINE = " AND clock_timestamp() <= deadline_at + %(grace)s * interval '1 second'"


def credit_of_a_late_answer(session):
    """Answer right an hour after the end; return what became of it and what it earned."""
    let_time_pass(session, hours=2)
    stored = store(session, right_save(session))
    services.finish(session.pk)
    return stored.outcome, session.items.get(position=1).credit


def test_a_late_answer_earns_nothing(session):
    assert credit_of_a_late_answer(session) == ("late", 0)


def test_without_the_deadline_check_a_late_answer_earns_its_credit(session, monkeypatch):
    without(DEADLINE, monkeypatch)
    assert credit_of_a_late_answer(session) == ("saved", 1)


# --- The sequence -----------------------------------------------------------------------------

SEQUENCE = "WHEN held.last_client = input.client AND input.seq < held.last_seq THEN 'superseded'"


def answer_after_an_older_one_came_last(session):
    client = uuid.uuid4()
    newer = one_save(client=client, seq=2, flagged=False)
    store(session, newer)
    store(session, newer.model_copy(update={"seq": 1, "flagged": True}))
    return session.items.get(position=1).flagged


def test_an_older_save_that_comes_last_undoes_nothing(session):
    assert not answer_after_an_older_one_came_last(session)


def test_without_the_sequence_check_an_older_save_undoes_a_newer_one(session, monkeypatch):
    without(SEQUENCE, monkeypatch)
    assert answer_after_an_older_one_came_last(session)


# --- The sweep --------------------------------------------------------------------------------


def scores_of_one_who_never_comes_back(session):
    let_time_pass(session, hours=2)
    finish_overdue()
    return session.scores.count()


def test_who_never_comes_back_is_scored(session):
    assert scores_of_one_who_never_comes_back(session) == 1


def test_without_the_sweep_who_never_comes_back_has_no_score(session, monkeypatch):
    monkeypatch.setattr(services, "sweep", lambda: 0)
    assert scores_of_one_who_never_comes_back(session) == 0


# --- Whose session it is ----------------------------------------------------------------------


def status_for(client, session):
    return client.get(reverse("exams:room", args=[session.pk])).status_code


def test_another_s_room_is_closed(session, outsider_client):
    assert status_for(outsider_client, session) == 404


def test_without_the_filter_of_owners_another_s_room_is_open(session, outsider_client, monkeypatch):
    sessions = type(ExamSession.objects.all())
    monkeypatch.setattr(sessions, "of", lambda self, candidate: self)
    assert status_for(outsider_client, session) == 200


def answer_for_another(client, session):
    address = reverse("exams:answers", args=[session.pk])
    body = json.dumps([entry(1, None, flagged=True)])
    return client.post(address, body, content_type="application/json").status_code


def test_nobody_answers_for_another(session, outsider_client):
    assert answer_for_another(outsider_client, session) == 404
    assert not AnswerEvent.objects.exists()


def test_without_the_owner_in_the_statement_one_answers_for_another(
    session, outsider_client, monkeypatch
):
    without(" AND candidate_id = %(candidate)s", monkeypatch)
    shapes = log._SHAPES.replace("room.candidate_id = %s", "%s > 0")
    monkeypatch.setattr(log, "_SHAPES", shapes)
    assert answer_for_another(outsider_client, session) == 200
    assert session.items.get(position=1).flagged


# --- The key ----------------------------------------------------------------------------------


@pytest.fixture
def _leaky_room(monkeypatch):
    """A room whose code reaches for the key and shows it."""
    shown = room.paper_of

    def paper_with_keys(session):
        items = session.items.paper()
        return [
            replace(one, instruction=f"The key is {item.version.key['right']}.")
            for one, item in zip(shown(session), items, strict=True)
        ]

    monkeypatch.setattr(room, "paper_of", paper_with_keys)


@pytest.mark.usefixtures("_leaky_room")
def test_a_room_that_reaches_for_the_key_cannot_be_shown(session, candidate_client):
    with pytest.raises(FieldFetchBlocked):
        status_for(candidate_client, session)


@pytest.mark.usefixtures("_leaky_room")
def test_without_the_deferred_key_a_room_shows_it(session, candidate_client, monkeypatch):
    items = type(SessionItem.objects.all())
    monkeypatch.setattr(items, "paper", lambda self: self.select_related("version"))
    page = candidate_client.get(reverse("exams:room", args=[session.pk]))
    assert "The key is [0" in page.content.decode()
