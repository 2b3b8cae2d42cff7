"""The API as a whole: its routes, its document, and how it says what went wrong."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.views.decorators.http import conditional_page
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from examapp.api.guards import repeatable, without_nul
from examapp.api.problems import Problem, problem
from examapp.api.routes import courses, exams, questions, sittings, transfers
from examapp.courses.services.errors import CourseError
from examapp.exams.open_exam import ExamRunning

api = NinjaAPI(
    title="Practice exams",
    version="1",
    description="Exams, sittings, results and question banks. Tokens are made in the site.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-1",
)
api.add_router("/exams", exams.router)
api.add_router("/exams", questions.router)
api.add_router("/exams", transfers.router)
api.add_router("", sittings.router)
api.add_router("/courses", courses.router)


@api.exception_handler(Problem)
def _refused(request: HttpRequest, error: Problem) -> HttpResponse:
    return problem(error.status, error.detail, **error.more)


@api.exception_handler(CourseError)
def _refused_by_course(request: HttpRequest, error: CourseError) -> HttpResponse:
    return problem(409, str(error) or type(error).__doc__ or "")


@api.exception_handler(ExamRunning)
def _closed(request: HttpRequest, error: ExamRunning) -> HttpResponse:
    return problem(403, str(error))


@api.exception_handler(Http404)
def _absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "There is no such thing, or it is not yours.")


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(401, "Send a token: Authorization: Bearer …")


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {
            "place": ".".join(str(part) for part in fault["loc"]),
            "message": fault["msg"],
        }
        for fault in error.errors
    ]
    return problem(422, "The call does not have the right shape.", errors=errors)


@api.exception_handler(HttpError)
def _other(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, str(error))


def paths() -> list[Any]:
    """Return the API's addresses, guarded: repeats are harmless, unchanged answers short.

    They know callers by their tokens, so that the site's own sign-in is not asked for.
    """
    patterns = api.urls[0]
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            view = conditional_page(without_nul(repeatable(pattern.callback)))
            view.csrf_exempt = True  # type: ignore[attr-defined]
            view.login_required = False  # type: ignore[attr-defined]
            pattern.callback = view
    return list(patterns)
