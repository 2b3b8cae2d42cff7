"""What a student gets from their courses, and does with it: join, start, leave."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from examapp.accounts.decorators import account_required
from examapp.accounts.requests import SignedInRequest
from examapp.courses.forms import JoinForm, LettersForm, StartForm
from examapp.courses.models import Membership, MemberStates
from examapp.courses.pages import for_you as for_you_page
from examapp.courses.pages import words
from examapp.courses.pages.joining import ConsentPage, consent_page, membership_page
from examapp.courses.pages.task_page import task_page
from examapp.courses.services import attempts, joining
from examapp.courses.services.errors import (
    AttemptsUsed,
    Closed,
    CodeFull,
    CodeLocked,
    CodeUnknown,
    CodeWrong,
    CourseArchived,
    Excused,
    InAnotherSitting,
    NotAMember,
    NotGiven,
    NotOpenYet,
)
from examapp.exams.open_exam import ExamRunning
from examapp.exams.services import ExamNotOpen, GuestLimit, MustWait, TooManyStarts
from examapp.practice.models import PracticeSet
from examapp.practice.services import NothingToPractice
from examapp.web.calendar_file import Event, calendar_file
from examapp.web.downloads import file_download


@require_safe
def for_you(request: SignedInRequest) -> HttpResponse:
    """Show what is open now, what comes, and what is done."""
    found = for_you_page.given_to(request.user)
    page = for_you_page.for_you(found, zone=timezone.get_current_timezone(), now=timezone.now())
    return render(request, "courses/for_you.html", {"page": page})


@require_safe
def calendar(request: SignedInRequest) -> HttpResponse:
    """Send the dates of what is open or comes, as a file for any calendar."""
    now = timezone.now()
    url = request.build_absolute_uri(reverse("courses:for_you"))
    events = [
        Event(
            f"assignment-{given.assignment.pk}",
            given.limits.closes_at,
            gettext("%(title)s closes") % {"title": given.assignment.title},
            url=url,
        )
        for given in for_you_page.given_to(request.user)
        if given.limits.closes_at and given.limits.closes_at > now
    ]
    text = calendar_file(events, made_at=now, host=request.get_host())
    return file_download(text, "assignments.ics", "text/calendar; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def join(request: SignedInRequest) -> HttpResponse:
    """Ask for the code that stands on the board."""
    form = JoinForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            course = joining.course_of_code(form.cleaned_data["code"])
        except CodeUnknown:
            form.add_error("code", gettext("No course has this code. Check it and type it again."))
        else:
            return redirect("courses:consent", course.join_code)
    status = 422 if form.errors else 200
    return render(request, "courses/join.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def consent(request: SignedInRequest, code: str) -> HttpResponse:
    """Say what staff of a course will see, and join it."""
    try:
        course = joining.course_of_code(code)
        if request.method == "POST":
            return _joined(request, joining.join_by_code(request.user, code=code))
    except CodeUnknown:
        problem = gettext("No course has this code now. Ask your teacher for a new one.")
        return _refused(request, problem)
    except CodeFull:
        return _refused(request, gettext("This course is full. Ask your teacher."))
    return render(request, "courses/consent.html", {"page": consent_page(course)})


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def join_invited(request: SignedInRequest, token: str) -> HttpResponse:
    """Say what staff of a course will see, and join it by the link of an invitation."""
    try:
        invited = joining.invitation(token)
        if request.method == "POST":
            return _joined(request, joining.join_by_invitation(request.user, token=token))
    except (CodeUnknown, CourseArchived):
        problem = gettext(
            "This invitation was already used, or it was withdrawn. Ask your teacher."
        )
        return _refused(request, problem)
    return render(request, "courses/consent.html", {"page": consent_page(invited.course)})


def _refused(request: SignedInRequest, problem: str) -> HttpResponse:
    page = ConsentPage(gettext("a course"), problem=problem)
    return render(request, "courses/consent.html", {"page": page}, status=404)


def _joined(request: SignedInRequest, member: Membership) -> HttpResponse:
    if member.state == MemberStates.WAITING:
        said = gettext(
            "Your teacher lets you in first. You then get an email, and find the course here."
        )
    else:
        said = gettext("You are in %(course)s.") % {"course": member.course.name}
    messages.success(request, said)
    return redirect("courses:for_you")


@require_http_methods(["GET", "HEAD", "POST"])
def membership(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Say what staff of a course see of the person, and offer to leave it."""
    rows = Membership.objects.active().of(request.user).select_related("course")
    member = get_object_or_404(rows, course=course_id)
    form = LettersForm(_posted(request), instance=member)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, gettext("Saved."))
        return redirect("courses:membership", course_id)
    page = membership_page(member, zone=timezone.get_current_timezone(), now=timezone.now())
    return render(request, "courses/membership.html", {"page": page, "form": form})


@require_POST
def leave(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Leave a course."""
    rows = Membership.objects.active().of(request.user).select_related("course")
    member = get_object_or_404(rows, course=course_id)
    joining.leave(request.user, course=member.course)
    messages.success(request, gettext("You have left %(course)s.") % {"course": member.course.name})
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
def assigned(request: SignedInRequest, assignment_id: int) -> HttpResponse:
    """Show an assignment before the clock runs, and start it."""
    given = _given(request, assignment_id)
    needs_code = bool(given.assignment.access_code) and not given.open_attempt
    form = StartForm(_posted(request), needs_code=needs_code)
    if request.method == "POST" and (form.is_valid() or not needs_code):
        try:
            code = form.cleaned_data.get("access_code", "") if needs_code else ""
            attempt = attempts.start(request.user, assignment=given.assignment, code=code)
        except InAnotherSitting as error:
            messages.error(
                request, gettext("You are in another attempt at this exam. End it first.")
            )
            return redirect("exams:room", error.session.pk)
        except MustWait:
            return redirect("exams:waiting")
        except attempts.REFUSALS as error:
            field = "access_code" if isinstance(error, CodeWrong | CodeLocked) else None
            form.add_error(field if needs_code else None, _sentence(error))
            given = _given(request, assignment_id)
        else:
            if attempt.session_id:
                return redirect("exams:room", attempt.session_id)
            assert attempt.practice_set_id
            practiced = PracticeSet.objects.with_progress().get(pk=attempt.practice_set_id)
            return redirect(practiced.get_absolute_url())
    page = task_page(given, zone=timezone.get_current_timezone(), now=timezone.now())
    status = 422 if form.errors else 200
    return render(request, "courses/assigned.html", {"page": page, "form": form}, status=status)


def _posted(request: SignedInRequest) -> QueryDict | None:
    """Return what was posted; a form that may be empty is bound all the same."""
    return request.POST if request.method == "POST" else None


def _given(request: SignedInRequest, assignment_id: int) -> for_you_page.Given:
    """Return an assignment that the person was given, or 404."""
    for given in for_you_page.given_to(request.user):
        if given.assignment.pk == assignment_id:
            return given
    raise Http404


def _sentence(error: Exception) -> str:
    """Say in a sentence why an assignment does not start."""
    if isinstance(error, CodeWrong):
        return ngettext(
            "The access code is wrong. %(n)d try is left.",
            "The access code is wrong. %(n)d tries are left.",
            error.left,
        ) % {"n": error.left}
    if isinstance(error, CodeLocked):
        minutes = max(1, round((error.until - timezone.now()).total_seconds() / 60))
        return gettext("The code was wrong too often. Try again in %(minutes)s.") % {
            "minutes": words.minutes(minutes)
        }
    if isinstance(error, NothingToPractice):
        return str(error)
    sentences: dict[type[Exception], str] = {
        NotOpenYet: gettext("It has not opened yet."),
        Closed: gettext("It has closed. Ask your teacher."),
        Excused: gettext("You are excused from this one."),
        AttemptsUsed: gettext("You have no try left. Ask your teacher."),
        NotAMember: gettext("You are not in this course any more."),
        NotGiven: gettext("Your teacher has withdrawn this."),
        CourseArchived: gettext("This course has ended."),
        ExamNotOpen: gettext("This exam is not open now. Tell your teacher."),
        ExamRunning: gettext("You are in an exam. Finish it first, then start this practice."),
        GuestLimit: gettext("Guests cannot take more exams. Create an account to take another."),
        TooManyStarts: gettext("You started too many exams today. Try again tomorrow."),
    }
    return sentences.get(
        type(error), gettext("There are not enough questions for this. Tell your teacher.")
    )
