"""The ways in: signing in and signing up, which are open to guests too."""

from typing import Any

from allauth.account.mixins import _ajax_response
from allauth.account.utils import get_login_redirect_url
from allauth.account.views import LoginView, SignupView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.views.generic import FormView

from examapp.accounts import guests


class _OpenToGuests(FormView):  # type: ignore[type-arg]
    """Sends away who has an account, but not a guest, who is here to get one."""

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not guests.is_guest(request.user):
            # Scripts that sign in get the address as data, as allauth has it.
            home = HttpResponseRedirect(get_login_redirect_url(request))
            response: HttpResponseBase = _ajax_response(request, home)
            return response
        return super().dispatch(request, *args, **kwargs)


class SignIn(_OpenToGuests, LoginView):
    """The page to sign in."""


class SignUp(_OpenToGuests, SignupView):
    """The page to create an account."""
