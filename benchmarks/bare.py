"""The yardstick: the site with one more address, an authenticated view of one UPDATE.

Serves as the settings' URL configuration; `benchmarks.settings` names it.
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
    User.objects.filter(pk=request.user.pk).update(name="benchmark")
    return HttpResponse("ok")


urlpatterns = [*urls.urlpatterns, path("bare/", bare, name="bare")]
