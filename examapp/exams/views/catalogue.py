"""Around the sitting: the exams there are, the start of one, and those that are past."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from examapp.accounts.models import Accommodation, User
from examapp.accounts.requests import SignedInRequest
from examapp.exams import services, timing
from examapp.exams.assembly.optimizer import BankTooSmall
from examapp.exams.forms.start import FRESH, StartForm
from examapp.exams.models import ExamSession
from examapp.exams.services.mock_exams import mocks_of
from examapp.web.paging import page_of
from questions.access import may_take, takeable_exams
from questions.form_parts import problems
from questions.items.kinds.registry import kinds
from questions.models import Exam

NOT_OPEN = gettext_lazy("This exam is closed. Nobody can start it now; your past results stay.")


@require_safe
def catalogue(request: SignedInRequest) -> HttpResponse:
    """List the exams one can sit."""
    context = {
        "exams": takeable_exams(request.user),
        "open_session": services.sessions_of(request.user).open().select_related("exam").first(),
    }
    return render(request, "exams/catalogue.html", context)


@require_safe
def launch(request: SignedInRequest, code: str) -> HttpResponse:
    """Show an exam's rules, what applies to this candidate, and the way to start."""
    exam, is_open = _known_exam(request.user, code)
    error = "" if is_open else str(NOT_OPEN)
    return _launch_page(request, exam, error=error)


@require_POST
def start(request: SignedInRequest, code: str) -> HttpResponse:
    """Start a mock exam, or go on with the one that is open.

    Without a choice it is the next one not taken, or a new mix where all are.
    """
    exam, _ = _known_exam(request.user, code)
    # A class that starts at one moment asks for new mixes, and need not know the mock exams.
    is_fresh = request.POST.get("form") == FRESH
    form = StartForm(request.POST, mocks=[] if is_fresh else mocks_of(request.user, exam))
    if not form.is_valid():
        return _launch_page(request, exam, error="\n".join(problems(form)), status=422)
    try:
        session = services.start(request.user, exam=exam, form=form.chosen)
    except services.MustWait:
        return redirect("exams:waiting")
    except (BankTooSmall, services.FormIncomplete) as error:
        return _launch_page(request, exam, error=str(error), status=409)
    except services.ExamNotOpen:
        return _launch_page(request, exam, error=str(NOT_OPEN), status=409)
    except services.GuestLimit:
        sentence = gettext("Create an account to take another mock exam. It takes a minute.")
        return _launch_page(request, exam, error=sentence, status=409)
    except services.TooManyStarts:
        sentence = gettext("You started %(count)s exams in one day. Try again tomorrow.") % {
            "count": settings.STARTS_PER_DAY
        }
        response = _launch_page(request, exam, error=sentence, status=429)
        response.headers["Retry-After"] = "3600"
        return response
    return redirect("exams:room", session.pk)


@require_safe
def history(request: SignedInRequest) -> HttpResponse:
    """List the candidate's finished exams, newest first."""
    sessions = services.sessions_of(request.user).finished()
    sessions = sessions.select_related("exam", "form").with_current_score()
    page = page_of(request, sessions, size=25)
    return render(request, "exams/history.html", {"page": page})


def _known_exam(user: User, code: str) -> tuple[Exam, bool]:
    """Return an exam that someone may take or once sat, and whether they may take it now.

    The latter is asked first: those who start at one moment all may.
    """
    exam = get_object_or_404(Exam.objects.existing(), code__iexact=code)
    is_open = may_take(user, exam)
    if not is_open and not ExamSession.objects.of(user).filter(exam=exam).exists():
        raise Http404
    return exam, is_open


def _launch_page(
    request: SignedInRequest, exam: Exam, *, error: str = "", status: int = 200
) -> HttpResponse:
    extra = Accommodation.objects.filter(user=request.user).first()
    allowance = extra or Accommodation()
    minutes = timing.allowed(
        exam.minutes, factor=allowance.time_factor, extra_minutes=allowance.extra_minutes
    )
    open_sessions = services.sessions_of(request.user).open().filter(exam=exam)
    context = {
        "exam": exam,
        "kinds": [
            (kind, exam.type_mix[kind.name]) for kind in kinds() if exam.type_mix.get(kind.name)
        ],
        "minutes_allowed": round(minutes.total_seconds() / 60),
        "accommodation": extra,
        "open_session": open_sessions.select_related("exam", "form").with_progress().first(),
        "mocks": (mocks := mocks_of(request.user, exam)),
        "taken_count": sum(mock.state == "taken" for mock in mocks),
        "next": next((mock for mock in mocks if mock.state == "next"), None),
        "error": error,
    }
    return render(request, "exams/launch.html", context, status=status)
