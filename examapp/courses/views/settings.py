"""A new course, and the settings of one: names and dates, staff, a copy, the archive."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from examapp.accounts import time_zones
from examapp.accounts.decorators import instructor_required
from examapp.accounts.requests import SignedInRequest
from examapp.courses.access import Taught
from examapp.courses.forms import CopyForm, CourseForm, CourseSettingsForm, StaffForm
from examapp.courses.forms.courses import exams_for_courses
from examapp.courses.pages.heads import course_head, courses_crumb
from examapp.courses.pages.settings_page import settings_page
from examapp.courses.pages.standing import people_of
from examapp.courses.services import courses as services
from examapp.courses.services.errors import LastOwner
from examapp.courses.views.shared import for_staff
from examapp.web.numbers import whole_number


@require_http_methods(["GET", "HEAD", "POST"])
@instructor_required
def new_course(request: SignedInRequest) -> HttpResponse:
    """Make a course, with its maker as owner."""
    exams = list(exams_for_courses(request.user)[:2])
    initial = {
        "zone": str(time_zones.zone_of_request(request)),
        "exams": exams if len(exams) == 1 else [],
        "retention_days": 365,
    }
    form = CourseForm(request.POST or None, initial=initial, person=request.user)
    if form.is_bound and form.is_valid():
        course = services.create(request.user, **form.cleaned_data)
        messages.success(request, gettext("The course was created. Now add its people."))
        return redirect("courses:course", course.pk)
    context = {"form": form, "crumbs": courses_crumb()}
    status = 422 if form.errors else 200
    return render(request, "courses/new_course.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("edit")
def course_settings(request: SignedInRequest, found: Taught) -> HttpResponse:
    """Change what a course is."""
    form = CourseSettingsForm(request.POST or None, instance=found.course, person=request.user)
    if form.is_bound and form.is_valid():
        services.change(found.course, by=request.user, **form.cleaned_data)
        messages.success(request, gettext("Saved."))
        return redirect("courses:course_settings", found.course.pk)
    return _settings(request, found, form=form, status=422 if form.errors else 200)


def _settings(
    request: SignedInRequest,
    found: Taught,
    *,
    form: CourseSettingsForm | None = None,
    staff_form: StaffForm | None = None,
    copy_form: CopyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    course = found.course
    if form and form.errors:
        course.refresh_from_db()
    people = people_of([course]).get(course.pk, 0)
    head = course_head(
        course, "course_settings", people=people, may_edit=found.may_edit, now=timezone.now()
    )
    name = gettext("%(name)s, copy") % {"name": course.name[:100]}
    context = {
        "page": settings_page(course, head, is_owner=found.is_owner),
        "form": form or CourseSettingsForm(instance=course, person=request.user),
        "staff_form": (staff_form or StaffForm()) if found.is_owner else None,
        "copy_form": copy_form or CopyForm(initial={"name": name}),
    }
    return render(request, "courses/course_settings.html", context, status=status)


@require_POST
@for_staff("own")
def staff(request: SignedInRequest, found: Taught) -> HttpResponse:
    """Add a colleague, change their role, or hand the course over."""
    course, verb = found.course, request.POST.get("do", "")
    if verb == "add":
        form = StaffForm(request.POST)
        if not form.is_valid():
            return _settings(request, found, staff_form=form, status=422)
        person, role = form.cleaned_data["email"], form.cleaned_data["role"]
        is_owner = course.staff.filter(user=person, is_owner=True).exists()
        if not is_owner:
            services.set_staff(course, by=request.user, user=person, role=role)
        messages.success(request, gettext("%(name)s is on the staff.") % {"name": person})
        return redirect("courses:course_settings", course.pk)
    row = get_object_or_404(
        course.staff.select_related("user"), user=whole_number(request.POST.get("person", "")) or 0
    )
    if verb == "own":
        services.hand_over(course, by=request.user, to=row.user)
        messages.success(request, gettext("%(name)s owns the course now.") % {"name": row.user})
    elif verb == "remove":
        try:
            services.remove_staff(course, by=request.user, user=row.user)
        except LastOwner:
            messages.error(
                request, gettext("Make somebody else the owner first: a course needs one.")
            )
        else:
            messages.success(request, gettext("%(name)s was removed.") % {"name": row.user})
    else:
        raise Http404
    return redirect("courses:course_settings", course.pk)


@require_POST
@for_staff("edit")
def copy(request: SignedInRequest, found: Taught) -> HttpResponse:
    """Make a course like this one, without its people."""
    form = CopyForm(request.POST)
    if not form.is_valid():
        return _settings(request, found, copy_form=form, status=422)
    new = services.copy(found.course, by=request.user, name=form.cleaned_data["name"])
    messages.success(request, gettext("This is the copy. Its assignments are drafts."))
    return redirect("courses:course", new.pk)


@require_POST
@for_staff("own")
def archive_course(request: SignedInRequest, found: Taught) -> HttpResponse:
    """Put the course away, or take it out again."""
    is_archived = not found.course.is_archived
    services.archive(found.course, by=request.user, is_archived=is_archived)
    said = (
        gettext("The course is archived.") if is_archived else gettext("The course is open again.")
    )
    messages.success(request, said)
    return redirect("courses:course_settings", found.course.pk)
