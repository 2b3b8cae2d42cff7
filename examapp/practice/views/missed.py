"""What was missed in sittings, practiced exactly."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from examapp.accounts.requests import SignedInRequest
from examapp.exams import services as sittings
from examapp.exams.hooks import release_of
from examapp.exams.models import ExamSession
from examapp.exams.open_exam import closed_during_exam
from examapp.exams.services.missed import missed_in, missed_questions
from examapp.practice import services
from questions.models import Exam


@require_POST
@closed_during_exam("practice/locked.html")
def missed(request: SignedInRequest, code: str) -> HttpResponse:
    """Start a set of exactly what was missed in the sitting that is named, else in all of them."""
    exam = get_object_or_404(Exam, code__iexact=code)
    session = _sitting(request, exam)
    questions = missed_in(session) if session else missed_questions(request.user, exam)
    title = (
        gettext("What you missed in %(name)s") % {"name": session.title}
        if session
        else gettext("What you missed")
    )
    try:
        started = services.start_on(request.user, exam=exam, questions=questions, title=title)
    except services.NothingToPractice as error:
        messages.info(request, str(error))
        return redirect("practice:choose", exam.code)
    return redirect("practice:question", started.pk, 1)


def _sitting(request: SignedInRequest, exam: Exam) -> ExamSession | None:
    """Return the finished sitting that a form names, None where it names none; 404 for another's.

    One whose answers are held back is not found either.
    """
    named = request.POST.get("session", "")
    if not named:
        return None
    sessions = sittings.sessions_of(request.user).finished().filter(exam=exam)
    try:
        session = get_object_or_404(sessions.select_related("form"), pk=named)
    except ValidationError as error:
        raise Http404 from error
    if not release_of(session.pk).answers:
        raise Http404
    return session
