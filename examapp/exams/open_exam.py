"""What is closed while a candidate is in an exam: whatever shows a key, or tells right from wrong.

Pages are closed by the decorator, services and the API by `refuse_during_exam`. A test asks every
address during an exam, and finds one that reads a key.
"""

from collections.abc import Callable
from functools import wraps
from typing import cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from examapp.accounts.models import User
from examapp.accounts.requests import SignedInRequest
from examapp.exams.models import ExamSession, ExamSessionQuerySet
from examapp.exams.services import candidate_lock
from examapp.exams.services.finish import sessions_of
from questions.compiled_query import CompiledQuery


class ExamRunning(Exception):
    """The candidate is in an exam; `session` is the one, with its progress."""

    def __init__(self, session: ExamSession) -> None:
        super().__init__(gettext("You are in an exam; finish it first."))
        self.session = session


def open_exam(candidate: User) -> ExamSession | None:
    """Return the exam that a candidate is in, with its progress; None in none."""
    return _open_exams(candidate).first() if _is_in_exam(candidate) else None


def refuse_during_exam(candidate: User) -> None:
    """Raise ExamRunning while a candidate is in an exam."""
    session = open_exam(candidate)
    if session is not None:
        raise ExamRunning(session)


def refuse_from_now_on(candidate: User) -> None:
    """Raise ExamRunning while a candidate is in an exam, and let none start before the commit.

    To be called inside the transaction that stores what is explained.
    """
    candidate_lock.lock(candidate)
    refuse_during_exam(candidate)


def closed_during_exam[**P](
    page: str, *, looks_first: bool = True
) -> Callable[[Callable[P, HttpResponse]], Callable[P, HttpResponse]]:
    """Answer with a page that says so, and 403, while the one who asks is in an exam.

    A view of a session is left to answer for that session itself while it is open: it leads to the
    room. What a service refuses within the view is answered alike; without `looks_first` that alone
    closes it, for a view whose service looks under its lock anyway.
    """

    def decorator(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            request = cast(SignedInRequest, args[0])
            try:
                if looks_first:
                    _refuse_others(request.user, kwargs.get("session_id"))
                return view(*args, **kwargs)
            except ExamRunning as error:
                return render(request, page, {"open_session": error.session}, status=403)

        return guarded

    return decorator


def _refuse_others(candidate: User, session_id: object) -> None:
    """Raise ExamRunning unless the session of an address is itself open, or nothing is."""
    if not _is_in_exam(candidate):
        return
    sessions = list(_open_exams(candidate))
    if sessions and session_id not in [session.pk for session in sessions]:
        raise ExamRunning(sessions[0])


def _is_in_exam(candidate: User) -> bool:
    """Tell in one statement whether a session is open, or ran out and was not finished yet."""
    return bool(_OPEN.rows(candidate.pk))


def _open_of(candidate: int) -> QuerySet[ExamSession, tuple[UUID]]:
    sessions = ExamSession.objects.open().filter(candidate=candidate)
    return sessions.order_by().values_list("pk")


_OPEN = CompiledQuery(_open_of)


def _open_exams(candidate: User) -> ExamSessionQuerySet:
    return sessions_of(candidate).open().select_related("exam").with_progress()
