"""How many reviews are left of today, as the last page that counted them saw it.

The navigation shows the figure on every page, and counting costs statements; so home and the review
count, and a cookie carries the figure to the other pages for the rest of the day.
"""

import re
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "due"
# Seconds: a day; an older figure is of another day and is not read.
_AGE = 86_400
_VALUE = re.compile(r"(\d{1,19})\.(\d{4}-\d{2}-\d{2})\.(\d{1,4})", re.ASCII)


def remembered(request: HttpRequest, person: int, today: date) -> int:
    """Return the figure that a person's last page kept today; 0 where there is none."""
    found = _VALUE.fullmatch(request.COOKIES.get(COOKIE, ""))
    is_ours = found and (int(found[1]), found[2]) == (person, today.isoformat())
    return int(found[3]) if found and is_ours else 0


def remember(response: HttpResponse, person: int, today: date, count: int) -> HttpResponse:
    """Keep the figure with the browser, and return the response."""
    response.set_cookie(
        COOKIE,
        f"{person}.{today.isoformat()}.{min(count, 9999)}",
        max_age=_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
