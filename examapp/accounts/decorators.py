"""Who may see a page. What is not yours is not there."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse

from examapp.accounts.models import User


def instructor_required[**P](
    view: Callable[P, HttpResponse],
) -> Callable[P, HttpResponse]:
    """Answer 404 to everyone who is not an instructor or an admin."""
    return _only(view, lambda user: user.is_instructor)


def admin_required[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Answer 404 to everyone who is not an admin."""
    return _only(view, lambda user: user.role == User.Role.ADMIN)


def _only[**P](
    view: Callable[P, HttpResponse], is_allowed: Callable[[User], bool]
) -> Callable[P, HttpResponse]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = args[0]
        user = request.user if isinstance(request, HttpRequest) else None
        if not (isinstance(user, User) and is_allowed(user)):
            raise Http404
        return view(*args, **kwargs)

    return guarded
