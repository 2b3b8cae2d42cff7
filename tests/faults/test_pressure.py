"""The database is there, and too busy: answers are bounded in time and say when to try again."""

import json
import time
import uuid
from contextlib import ExitStack
from functools import partial

import psycopg
import pytest

from tests.faults.crowd import Candidate

pytestmark = pytest.mark.nightly

# Locks are waited for 5 s, connections 3 s; the rest is a busy machine.
BOUND_SECONDS = 12
SAVE = json.dumps([{"position": 1, "response": None, "client": str(uuid.uuid4()), "seq": 1}])


def in_the_room(make_stage):
    stage = make_stage()
    stage.start("web")
    stage.wait_until_up()
    candidate = Candidate(stage, stage.accounts[0], seed=1, pause=0)
    form = {"form": "fresh", "agree": "yes"}
    _, place, _ = candidate.post_form(f"/exams/{stage.exam_code}/start/", form)
    return stage, candidate, place


def take_all(held, take):
    while True:
        held.enter_context(take())


def save_once(candidate, place):
    begun_at = time.monotonic()
    reply = candidate.try_once("POST", f"{place}answers/", SAVE, "application/json")
    return reply[0], time.monotonic() - begun_at


def test_a_table_that_is_locked_is_answered_503_in_bounded_time(make_stage):
    stage, candidate, place = in_the_room(make_stage)
    with psycopg.connect(stage.url) as other:
        other.execute("LOCK TABLE exams_sessionitem IN ACCESS EXCLUSIVE MODE")
        status, seconds = save_once(candidate, place)
    assert (status, candidate.unavailable) == (503, 1)
    assert seconds < BOUND_SECONDS
    assert save_once(candidate, place)[0] == 200


def test_no_connection_left_is_answered_503_in_bounded_time(make_stage):
    stage, candidate, place = in_the_room(make_stage)
    # A fresh server holds no connection of its own yet.
    stage.kill("web")
    with ExitStack() as held:
        take = partial(psycopg.connect, stage.url)
        with pytest.raises(psycopg.OperationalError, match="too many clients"):
            take_all(held, take)
        stage.start("web")
        stage.wait_until_up()
        candidate.connection = None
        status, seconds = save_once(candidate, place)
        assert (status, candidate.unavailable) == (503, 1)
        assert seconds < BOUND_SECONDS
    assert save_once(candidate, place)[0] == 200
