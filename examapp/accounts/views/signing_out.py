"""Who is signed in, and signing out of every device at once."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from examapp.accounts import services
from examapp.accounts.requests import SignedInRequest, SiteRequest


@login_not_required
@require_safe
def who(request: SiteRequest) -> HttpResponse:
    """Tell a page of ours who is signed in, with a token for its forms: the page may be older."""
    return JsonResponse({"user": request.user.pk, "csrf": get_token(request)})


@require_POST
def sign_out_everywhere(request: SignedInRequest) -> HttpResponse:
    """Sign out every device of a person, this one too, and revoke their access tokens."""
    services.sign_out_everywhere(request.user)
    logout(request)
    messages.success(
        request, gettext("You are signed out on every device, and your access tokens are revoked.")
    )
    return redirect("account_login")
