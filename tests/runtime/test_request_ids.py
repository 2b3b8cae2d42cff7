"""Which request a line of the log belongs to."""

import json
import logging

import pytest
import structlog
from celery import shared_task

from examapp.runtime import request_ids

logger = structlog.get_logger("examapp.tests")


@shared_task(name="tests.say")
def say():
    logger.info("said", id=request_ids.current())


def record(message, *values, **fields):
    return logging.makeLogRecord(
        {"name": "a", "levelname": "INFO", "msg": message, "args": values, **fields}
    )


def id_said(caplog):
    return next(each.msg["id"] for each in caplog.records if each.name == "examapp.tests")


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
    assert id_said(caplog) == "the-request"
    assert request_ids.current() == "-"


def test_a_task_of_nobody_gets_an_id_of_its_own(caplog):
    with caplog.at_level("INFO", "examapp.tests"):
        say.apply()
    assert id_said(caplog) not in ("", "-")


def line(style, message, *values, **fields):
    return request_ids.formatter(style).format(record(message, *values, **fields))


def written(style, caplog, event, **values):
    """Return the line that an event of ours becomes."""
    with caplog.at_level("INFO", "examapp.tests"):
        logger.info(event, **values)
    return request_ids.formatter(style).format(caplog.records[-1])


def test_no_text_can_look_like_another_record():
    text = line("line", "signed_in name=%s", "Eve\nINFO signed_in name=root\x1b[2J")
    assert "\n" not in text
    assert "\x1b" not in text


def test_no_value_can_look_like_another(caplog):
    text = written("line", caplog, "signed_in", name='root" level=error\nevent=gone')
    assert text.count("\n") == 0
    assert 'name="root\\" level=error' in text


def test_json_names_event_and_values(caplog):
    request_ids.begin("the-request")
    row = json.loads(written("json", caplog, "saved", session=7, late=2))
    assert (row["event"], row["session"], row["late"], row["level"]) == ("saved", 7, 2, "info")
    assert row["request"] == "the-request"


def test_a_line_of_a_library_has_the_same_shape():
    row = json.loads(line("json", "started on %s", 8000))
    assert (row["event"], row["level"], row["logger"]) == ("started on 8000", "info", "a")


def test_json_keeps_a_traceback_in_the_line():
    try:
        raise ValueError("broken")
    except ValueError as error:
        fields = {"exc_info": (ValueError, error, error.__traceback__)}
    text = line("json", "failed", **fields)
    assert "\n" not in text
    assert "ValueError" in text
    assert "broken" in text
