"""One id for each request: in every line of its log, and in the tasks it enqueues.

Logs are events, a name with values; `LOG_FORMAT=json` writes each as one object a line.
"""

import logging
import secrets
from typing import Any

import structlog
from celery import signals
from structlog.contextvars import bind_contextvars, get_contextvars, unbind_contextvars
from structlog.typing import EventDict, Processor

NO_REQUEST = "-"
_HEADER = "examapp_request_id"


def current() -> str:
    """Return the id of the request, or of the request whose task runs; "-" outside of both."""
    request_id: str = get_contextvars().get("request", NO_REQUEST)
    return request_id


def begin(request_id: str = "") -> str:
    """Let what follows in this thread belong to a request; "" makes up a new id."""
    request_id = request_id or secrets.token_hex(8)
    bind_contextvars(request=request_id)
    return request_id


# --- Logging ------------------------------------------------------------------------------------


def _with_request(logger: object, method: str, event: EventDict) -> EventDict:
    event.setdefault("request", NO_REQUEST)
    return event


def _printable(logger: object, method: str, event: EventDict) -> EventDict:
    """Escape what does not print, so that no text can move a terminal or look like a line."""
    return {
        name: _escaped(value) if isinstance(value, str) else value for name, value in event.items()
    }


def _escaped(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _with_request,
)
_RENDERERS: dict[str, tuple[Processor, ...]] = {
    "line": (
        structlog.processors.ExceptionRenderer(),
        _printable,
        structlog.processors.LogfmtRenderer(
            key_order=["level", "logger", "request", "event"], bool_as_flag=False
        ),
    ),
    "json": (structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()),
}


def formatter(style: str) -> logging.Formatter:
    """Return the formatter of all loggers, ours and those of libraries; "line" or "json"."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=(
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *_RENDERERS[style],
        ),
    )


def configure() -> None:
    """Let structlog hand its events to the loggers of the standard library."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


# --- Tasks --------------------------------------------------------------------------------------


@signals.before_task_publish.connect
def _send_along(headers: dict[str, object] | None = None, **kwargs: object) -> None:
    if headers is not None:
        headers[_HEADER] = current()


@signals.task_prerun.connect
def _take_up(task: Any = None, **kwargs: object) -> None:
    # A task that beat sends belongs to no request and gets an id of its own.
    sent = getattr(task.request, _HEADER, None) or (task.request.headers or {}).get(_HEADER)
    begin("" if sent in (None, NO_REQUEST) else str(sent))


@signals.task_postrun.connect
def _put_down(**kwargs: object) -> None:
    unbind_contextvars("request")
