"""The yardstick: the site's addresses and one more, an authenticated view of one UPDATE.

Serves as the URL configuration that `benchmarks.settings` names. The view passes through the same
middleware as every other, with the same check of session, account and CSRF token.
"""

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from examapp import urls
from examapp.accounts.models import User
from examapp.accounts.requests import SignedInRequest

handler500 = urls.handler500


@require_POST
def bare(request: SignedInRequest) -> HttpResponse:
    """Update one row of the person who asks."""
    User.objects.filter(pk=request.user.pk).update(name="Bare")
    return HttpResponse("ok")


urlpatterns = [*urls.urlpatterns, path("bare/", bare, name="bare")]
