"""The gradebook, on its page and as files."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.courses.access import Taught
from examapp.courses.models import Course, MemberStates
from examapp.courses.pages.grade_files import LAYOUTS
from examapp.courses.pages.gradebook_page import SHOWS, book, gradebook_page
from examapp.courses.pages.heads import course_head
from examapp.courses.pages.parts import Crumbs
from examapp.courses.services import courses
from examapp.courses.views.shared import for_staff
from examapp.web.downloads import table_download
from examapp.web.paging import page_of

_PEOPLE = 100


@require_safe
@for_staff()
def gradebook(request: SignedInRequest, found: Taught) -> HttpResponse:
    """Show people by assignments, with the class's own row."""
    course, now = found.course, timezone.now()
    everyone = list(course.members.exclude(state=MemberStates.WAITING))
    query = request.GET.get("q", "").strip()
    shown = [
        member for member in everyone if query.lower() in f"{member.name} {member.email}".lower()
    ]
    show = request.GET.get("show", SHOWS[0])
    page = gradebook_page(
        course,
        book(course),
        page_of(request, shown, size=_PEOPLE),
        everyone,
        head=course_head(
            course,
            "gradebook",
            people=sum(not member.is_former for member in everyone),
            may_edit=found.may_edit,
            now=now,
        ),
        query=query,
        show=show if show in SHOWS else SHOWS[0],
        exports=_exports(course) if found.may_help else (),
        may_see_people=found.may_help,
        now=now,
    )
    return render(request, "courses/gradebook.html", {"page": page})


def _exports(course: Course) -> Crumbs:
    kinds = (
        ("xlsx", gettext("Excel")),
        ("csv", gettext("CSV")),
        ("canvas", gettext("CSV for Canvas")),
        ("moodle", gettext("CSV for Moodle")),
        ("nameless", gettext("Without names, for research")),
    )
    return tuple(
        (text, reverse("courses:grades_file", args=[course.pk, kind])) for kind, text in kinds
    )


@require_POST
@for_staff("help")
def grades_file(request: SignedInRequest, found: Taught, kind: str) -> HttpResponse:
    """Send the gradebook as a file; who took it is logged."""
    course = found.course
    layout = LAYOUTS.get(kind)
    if layout is None:
        raise Http404
    everyone = course.members.exclude(state=MemberStates.WAITING).select_related("user")
    rows = layout(course, book(course), list(everyone), timezone.now())
    courses.log(course, by=request.user, verb="exported", what="gradebook", kind=kind)
    return table_download(
        rows,
        "xlsx" if kind == "xlsx" else "csv",
        name=f"{slugify(course.name) or 'course'}-grades",
        title=gettext("Grades"),
        encoding="utf-8" if kind in ("canvas", "moodle") else "utf-8-sig",
    )
