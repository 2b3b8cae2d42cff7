"""Practice that is given on results: looked at first, then sent."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from examapp.accounts.requests import SignedInRequest
from examapp.courses.access import Taught
from examapp.courses.forms import TeachForm
from examapp.courses.models import Assignment, AssignmentKinds, Membership, Recipient
from examapp.courses.pages import teach_page as pages
from examapp.courses.pages.assignment_lines import zone_of
from examapp.courses.pages.results import known_by_task
from examapp.courses.pages.taken import taken
from examapp.courses.pages.teaching import Gap, gaps
from examapp.courses.services import assignments
from examapp.courses.services.errors import CourseArchived, NotReady
from examapp.courses.views.shared import assignment_of, for_staff
from examapp.web.numbers import whole_number
from questions.models import Topic

_DAYS, _LENGTH = 4, 10


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@for_staff("edit")
def teach(request: SignedInRequest, found: Taught, assignment_id: int) -> HttpResponse:
    """Give practice on the topics a class is weak in, to those who need it."""
    assignment, now = assignment_of(found, assignment_id), timezone.now()
    sat = taken(assignment)
    if not sat.people:
        raise Http404
    known = gaps(sat, known_by_task(sat))
    asked = _numbers(request.GET.getlist("topics") or request.POST.getlist("topics"))
    people = _numbers(request.GET.getlist("people"))
    offered = pages.offered(known, asked)
    form = _form(request, assignment, offered)
    data = form.data if form.is_bound else form.initial
    chosen = request.POST.getlist("topics") if form.is_bound else form.initial["topics"]
    picked = _numbers(chosen)
    if form.is_bound:
        people = _numbers(request.POST.getlist("people"))
    plan = pages.plan(offered, picked, people or None)
    if form.is_bound and form.is_valid() and not request.htmx and plan.people:
        reply = _sent(request, found, assignment, form, plan)
        if reply:
            return reply
    page = pages.teach_page(
        assignment,
        sat,
        offered,
        plan,
        length=whole_number(str(data.get("length")), most=100) or _LENGTH,
        closes_at=_closes(form),
        mails=bool(data.get("send_mail")),
        now=now,
    )
    context = {"page": page, "form": form}
    if request.htmx:
        return render(request, "courses/teach.html#said", context)
    status = 422 if form.errors else 200
    return render(request, "courses/teach.html", context, status=status)


def _numbers(texts: list[str]) -> list[int]:
    numbers = [whole_number(str(text)) for text in texts]
    return [number for number in numbers if number is not None]


def _form(request: SignedInRequest, assignment: Assignment, offered: list[Gap]) -> TeachForm:
    evening = timezone.now().astimezone(zone_of(assignment.course)) + timedelta(days=_DAYS)
    picked = _numbers(request.GET.getlist("topics")) or [gap.task.pk for gap in offered]
    people = {person.member: person.name for gap in offered for person in gap.people}
    return TeachForm(
        request.POST or None,
        course=assignment.course,
        topics=[(gap.task.pk, gap.task.title) for gap in offered],
        people=list(people.items()),
        initial={
            "topics": picked,
            "length": _LENGTH,
            "closes_at": evening.replace(hour=18, minute=0, second=0, microsecond=0),
            "send_mail": True,
        },
    )


def _closes(form: TeachForm) -> datetime | None:
    """Return the end that is asked for, as far as it can be read."""
    if not form.is_bound:
        initial: datetime = form.initial["closes_at"]
        return initial
    form.is_valid()
    return form.cleaned_data.get("closes_at")


def _sent(
    request: SignedInRequest,
    found: Taught,
    assignment: Assignment,
    form: TeachForm,
    plan: pages.Plan,
) -> HttpResponse | None:
    """Make the practice and give it out; None with the form's error where it cannot be."""
    try:
        with transaction.atomic():
            made = _made(request, assignment, form, plan)
    except NotReady as error:
        form.add_error(None, str(error))
        return None
    except CourseArchived:
        form.add_error(None, gettext("This course is archived. Open it again in its settings."))
        return None
    n = plan.count
    said = ngettext("%(n)d person got practice.", "%(n)d people got practice.", n) % {"n": n}
    messages.success(request, said)
    return redirect("courses:results", found.course.pk, made.follows_id)


def _made(
    request: SignedInRequest, assignment: Assignment, form: TeachForm, plan: pages.Plan
) -> Assignment:
    """Make practice that follows an assignment, with each person's own topics."""
    topics: dict[int, list[Topic]] = {}
    for topic in Topic.objects.filter(task__in=[task.pk for task in plan.topics]):
        topics.setdefault(topic.task_id, []).append(topic)
    terms = assignments.Terms(
        title=pages.title_of(plan.topics),
        exam=assignment.exam,
        kind=AssignmentKinds.PRACTICE,
        topics=tuple(topic.pk for each in topics.values() for topic in each),
        question_count=form.cleaned_data["length"],
        is_graded=False,
        closes_at=form.cleaned_data["closes_at"],
        attempts=None,
        answers_release="at_once",
        explanations_release="at_once",
    )
    made = assignments.create(assignment.course, by=request.user, terms=terms, follows=assignment)
    members = list(Membership.objects.filter(pk__in=plan.people, course=assignment.course))
    for member in members:
        row = Recipient.objects.create(assignment=made, membership=member)
        row.topics.set(
            [topic for task in plan.people[member.pk] for topic in topics.get(task.pk, [])]
        )
    return assignments.publish(
        made, by=request.user, to=members, send=form.cleaned_data["send_mail"]
    )
