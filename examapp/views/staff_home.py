"""The start page of who teaches: what needs them now, and what a course gave to a student."""

from collections import Counter

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from examapp.accounts.models import User
from examapp.accounts.requests import SiteRequest
from examapp.courses.models import Course, CourseStaff, Membership, MemberStates, StaffRoles
from examapp.courses.pages import course_list, for_you
from questions.access import accesses_of
from questions.models import Exam
from questions.services import waiting as services


def teaches(person: User) -> bool:
    """Whether the start page is that of a teacher."""
    return person.is_instructor or CourseStaff.objects.filter(user=person).exists()


def staff_home(request: SiteRequest, person: User) -> HttpResponse:
    """Show what a teacher's courses and banks wait for."""
    courses = list(Course.objects.taught_by(person).running().distinct())
    tasks = [*asking_to_join(person, courses), *waiting(person)]
    page = course_list.staff_home(person, courses, waiting=tasks, now=timezone.now())
    return render(request, "staff_home.html", {"page": page})


def given(person: User) -> for_you.ForYou | None:
    """Return what a student's courses gave them; None without a course."""
    found = for_you.given_to(person)
    if not found:
        return None
    return for_you.for_you(found, zone=timezone.get_current_timezone(), now=timezone.now())


def asking_to_join(person: User, courses: list[Course]) -> list[course_list.Task]:
    """Return the courses of which people ask to be let in by this person, counted."""
    teaching = Q(course__staff__user=person, course__staff__role=StaffRoles.TEACHER)
    rows = Membership.objects.filter(state=MemberStates.WAITING, course__in=courses)
    if not person.is_superuser:
        rows = rows.filter(teaching)
    counts = Counter(rows.values_list("course", flat=True))
    return [
        course_list.Task(
            ngettext("Person asks to join", "People ask to join", counts[course.pk]),
            course.name,
            reverse("courses:members", args=[course.pk]),
            counts[course.pk],
        )
        for course in courses
        if counts[course.pk]
    ]


def waiting(person: User) -> list[course_list.Task]:
    """Return what a person's banks wait for, counted; nothing where nothing waits."""
    accesses = accesses_of(person)
    banks = [access.exam for access in accesses]
    if not banks:
        return []
    to_approve = [access.exam for access in accesses if access.may_approve]
    drafts = services.to_review(to_approve, person).count()
    to_review = course_list.Task(
        ngettext("Draft to review", "Drafts to review", drafts),
        gettext("in your banks"),
        _queue(banks),
        drafts,
    )
    elsewhere = [
        course_list.Task(task.label, task.exam.title, task.address, task.count)
        for task in services.elsewhere(banks)
    ]
    return [to_review, *elsewhere] if drafts else elsewhere


def _queue(banks: list[Exam]) -> str:
    """Return the page of what waits in the only bank, or in all of them."""
    if len(banks) == 1:
        return reverse("questions:queue", args=[banks[0].code])
    return reverse("questions:waiting")
