"""Answers from a request's body to the stored row, and how they are acknowledged."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from pydantic import BaseModel

from examapp.accounts.models import User
from examapp.exams.answers import log
from examapp.exams.answers.log import Receipt, Stored
from examapp.exams.answers.schema import Save, SaveError, checked_save
from examapp.exams.models import ExamSession
from examapp.runtime import metrics
from examapp.web.rate_limit import seconds_to_wait
from examapp.web.times import milliseconds
from questions.items.item import Response

MAX_SAVES = 500
MAX_BODY_BYTES = 256 * 1024

# An entry of a posted list before it is checked: whatever JSON may hold.
Row = Any


class Refusal(Enum):
    """Why a posted list is refused as a whole."""

    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    TOO_MANY = "too_many"
    TOO_FAST = "too_fast"

    @property
    def status(self) -> HTTPStatus:
        statuses = {
            Refusal.TOO_LARGE: HTTPStatus.CONTENT_TOO_LARGE,
            Refusal.TOO_FAST: HTTPStatus.TOO_MANY_REQUESTS,
        }
        return statuses.get(self, HTTPStatus.UNPROCESSABLE_CONTENT)


class SavesRefused(Exception):
    """A posted list that is refused as a whole: why, and the same for a program, in English."""

    def __init__(self, reason: Refusal, message: str, *, seconds: int = 0) -> None:
        super().__init__(message)
        self.reason = reason
        self.retry_after = seconds

    @property
    def status(self) -> HTTPStatus:
        return self.reason.status

    @property
    def field(self) -> str:
        """What of the request is wrong, "" for how it came."""
        return "body" if self.status == HTTPStatus.UNPROCESSABLE_CONTENT else ""


@dataclass(frozen=True)
class Refused:
    """An entry that cannot be stored; `errors` has a sentence for every bad field."""

    row: Row
    errors: dict[str, str]


@dataclass(frozen=True)
class CheckedSaves:
    """A posted list sorted into what can be stored and what cannot."""

    valid: tuple[Save, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def refused_positions(self) -> set[int]:
        """The questions whose answers are refused; an entry that names none is not among them."""
        return {
            entry.row["position"]
            for entry in self.refused
            if "position" not in entry.errors and "entry" not in entry.errors
        }


class FieldError(BaseModel):
    field: str
    message: str


class AcknowledgedSave(BaseModel):
    """What became of a save, and what is stored for its question now."""

    position: int
    client: str
    seq: int
    status: str
    revision: int
    response: Response
    flagged: bool
    struck: list[int]
    saved_at: str | None
    errors: list[FieldError] = []


class RefusedSave(BaseModel):
    """A save of which nothing is stored; its first three fields are as they were sent."""

    position: Any
    client: Any
    seq: Any
    status: Literal["invalid"] = "invalid"
    errors: list[FieldError]


class Acknowledgement(BaseModel):
    """What browsers and programs are answered to a list of saves, by the database's clock."""

    state: str
    server_now: str
    server_now_ms: int
    deadline: str
    deadline_ms: int
    saved: list[AcknowledgedSave | RefusedSave]

    @property
    def status(self) -> HTTPStatus:
        """Conflict where one was stale or late, unprocessable where one was refused."""
        statuses = {entry.status for entry in self.saved}
        if "invalid" in statuses:
            return HTTPStatus.UNPROCESSABLE_CONTENT
        return HTTPStatus.CONFLICT if statuses & {"stale", "late", "closed"} else HTTPStatus.OK


def check_size(size: int) -> None:
    """Refuse a body of more bytes than a paper can have; raises SavesRefused."""
    if size > MAX_BODY_BYTES:
        raise SavesRefused(Refusal.TOO_LARGE, f"send at most {MAX_BODY_BYTES} bytes")


def rows_of(text: str | bytes) -> list[Row]:
    """Return the list of answers that a body holds; raises SavesRefused for one that is none."""
    check_size(len(text))
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        raise SavesRefused(Refusal.UNREADABLE, "must be JSON") from None
    if not isinstance(rows, list):
        raise SavesRefused(Refusal.UNREADABLE, "must be a list of answers")
    check_count(len(rows))
    return rows


def check_count(count: int) -> None:
    """Refuse a list of more answers than a paper can have; raises SavesRefused."""
    if count > MAX_SAVES:
        raise SavesRefused(Refusal.TOO_MANY, f"must hold at most {MAX_SAVES} answers")


def check_rate(count: int, *, candidate: User) -> None:
    """Count so many answers of a candidate; raises SavesRefused when they come too fast."""
    limit, amount = settings.SAVES_PER_MINUTE, max(1, count)
    wait = seconds_to_wait(f"saves-{candidate.pk}", amount=amount, limit=limit)
    if wait:
        raise SavesRefused(Refusal.TOO_FAST, f"wait {wait} seconds", seconds=wait)


def checked_saves(session_id: UUID, *, candidate: User, rows: Iterable[Row]) -> CheckedSaves | None:
    """Check every entry on its own; None when the session is not theirs.

    A bad entry does not keep the rest from being saved.
    """
    rows = list(rows)
    shapes = log.shapes(session_id, candidate.pk, _positions(rows))
    valid, refused = [], []
    for row in rows:
        try:
            valid.append(checked_save(row, shapes))
        except SaveError as error:
            refused.append(Refused(row, error.errors))
    return CheckedSaves(tuple(valid), tuple(refused)) if shapes else None


def _positions(rows: Iterable[Row]) -> set[int]:
    """Return the positions that rows name, as far as they can be one."""
    named = (row.get("position") for row in rows if isinstance(row, dict))
    return {
        position
        for position in named
        if isinstance(position, int) and not isinstance(position, bool) and 0 < position < 2**15
    }


def save_answers(session_id: UUID, *, candidate: User, saves: Sequence[Save]) -> Receipt | None:
    """Store answers of a candidate's session; None when it is not theirs."""
    receipt = log.record(session_id, candidate.pk, saves)
    for stored in receipt.stored if receipt else ():
        metrics.saves.labels(stored.outcome).inc()
    return receipt


def save_rows(session_id: UUID, *, candidate: User, rows: Iterable[Row]) -> Acknowledgement | None:
    """Store a posted list and acknowledge each entry; None when the session is not theirs."""
    checked = checked_saves(session_id, candidate=candidate, rows=rows)
    if checked is None:
        return None
    receipt = save_answers(session_id, candidate=candidate, saves=checked.valid)
    return _acknowledgement(receipt, checked.refused) if receipt else None


def _acknowledgement(receipt: Receipt, refused: Iterable[Refused]) -> Acknowledgement:
    return Acknowledgement(
        state=receipt.status,
        server_now=receipt.now.isoformat(),
        server_now_ms=milliseconds(receipt.now),
        deadline=receipt.deadline_at.isoformat(),
        deadline_ms=milliseconds(receipt.deadline_at),
        saved=[
            *(_acknowledged(stored, receipt) for stored in receipt.stored),
            *(_refused(entry) for entry in refused),
        ],
    )


def _acknowledged(stored: Stored, receipt: Receipt) -> AcknowledgedSave:
    """Return one save's acknowledgement; what came after the candidate's end is `closed`."""
    ran_out = receipt.finish_reason in ("", ExamSession.FinishReason.EXPIRED)
    is_closed = stored.outcome == "late" and not ran_out
    return AcknowledgedSave(
        position=stored.save.position,
        client=str(stored.save.client),
        seq=stored.save.seq,
        status="closed" if is_closed else stored.outcome,
        revision=stored.revision,
        response=stored.response,
        flagged=stored.flagged,
        struck=stored.struck,
        saved_at=stored.received_at.isoformat() if stored.received_at else None,
    )


def _refused(entry: Refused) -> RefusedSave:
    sent = entry.row if isinstance(entry.row, dict) else {}
    return RefusedSave(
        position=sent.get("position"),
        client=sent.get("client"),
        seq=sent.get("seq"),
        errors=[FieldError(field=name, message=text) for name, text in entry.errors.items()],
    )
