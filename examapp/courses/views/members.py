"""People of a course: the list, adding to it, one of them, the code by which they join."""

from contextlib import suppress
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from examapp.accounts.requests import SignedInRequest
from examapp.courses.access import Taught
from examapp.courses.forms import MemberForm, NoteForm, RosterForm
from examapp.courses.models import Assignment, Course, Membership, MemberStates
from examapp.courses.pages import member_page, members_page
from examapp.courses.pages import notes as note_parts
from examapp.courses.pages.heads import course_head, course_url
from examapp.courses.pages.results import person_url
from examapp.courses.pages.roster_look import add_people_page, roster_look
from examapp.courses.services import courses as course_services
from examapp.courses.services import joining, remarks, roster
from examapp.courses.services import members as member_services
from examapp.courses.services.errors import AddressTaken, CourseArchived, NotesNotAgreed
from examapp.courses.views.shared import for_staff, member_of
from examapp.web.numbers import whole_number
from examapp.web.paging import page_of

# For how long a new code opens a course.
_CODE_DAYS = 14
_MESSAGE_NAMES = 500


@require_safe
@for_staff("help")
def members(request: SignedInRequest, found: Taught) -> HttpResponse:
    """List the people of a course, those first who have not joined."""
    course, now = found.course, timezone.now()
    show, query = request.GET.get("show", ""), request.GET.get("q", "").strip()[:100]
    url = course_url("members", course)
    part = page_of(request, members_page.members(course, query=query, show=show))
    filters = members_page.filters(course, url, show)
    waiting = course.members.filter(state=MemberStates.WAITING) if found.may_edit else ()
    asking = [
        members_page.member_line(each, course, may_edit=found.may_edit, now=now) for each in waiting
    ]
    page = members_page.MembersPage(
        head=course_head(
            course,
            "members",
            people=int(filters[0].count or 0),
            may_edit=found.may_edit,
            now=now,
        ),
        url=url,
        act_url=course_url("act", course),
        code_url=course_url("code", course),
        filters=filters,
        query=query,
        show=show,
        lines=[
            members_page.member_line(each, course, may_edit=found.may_edit, now=now)
            for each in part
        ],
        part=part,
        waiting=asking,
        waiting_words=members_page.waiting_words(len(asking)),
        code=members_page.join_code(course, now=now),
    )
    return render(request, "courses/members.html", {"page": page})


@require_safe
@for_staff("help")
def board(request: SignedInRequest, found: Taught) -> HttpResponse:
    """Show the code large, for a whole room."""
    page = members_page.board_page(found.course, now=timezone.now())
    return render(request, "courses/board.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@for_staff("edit")
def add_people(request: SignedInRequest, found: Taught) -> HttpResponse:
    """Take a list of people, say what it would do, and do it."""
    course = found.course
    sends = course.mails_invitations
    form = RosterForm(request.POST or None, request.FILES or None, sends_invitations=sends)
    page = add_people_page(course)
    look = None
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["text"]
        if request.POST.get("do") == "add" and not request.htmx:
            return _added(request, found, text, send=form.cleaned_data.get("invite", False))
        look = roster_look(roster.plan(course, text))
        # What a file held is shown, so that it is still there for the next button.
        form = RosterForm({**form.cleaned_data, "text": text}, sends_invitations=sends)
    context = {"page": page, "form": form, "look": look}
    if request.htmx:
        return render(request, "courses/add_people.html#looked", {**context, "swap": True})
    status = 422 if form.errors else 200
    return render(request, "courses/add_people.html", context, status=status)


def _added(request: SignedInRequest, found: Taught, text: str, *, send: bool) -> HttpResponse:
    try:
        applied = roster.apply(found.course, by=request.user, text=text, send=send)
    except CourseArchived:
        messages.error(request, gettext("This course is archived. Open it again in its settings."))
    else:
        n, changed = len(applied.added), len(applied.changed)
        said = [ngettext("%(n)d person added.", "%(n)d people added.", n) % {"n": n}]
        if changed:
            said.append(ngettext("%(n)d changed.", "%(n)d changed.", changed) % {"n": changed})
        messages.success(request, " ".join(said))
        request.session[_added_key(found.course)] = list(applied.added[:_MESSAGE_NAMES])
    return redirect("courses:members", found.course.pk)


def _added_key(course: Course) -> str:
    """Return where the session remembers whom the last list added, for taking it back."""
    return f"added-{course.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("edit")
def member(request: SignedInRequest, found: Taught, member_id: int) -> HttpResponse:
    """Show one person of a course, and change what staff may change."""
    person = member_of(found, member_id)
    form = MemberForm(request.POST if request.method == "POST" else None, instance=person)
    if form.is_bound:
        if form.is_valid() and _changed(request, form):
            messages.success(request, gettext("Saved. The extra time applies from the next start."))
            return redirect("courses:members", found.course.pk)
        person = member_of(found, member_id)
    now = timezone.now()
    page = member_page.member_page(found.course, person, may_edit=found.may_edit, now=now)
    notes = note_parts.notes(found, person, request.user, now=now)
    context = {"page": page, "form": form, "notes": notes}
    status = 422 if form.errors else 200
    return render(request, "courses/member.html", context, status=status)


def _changed(request: SignedInRequest, form: MemberForm) -> bool:
    """Save what a valid form says; False, with the error at its place, where it cannot be."""
    try:
        member_services.change(form.instance, by=request.user, fields=form.changed_data)
    except AddressTaken:
        form.add_error("email", gettext("Another person in this course has this address."))
        return False
    return True


@require_POST
@for_staff("help")
def staff_notes(request: SignedInRequest, found: Taught, member_id: int) -> HttpResponse:
    """Keep a note about a person, or delete one; what cannot be kept is shown again."""
    person = member_of(found, member_id)
    about = whole_number(request.POST.get("assignment", "")) or 0
    assignment = found.course.assignments.filter(pk=about).first()
    back = _noted_on(found, person, assignment)
    if request.POST.get("do") == "delete":
        _delete_note(request, found, person)
        return redirect(back)
    form = NoteForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["text"]
        # Without consent the page says why, in place of the form.
        with suppress(NotesNotAgreed):
            remarks.write_note(person, by=request.user, text=text, assignment=assignment)
            messages.success(request, gettext("The note was saved."))
            return redirect(back)
    notes = note_parts.notes(
        found, person, request.user, now=timezone.now(), assignment=assignment, form=form
    )
    page = note_parts.note_page(person, assignment, back=back)
    return render(request, "courses/staff_notes.html", {"page": page, "notes": notes}, status=422)


def _delete_note(request: SignedInRequest, found: Taught, person: Membership) -> None:
    """Delete the note that a form names; raises Http404 for who may not."""
    number = whole_number(request.POST.get("note", "")) or 0
    note = get_object_or_404(person.notes.select_related("membership__course"), pk=number)
    if not note_parts.may_delete(note, found, request.user):
        raise Http404
    remarks.delete_note(note, by=request.user)
    messages.success(request, gettext("The note was deleted."))


def _noted_on(found: Taught, person: Membership, assignment: Assignment | None) -> str:
    """Return the page from which a note comes, or another that the writer may see."""
    if assignment is not None:
        return person_url(assignment, person.pk)
    if found.may_edit:
        return reverse("courses:member", args=[found.course.pk, person.pk])
    return course_url("members", found.course)


@require_POST
@for_staff("edit")
def act(request: SignedInRequest, found: Taught) -> HttpResponse:
    """Do something with the people picked: invite, let in, remove, bring back."""
    ids = [whole_number(pk) or 0 for pk in request.POST.getlist("member")]
    picked = list(found.course.members.filter(pk__in=ids).select_related("user", "course"))
    verb = request.POST.get("do", "")
    if verb == "take_back":
        added = request.session.pop(_added_key(found.course), [])
        n = roster.take_back(found.course, by=request.user, members=added)
        said = ngettext("%(n)d person was taken off.", "%(n)d people were taken off.", n)
        messages.success(request, said % {"n": n})
    elif not picked:
        messages.error(request, gettext("Pick at least one person first."))
    else:
        messages.success(request, _done(request, picked, verb))
    return redirect("courses:members", found.course.pk)


def _done(request: SignedInRequest, picked: list[Membership], verb: str) -> str:
    """Do what was asked with each, and say so; raises Http404 for what is no verb."""
    by = request.user
    if verb == "invite":
        if not picked[0].course.mails_invitations:
            return gettext("Nothing was sent: invitations are off in the course's settings.")
        waiting = [each for each in picked if each.state == MemberStates.INVITED]
        member_services.invite(waiting, occasion=timezone.now().isoformat(timespec="minutes"))
        n = len(waiting)
        return ngettext(
            "%(n)d invitation is on its way.", "%(n)d invitations are on their way.", n
        ) % {"n": n}
    if verb == "approve":
        for each in picked:
            joining.approve(each, by=by)
        return ngettext("%(n)d let in.", "%(n)d let in.", len(picked)) % {"n": len(picked)}
    if verb == "remove":
        for each in picked:
            if each.state == MemberStates.WAITING:
                joining.refuse(each, by=by)
            else:
                joining.remove(each, by=by)
        return ngettext("%(n)d removed.", "%(n)d removed.", len(picked)) % {"n": len(picked)}
    if verb == "readd":
        for each in picked:
            member_services.restore(each, by=by)
        return ngettext("%(n)d is back.", "%(n)d are back.", len(picked)) % {"n": len(picked)}
    raise Http404


@require_POST
@for_staff("edit")
def code(request: SignedInRequest, found: Taught) -> HttpResponse:
    """Give the course a new code, or switch it off."""
    if request.POST.get("do") == "off":
        course_services.switch_off_code(found.course, by=request.user)
        messages.success(request, gettext("The code is off. Nobody can join with it any more."))
    else:
        expires = timezone.now() + timedelta(days=_CODE_DAYS)
        course_services.rotate_code(found.course, by=request.user, expires_at=expires)
        messages.success(request, gettext("A new code is on. The old one no longer works."))
    return redirect("courses:members", found.course.pk)
