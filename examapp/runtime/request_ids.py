"""One id for each request, in every line of the log that it causes, in the tasks it rings for too.

Logs are events: a name, then `name=value` pairs; with LOG_FORMAT=json each line is one object.
"""

import json
import logging
import re
import secrets
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from celery import signals

_request_id: ContextVar[str] = ContextVar("request_id", default="-")
_HEADER = "examapp_request_id"
_PAIR = re.compile(r"(\w+)=(\S+)")


def current() -> str:
    """Return the id of the request, or of the request whose task runs; "-" outside of both."""
    return _request_id.get()


def begin(request_id: str = "") -> str:
    """Let what follows in this thread belong to a request; "" makes up a new id."""
    request_id = request_id or secrets.token_hex(8)
    _request_id.set(request_id)
    return request_id


class RequestIdFilter(logging.Filter):
    """Puts the current id on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current()
        return True


class OneLineFormatter(logging.Formatter):
    """Keeps a record in one line, so that no text in it can look like another record."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = _one_line(record.message)
        return super().formatMessage(record)


class JsonFormatter(logging.Formatter):
    """One object a line: time, level, logger, request, event, its values, and a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        event, _, values = message.partition(" ")
        row: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": getattr(record, "request_id", "-"),
            "event": event,
            **dict(_PAIR.findall(values)),
            "message": message,
        }
        if record.exc_info:
            row["traceback"] = self.formatException(record.exc_info)
        return json.dumps(row)


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


@signals.before_task_publish.connect
def _send_along(headers: dict[str, Any] | None = None, **kwargs: object) -> None:
    if headers is not None:
        headers[_HEADER] = current()


@signals.task_prerun.connect
def _take_up(task: Any = None, **kwargs: object) -> None:
    # A task that beat sends belongs to no request and gets an id of its own.
    sent = getattr(task.request, _HEADER, None) or (task.request.headers or {}).get(_HEADER)
    begin("" if sent in (None, "-") else str(sent))


@signals.task_postrun.connect
def _put_down(**kwargs: object) -> None:
    _request_id.set("-")
