"""Who may see a page. What is not yours is not there."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse


def instructor_required[**P](
    view: Callable[P, HttpResponse],
) -> Callable[P, HttpResponse]:
    """Answer 404 to everyone who is not an instructor or an admin."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = args[0]
        if not (isinstance(request, HttpRequest) and request.user.is_instructor):  # type: ignore[union-attr]
            raise Http404
        return view(*args, **kwargs)

    return guarded
