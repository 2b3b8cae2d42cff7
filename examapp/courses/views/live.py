"""A class in an exam: watched, and helped."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from examapp.accounts.models import User
from examapp.accounts.requests import SignedInRequest
from examapp.courses.access import Taught
from examapp.courses.models import Assignment, Attempt, Membership
from examapp.courses.pages import words
from examapp.courses.pages.live_page import live_page
from examapp.courses.pages.sitters import sitters
from examapp.courses.pages.sitting import IN, NOT, Sitter
from examapp.courses.services import assignments, attempts
from examapp.courses.services.errors import NotReopened
from examapp.courses.views.shared import assignment_of, for_staff
from examapp.exams import services as exams
from examapp.web.numbers import whole_number

# More time, and the time of a reopened try, where no minutes are said.
_DEFAULT_MINUTES = 10


@require_safe
@vary_on_headers("HX-Request")
@for_staff("help")
def live(request: SignedInRequest, found: Taught, assignment_id: int) -> HttpResponse:
    """Show who is in the exam and who may need help; htmx asks for the part that changes."""
    assignment = assignment_of(found, assignment_id)
    page = live_page(
        assignment,
        sitters(assignment),
        show=request.GET.get("show", ""),
        may_act=found.may_help,
        now=timezone.now(),
    )
    template = "courses/live.html#now" if request.htmx else "courses/live.html"
    # 286 ends the polling where there is nothing to come.
    status = 286 if request.htmx and page.is_over else 200
    return render(request, template, {"page": page}, status=status)


@require_POST
@for_staff("help")
def intervene(request: SignedInRequest, found: Taught, assignment_id: int) -> HttpResponse:
    """Help people in an assignment: remind, more time, go on, end, excuse, another try."""
    assignment = assignment_of(found, assignment_id)
    verb = request.POST.get("do", "")
    people = sitters(assignment)
    picked = _picked(request, people, verb)
    if not picked:
        messages.error(request, gettext("Pick at least one person first."))
    else:
        members = list(found.course.members.filter(pk__in=picked).select_related("course", "user"))
        messages.success(request, _help(request, assignment, members, verb))
    return redirect("courses:live", found.course.pk, assignment.pk)


def _picked(request: SignedInRequest, people: Sequence[Sitter], verb: str) -> list[int]:
    """Return whom it is for: those ticked, all in the exam, or all who have not started."""
    if request.POST.get("all"):
        return [person.member for person in people if person.state == IN]
    ticked = set(request.POST.getlist("member"))
    if verb == "remind" and not ticked:
        return [person.member for person in people if person.state == NOT]
    return [person.member for person in people if str(person.member) in ticked]


def _help(
    request: SignedInRequest, assignment: Assignment, members: Sequence[Membership], verb: str
) -> str:
    """Do what was asked, and say what came of it; raises Http404 for what is no verb."""
    by = request.user
    if verb == "remind":
        n = assignments.remind(assignment, by=by, members=members)
        return ngettext("%(n)d reminder is on its way.", "%(n)d reminders are on their way.", n) % {
            "n": n
        }
    if verb == "excuse":
        n = assignments.excuse(assignment, by=by, members=members)
        return ngettext("%(n)d excused.", "%(n)d excused.", n) % {"n": n}
    if verb == "another":
        for member in members:
            _give_another(assignment, member, by)
        n = len(members)
        return ngettext("%(n)d may try once more.", "%(n)d may try once more.", n) % {"n": n}
    rows = Attempt.objects.filter(assignment=assignment, membership__in=members)
    rows = rows.select_related("assignment__course", "session", "membership").order_by("number")
    latest = {attempt.membership_id: attempt for attempt in rows}
    return _of_attempts(request, list(latest.values()), verb)


def _give_another(assignment: Assignment, member: Membership, by: User) -> None:
    """Give one more try, beside whatever else was set for this person."""
    current = assignment.overrides.filter(membership=member).first()
    fields = assignments.Exemption.__dataclass_fields__
    values = {name: getattr(current, name) for name in fields} if current else {}
    values["extra_attempts"] = (current.extra_attempts if current else 0) + 1
    exemption = assignments.Exemption(**values)
    assignments.set_override(assignment, by=by, exemption=exemption, membership=member)


def _of_attempts(request: SignedInRequest, latest: Sequence[Attempt], verb: str) -> str:
    by, minutes = request.user, _minutes(request)
    if verb == "add_time":
        n = len(attempts.give_time(latest, by=by, minutes=minutes))
        return ngettext(
            "%(n)d person has %(minutes)s more.", "%(n)d people have %(minutes)s more.", n
        ) % {"n": n, "minutes": words.minutes(minutes)}
    if verb == "end":
        n = attempts.end_now(latest, by=by)
        return ngettext("%(n)d ended.", "%(n)d ended.", n) % {"n": n}
    if verb == "reopen":
        n = sum(_reopened(attempt, by, minutes) for attempt in latest)
        return ngettext(
            "%(n)d person may go on for %(minutes)s.", "%(n)d people may go on for %(minutes)s.", n
        ) % {"n": n, "minutes": words.minutes(minutes)}
    raise Http404


def _reopened(attempt: Attempt, by: User, minutes: int) -> bool:
    """Reopen an exam that has ended; False for any other attempt, or a person in another exam."""
    try:
        attempts.reopen(attempt, by=by, minutes=minutes)
    except (NotReopened, exams.SessionStillOpen, exams.AnotherSittingOpen):
        return False
    return True


def _minutes(request: SignedInRequest) -> int:
    minutes = whole_number(request.POST.get("minutes", ""))
    return _DEFAULT_MINUTES if minutes is None else min(600, max(1, minutes))
