"""One's tokens: what there are, a new one, and its end."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from examapp.accounts.decorators import account_required
from examapp.accounts.requests import SignedInRequest
from examapp.api import services
from examapp.api.forms import TokenForm
from examapp.api.models import Token


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def access(request: SignedInRequest) -> HttpResponse:
    """List one's tokens; make one, and show its secret this once."""
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            _, secret = services.issue(request.user, **form.cleaned_data)
        except services.TooManyTokens:
            form.add_error(
                None,
                gettext("You have %(count)s tokens; revoke one first.")
                % {"count": services.MOST_TOKENS},
            )
        except services.AddressUnconfirmed:
            form.add_error(
                None, gettext("Confirm your email address first: a token lets programs in.")
            )
        else:
            form = TokenForm()
    context = {
        "form": form,
        "secret": secret,
        "tokens": Token.objects.live().filter(user=request.user),
    }
    return render(request, "api/access.html", context, status=422 if form.errors else 200)


@require_POST
def revoke(request: SignedInRequest, token_id: UUID) -> HttpResponse:
    """End a token of one's own."""
    token = get_object_or_404(Token, user=request.user, pk=token_id)
    services.revoke(token)
    messages.success(
        request,
        gettext("“%(name)s” is revoked; programs with it are refused.") % {"name": token.name},
    )
    return redirect("api:access")
