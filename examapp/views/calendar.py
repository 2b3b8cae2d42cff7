"""The plan as a file for one's own calendar."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.study.plan import mock_day, next_study_day
from examapp.views.learner import Learner
from examapp.web.calendar_file import Event, calendar_file
from examapp.web.downloads import file_download


@require_safe
def calendar(request: SignedInRequest) -> HttpResponse:
    """Return study days, the next mock exam and the exam's day as a calendar file."""
    learner = Learner(request.user, timezone.localdate())
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    text = calendar_file(_events(learner), made_at=timezone.now(), host=host)
    return file_download(text, "study-plan.ics", "text/calendar; charset=utf-8")


def _events(learner: Learner) -> list[Event]:
    wishes, exam, mock = learner.wishes, learner.exam, learner.mock
    if exam is None or mock is None:
        return []
    first = next_study_day(learner.today, wishes.study_days)
    until = wishes.exam_on - timedelta(days=1) if wishes.exam_on else None
    minutes = gettext("%(minutes)s minutes") % {"minutes": wishes.minutes_a_day}
    name = f"{exam.code.lower()}-{learner.user.pk}"
    events = []
    if until is None or first <= until:
        title = gettext("Study: %(exam)s") % {"exam": exam.title}
        days = sorted(wishes.study_days)
        events.append(Event(f"study-{name}", first, title, minutes, days, until))
    day = mock_day(mock.last_on, learner.today, wishes)
    if day:
        note = gettext("%(minutes)s minutes") % {"minutes": mock.minutes}
        events.append(Event(f"mock-{name}", day, mock.title, note))
    if wishes.exam_on:
        events.append(Event(f"exam-{name}", wishes.exam_on, exam.title))
    return events
