"""What is given to a course: a new assignment, and one that is there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from examapp.accounts.requests import SignedInRequest
from examapp.courses.access import Taught
from examapp.courses.forms import AssignmentForm, GivenForm, PracticeForm
from examapp.courses.forms.assignments import initial_of
from examapp.courses.forms.given import initial_given
from examapp.courses.models import Assignment, Course, Membership, MemberStates
from examapp.courses.pages import said
from examapp.courses.pages.assignment_lines import address, zone_of
from examapp.courses.pages.heads import course_url
from examapp.courses.pages.words import people as people_words
from examapp.courses.services import assignments as services
from examapp.courses.services.errors import CourseArchived, HasBegun, NotReady
from examapp.courses.views.shared import assignment_of, for_staff
from examapp.exams.models import ExamForm
from questions.form_parts import problems
from questions.models import Exam


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@for_staff("edit")
def new_assignment(request: SignedInRequest, found: Taught) -> HttpResponse:
    """Fill in an assignment, read it back, and give it or keep it as a draft."""
    return _form_page(request, found, None)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@for_staff("edit")
def assignment(request: SignedInRequest, found: Taught, assignment_id: int) -> HttpResponse:
    """Change an assignment, as far as nobody has started it."""
    return _form_page(request, found, assignment_of(found, assignment_id))


def _form_page(
    request: SignedInRequest,
    found: Taught,
    current: Assignment | None,
    *,
    form: GivenForm | None = None,
) -> HttpResponse:
    """Show the form, or do what it asks; `form` is one that was refused."""
    course, now = found.course, timezone.now()
    members = _members(course, current)
    wanted = request.POST.get("do", "look")
    if form is None:
        form = _form(request, course, members, current, now)
        if form.is_bound and form.is_valid() and not request.htmx and wanted in ("give", "draft"):
            return _kept(request, found, form, current, is_given=wanted == "give")
    read = _read(form, course, current)
    getting = [member for member in members if _gets(member, form)]
    context = {
        "form": form,
        "said": said.said(read, getting, now=now) if read else None,
        "problems": problems(form) if request.htmx else (),
        "page": said.form_page(
            course,
            current,
            people=len(getting),
            url=address("assignment", current) if current else course_url("new_assignment", course),
            folds=said.folds(read, who=_who(form, current, len(getting)), mails=_mails(form)),
        ),
    }
    if request.htmx:
        return render(request, "courses/new_assignment.html#said", context)
    name = "assignment" if current else "new_assignment"
    status = 422 if form.errors and wanted != "look" else 200
    return render(request, f"courses/{name}.html", context, status=status)


def _members(course: Course, current: Assignment | None) -> list[Membership]:
    """Return whom an assignment is for that was given, or may be for while it was not."""
    rows = course.members.filter(state__in=[MemberStates.ACTIVE, MemberStates.INVITED])
    if current and current.is_published:
        rows = rows.given(current)
    return list(rows.select_related("user__accommodation"))


def _form(
    request: SignedInRequest,
    course: Course,
    members: Sequence[Membership],
    current: Assignment | None,
    now: datetime,
) -> GivenForm:
    data, is_given = request.POST or None, current is not None and current.is_published
    groups = sorted({member.group for member in members if member.group})
    if current and current.is_practice:
        initial = initial_given(current)
        return PracticeForm(data, course=course, groups=groups, is_given=is_given, initial=initial)
    exams = list(course.exams.all())
    papers = ExamForm.objects.in_use().filter(exam__in=exams)
    return AssignmentForm(
        data,
        course=course,
        exams=exams,
        papers=list(papers),
        groups=groups,
        is_given=is_given,
        initial=initial_of(current) if current else _initial(course, exams, now),
    )


def _initial(course: Course, exams: Sequence[Exam], now: datetime) -> dict[str, object]:
    """Return values that will do: from tomorrow morning for a week."""
    zone = zone_of(course)
    morning = now.astimezone(zone).replace(hour=8, minute=0, second=0, microsecond=0)
    number = course.assignments.count() + 1
    return {
        "title": gettext("Mock %(n)d") % {"n": number},
        "exam": exams[0].pk if exams else None,
        "source": "own",
        "opens_at": morning + timedelta(days=1),
        "closes_at": (morning + timedelta(days=8)).replace(hour=18),
    }


def _read(form: GivenForm, course: Course, current: Assignment | None) -> Assignment | None:
    """Return the assignment that the form describes, not saved; None while it cannot be read."""
    if not form.is_bound:
        if current:
            return current
        trial = AssignmentForm(
            {name: _posted(form, name) for name in form.fields},
            course=course,
            exams=list(form.fields["exam"].queryset),  # type: ignore[attr-defined]
            papers=list(form.fields["paper"].queryset) if "paper" in form.fields else (),  # type: ignore[attr-defined]
            groups=(),
        )
        form = trial
    if not form.is_valid():
        return None
    return services.described(course, _terms(form, current))


def _terms(form: GivenForm, current: Assignment | None) -> services.Terms:
    """Return the terms of a valid form; what it does not ask for stays as it is."""
    if current is None:
        return services.Terms(**form.values())
    return replace(services.terms_of(current), **form.values())


def _posted(form: GivenForm, name: str) -> Any:
    """Return what a browser would send of a field that nobody touched."""
    field = form.fields[name]
    value = field.prepare_value(form.get_initial_for_field(field, name))
    return value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value


def _group(form: GivenForm) -> str:
    """Return the group that is chosen; "" is everybody, or those whom it was given."""
    is_asked = form.is_bound and "group" in form.fields
    return str(form.data.get("group", "")) if is_asked else ""


def _gets(member: Membership, form: GivenForm) -> bool:
    group = _group(form)
    return not group or member.group == group


def _who(form: GivenForm, current: Assignment | None, count: int) -> str:
    if current and current.is_published and not current.is_for_all:
        return people_words(count)
    if group := _group(form):
        return gettext("%(group)s, %(people)s") % {"group": group, "people": people_words(count)}
    return gettext("everybody, %(people)s") % {"people": people_words(count)}


def _mails(form: GivenForm) -> bool:
    return bool(form.data.get("send_mail")) if form.is_bound else True


def _kept(
    request: SignedInRequest,
    found: Taught,
    form: GivenForm,
    current: Assignment | None,
    *,
    is_given: bool,
) -> HttpResponse:
    """Save what a valid form says, give it where that is asked, and go to the course."""
    course = found.course
    terms = _terms(form, current)
    try:
        with transaction.atomic():
            if current is None:
                kept = services.create(course, by=request.user, terms=terms)
            else:
                kept = services.change(current, by=request.user, terms=terms)
            if is_given:
                services.publish(
                    kept,
                    by=request.user,
                    to=_recipients(course, form),
                    send=form.cleaned_data["send_mail"],
                )
    except HasBegun:
        form.add_error(
            None, gettext("Somebody has started it: its exam and its questions stay as they are.")
        )
    except NotReady as error:
        form.add_error("exam" if "exam" in form.fields else None, str(error))
    except CourseArchived:
        form.add_error(None, gettext("This course is archived. Open it again in its settings."))
    if form.errors:
        return _form_page(request, found, current, form=form)
    done = gettext("The assignment was given.") if is_given else gettext("Saved as a draft.")
    messages.success(request, done)
    return redirect("courses:course", course.pk)


def _recipients(course: Course, form: GivenForm) -> list[Membership] | None:
    """Return the members of the group that was chosen; None is everybody."""
    group = form.cleaned_data.get("group")
    if not group:
        return None
    rows = course.members.filter(group=group)
    return list(rows.exclude(state=MemberStates.LEFT))
