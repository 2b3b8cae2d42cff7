"""Signing out of every device at once."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from examapp.accounts import services
from examapp.accounts.requests import SignedInRequest


@require_POST
def sign_out_everywhere(request: SignedInRequest) -> HttpResponse:
    """Sign out every device of a person, this one too, and revoke their access tokens."""
    services.sign_out_everywhere(request.user)
    logout(request)
    messages.success(
        request, gettext("You are signed out on every device, and your access tokens are revoked.")
    )
    return redirect("account_login")
