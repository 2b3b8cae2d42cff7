"""Sitting an exam: the same verbs and the same rules as in the room."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Status

from examapp.api.guards import ByToken, caller
from examapp.api.paging import Cursor, Limit, page
from examapp.api.problems import Problem
from examapp.api.routes.exams import Code, exam_named
from examapp.api.schemas import (
    AnswersIn,
    Page,
    PaperOut,
    PastSessionOut,
    ResultOut,
    SessionOut,
    StartIn,
    WeakAreasOut,
)
from examapp.exams import services
from examapp.exams.answers import save
from examapp.exams.answers.save import Acknowledgement
from examapp.exams.assembly.optimizer import BankTooSmall
from examapp.exams.hooks import release_of
from examapp.exams.models import ExamForm, ExamSession
from examapp.exams.open_exam import refuse_during_exam
from examapp.exams.services.mock_exams import mocks_of
from examapp.exams.services.paper import paper_of
from examapp.reports.models import WeakAreaReport
from questions.models import Exam

router = Router(tags=["sessions"])


@router.post("/exams/{code}/sessions", response={201: SessionOut}, auth=ByToken("sit"))
def start(request: HttpRequest, code: Code, payload: StartIn | None = None) -> Any:
    """Start a mock exam, or return the one that is open: a new mix, or the form that is named."""
    exam = exam_named(request, code)
    form = _mock_named(request, exam, payload.form) if payload and payload.form else None
    try:
        session = services.start(caller(request), exam=exam, form=form)
    except (BankTooSmall, services.FormIncomplete) as error:
        raise Problem(409, str(error)) from error
    except services.ExamNotOpen as error:
        raise Problem(409, "The exam is closed; nobody can start it now.") from error
    except services.GuestLimit as error:
        reason = "Guests cannot take more exams. Create an account to take another."
        raise Problem(409, reason) from error
    except services.MustWait as wait:
        seconds = wait.place.seconds
        raise Problem(429, f"{wait} Ask again.", retry_after=seconds) from wait
    except services.TooManyStarts as error:
        reason = f"You started {settings.STARTS_PER_DAY} exams within a day."
        raise Problem(429, reason, retry_after=3600) from error
    return Status(201, _session_out(session))


def _mock_named(request: HttpRequest, exam: Exam, slug: str) -> ExamForm:
    """Return a mock exam that is free for all by its slug; 404 without one."""
    mocks = mocks_of(caller(request), exam)
    named = [mock.form for mock in mocks if mock.form.slug == slug and mock.state != "reserved"]
    if not named:
        raise Problem(404, "The exam offers no such mock exam.")
    return named[0]


@router.get("/sessions", response=Page[PastSessionOut], auth=ByToken("read"))
def history(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 25,
) -> Any:
    """List one's sessions, the newest first."""
    sessions = services.sessions_of(caller(request)).select_related("exam").with_current_score()
    return page(sessions, by="-started_at", cursor=cursor, limit=limit, shown=_past_session_out)


@router.get("/sessions/{session_id}", response=SessionOut, auth=ByToken("read"))
def session(request: HttpRequest, session_id: UUID) -> Any:
    """Return where a session stands."""
    return _session_out(_session(request, session_id))


@router.get("/sessions/{session_id}/paper", response=PaperOut, auth=ByToken("sit"))
def paper(request: HttpRequest, session_id: UUID) -> Any:
    """Return the questions of an open session, with what was answered so far."""
    session = _session(request, session_id)
    if not session.is_open:
        raise Problem(409, "The session has ended; ask for its result.")
    return {"session": _session_out(session), "items": [asdict(item) for item in paper_of(session)]}


@router.put("/sessions/{session_id}/answers", response={200: Acknowledgement}, auth=ByToken("sit"))
def answers(request: HttpRequest, session_id: UUID, payload: AnswersIn) -> HttpResponse:
    """Store answers and acknowledge each, after it is committed.

    409 where one was late or stale, 422 where one was refused; the others are stored.
    """
    candidate = caller(request)
    try:
        save.check_count(len(payload.answers))
        save.check_rate(len(payload.answers), candidate=candidate)
    except save.SavesRefused as error:
        if error.retry_after:
            wait = error.retry_after
            raise Problem(429, f"Wait {wait} seconds.", retry_after=wait) from error
        raise Problem(422, f"Send at most {save.MAX_SAVES} answers.") from error
    reply = save.save_rows(session_id, candidate=candidate, rows=payload.answers)
    if reply is None:
        raise Problem(404, "There is no such session.")
    return JsonResponse(reply.model_dump(), status=reply.status)


@router.post("/sessions/{session_id}/finish", response=SessionOut, auth=ByToken("sit"))
def finish(request: HttpRequest, session_id: UUID) -> Any:
    """End a session; a second time changes nothing."""
    session = _session(request, session_id)
    return _session_out(services.finish(session.pk))


@router.get("/sessions/{session_id}/result", response=ResultOut, auth=ByToken("read"))
def result(request: HttpRequest, session_id: UUID) -> Any:
    """Return the estimated score of a session that has ended."""
    session = _ended_session(request, session_id)
    release = release_of(session.pk)
    if not release.score:
        known = {"released_at": release.score_at.isoformat()} if release.score_at else {}
        raise Problem(403, "The result is not released yet.", **known)
    scores = list(session.scores.all())
    score = scores[-1]
    return {
        "session": _session_out(session),
        "scaled": score.scaled,
        "is_pass": score.is_pass,
        "credit": float(score.credit),
        "max_credit": score.max_credit,
        "regraded": len(scores) > 1,
        "domains": [
            {
                "number": row.domain.number,
                "title": row.domain.title,
                "credit": float(row.credit),
                "max_credit": row.max_credit,
            }
            for row in score.domain_scores.select_related("domain")
        ],
    }


@router.get("/sessions/{session_id}/weak-areas", response=WeakAreasOut, auth=ByToken("read"))
def weak_areas(request: HttpRequest, session_id: UUID) -> Any:
    """Return what to study next; closed while an exam of the candidate runs."""
    session = _ended_session(request, session_id)
    refuse_during_exam(caller(request))
    reports = WeakAreaReport.objects.of(caller(request)).current()
    report = reports.filter(session=session).first()
    if report is None:
        return {"state": "pending"}
    return {"state": "ready", "estimator": report.estimator, "report": report.body}


def _session(request: HttpRequest, session_id: UUID) -> ExamSession:
    sessions = services.sessions_of(caller(request)).select_related("exam")
    return get_object_or_404(sessions, pk=session_id)


def _ended_session(request: HttpRequest, session_id: UUID) -> ExamSession:
    session = _session(request, session_id)
    if session.is_open:
        raise Problem(409, "The session is open; finish it first.")
    if session.is_discarded:
        raise Problem(409, "The session was discarded; it has no result.")
    return session


def _session_out(session: ExamSession) -> dict[str, object]:
    names = ("id", "status", "started_at", "deadline_at", "finished_at", "finish_reason")
    return {name: getattr(session, name) for name in names} | {"exam": session.exam.code}


def _past_session_out(session: ExamSession) -> dict[str, object]:
    score = session.current_scores[0] if session.current_scores else None
    return _session_out(session) | {
        "scaled": score.scaled if score else None,
        "is_pass": score.is_pass if score else None,
    }
