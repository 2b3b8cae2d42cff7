"""Who may see a page. What is not yours is not there."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from examapp.accounts.guests import is_guest
from examapp.accounts.models import User


def instructor_required[**P](
    view: Callable[P, HttpResponse],
) -> Callable[P, HttpResponse]:
    """Answer 404 to everyone who is not an instructor or an admin."""
    return _only(view, lambda user: user.is_instructor)


def admin_required[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Answer 404 to everyone who is not an admin."""
    return _only(view, lambda user: user.role == User.Role.ADMIN)


def account_required[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Lead a guest to the page to sign up, and from there back to the page they asked for.

    For pages that answer GET.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = args[0]
        if isinstance(request, HttpRequest) and is_guest(request.user):
            return redirect(reverse("account_signup", query={"next": request.get_full_path()}))
        return view(*args, **kwargs)

    return guarded


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
