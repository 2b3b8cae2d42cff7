"""The start page of who teaches: what needs them now, and what a course gave to a student."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from examapp.accounts.models import User
from examapp.accounts.requests import SiteRequest
from examapp.courses.models import Course, CourseStaff
from examapp.courses.pages import course_list, for_you
from examapp.exams.models import ProblemReport
from questions.access import exams_of
from questions.models import Draft, Exam


def teaches(person: User) -> bool:
    """Whether the start page is that of a teacher."""
    return person.is_instructor or CourseStaff.objects.filter(user=person).exists()


def staff_home(request: SiteRequest, person: User) -> HttpResponse:
    """Show what a teacher's courses and banks wait for."""
    courses = list(Course.objects.taught_by(person).running().distinct())
    page = course_list.staff_home(person, courses, waiting=waiting(person), now=timezone.now())
    return render(request, "staff_home.html", {"page": page})


def given(person: User) -> for_you.ForYou | None:
    """Return what a student's courses gave them; None without a course."""
    found = for_you.given_to(person)
    if not found:
        return None
    return for_you.for_you(found, zone=timezone.get_current_timezone(), now=timezone.now())


def waiting(person: User) -> list[course_list.Task]:
    """Return what a person's banks wait for, counted; nothing where nothing waits."""
    banks = list(exams_of(person)) if person.is_instructor else []
    if not banks:
        return []
    drafts = Draft.objects.in_review().filter(question__exam__in=banks).count()
    reports = ProblemReport.objects.open().filter(version__question__exam__in=banks).count()
    tasks = [
        course_list.Task(
            ngettext("Draft to review", "Drafts to review", drafts),
            gettext("in your banks"),
            _place("questions:queue", banks),
            drafts,
        ),
        course_list.Task(
            ngettext("Report from a student", "Reports from students", reports),
            gettext("about a question"),
            _place("exams:problems", banks),
            reports,
        ),
    ]
    return [task for task in tasks if task.count]


def _place(name: str, banks: list[Exam]) -> str:
    """Return the page of the only bank, or the list of banks."""
    return reverse(name, args=[banks[0].code]) if len(banks) == 1 else reverse("questions:banks")
