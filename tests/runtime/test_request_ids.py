"""Which request a line of the log belongs to."""

import json
import logging

import pytest
from celery import shared_task

from examapp.runtime import request_ids

logger = logging.getLogger("examapp.tests")


@shared_task(name="tests.say")
def say():
    logger.info("said id=%s", request_ids.current())


def record(message, *values, **fields):
    return logging.makeLogRecord(
        {"name": "a", "levelname": "INFO", "msg": message, "args": values, **fields}
    )


def test_a_request_has_an_id_that_its_answer_names(client):
    one, other = (client.get("/healthz")["X-Request-ID"] for _ in range(2))
    assert one != other
    assert len(one) == 16


@pytest.mark.parametrize(
    ("sent", "is_taken"), [("from-a-proxy-1", True), ("short", False), ("a b" * 9, False)]
)
def test_a_proxy_s_id_is_taken_when_it_is_one(client, sent, is_taken):
    answer = client.get("/healthz", headers={"X-Request-ID": sent})["X-Request-ID"]
    assert (answer == sent) is is_taken


def test_a_task_belongs_to_the_request_that_rang_for_it(caplog):
    request_ids.begin("the-request")
    from celery import signals

    headers = {}
    signals.before_task_publish.send(sender="tests.say", headers=headers, body=())
    request_ids.begin("another")
    with caplog.at_level("INFO", "examapp.tests"):
        say.apply(headers=headers)
    assert "said id=the-request" in caplog.text
    assert request_ids.current() == "-"


def test_a_task_of_nobody_gets_an_id_of_its_own(caplog):
    with caplog.at_level("INFO", "examapp.tests"):
        say.apply()
    assert "said id=" in caplog.text
    assert "said id=-" not in caplog.text


def test_no_text_can_look_like_another_record():
    line = request_ids.OneLineFormatter("%(levelname)s %(message)s")
    text = line.format(record("signed_in name=%s", "Eve\nINFO signed_in name=root\x1b[2J"))
    assert text == r"INFO signed_in name=Eve\nINFO signed_in name=root\x1b[2J"


def test_json_names_event_and_values():
    row = json.loads(request_ids.JsonFormatter().format(record("saved session=%s late=%s", 7, 2)))
    assert (row["event"], row["session"], row["late"], row["level"]) == ("saved", "7", "2", "INFO")
    assert row["request"] == "-"


def test_json_keeps_a_traceback_in_the_line():
    try:
        raise ValueError("broken")
    except ValueError as error:
        fields = {"exc_info": (ValueError, error, error.__traceback__)}
    text = request_ids.JsonFormatter().format(record("failed", **fields))
    assert "\n" not in text
    assert "ValueError: broken" in json.loads(text)["traceback"]
