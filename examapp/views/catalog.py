"""What scripts say, in another language than English."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import translation
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

# The address is the same for everyone; a release reaches all within the hour.
_SECONDS = 3600
_script = JavaScriptCatalog.as_view()


@login_not_required
@require_safe
def catalog(request: HttpRequest, language: str) -> HttpResponseBase:
    """Return the script with a language's sentences; raises Http404 for one that nobody can choose.

    Pages in English do not ask for it: their sentences stand in the scripts themselves.
    """
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        response = _script(request)
    response.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
    return response
