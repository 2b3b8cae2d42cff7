"""The results of an assignment: the class, a domain, the questions, one person."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.courses.access import Taught
from examapp.courses.models import Assignment
from examapp.courses.pages import asked_page, student_page
from examapp.courses.pages.assignment_lines import address
from examapp.courses.pages.domain_page import domain_page
from examapp.courses.pages.effects import effect
from examapp.courses.pages.heads import AssignmentHead, assignment_head
from examapp.courses.pages.heat_map import FEWEST
from examapp.courses.pages.results import about, results_page
from examapp.courses.pages.sitters import sitters
from examapp.courses.pages.sitting import NOT
from examapp.courses.pages.standing import standing_of
from examapp.courses.pages.taken import Taken, attempts_of, taken
from examapp.courses.pages.times_page import times_page
from examapp.courses.views.shared import assignment_of, for_staff, member_of
from examapp.exams.open_exam import closed_during_exam
from examapp.web.paging import page_of

_QUESTIONS = 20


@require_safe
@for_staff()
def results(request: SignedInRequest, found: Taught, assignment_id: int) -> HttpResponse:
    """Show who passed, what the class knows, who needs what."""
    assignment = assignment_of(found, assignment_id)
    people = sitters(assignment)
    page = results_page(
        standing_of(assignment, people),
        taken(assignment),
        missing=[person.name for person in people if person.state == NOT],
        sort=request.GET.get("sort", ""),
        effect=effect(assignment, now=timezone.now()),
        may_edit=found.may_edit,
        may_see_people=found.may_help,
        now=timezone.now(),
    )
    return render(request, "courses/results.html", {"page": page})


@require_safe
@for_staff()
def domain(
    request: SignedInRequest, found: Taught, assignment_id: int, number: int
) -> HttpResponse:
    """Show the tasks of a domain, and who has what right in them."""
    assignment = assignment_of(found, assignment_id)
    sat = _seen_by(found, taken(assignment))
    chosen = next((each for each in sat.domains if each.number == number), None)
    if chosen is None or not sat.people:
        raise Http404
    page = domain_page(
        assignment, sat, chosen, may_edit=found.may_edit, may_see_people=found.may_help
    )
    return render(request, "courses/domain.html", {"page": page})


def _seen_by(found: Taught, sat: Taken) -> Taken:
    """Return results that this person may see: viewers see none of fewer than FEWEST people."""
    if len(sat.people) < FEWEST and not found.may_help:
        raise Http404
    return sat


@require_safe
@for_staff()
@closed_during_exam("exams/review_locked.html")
def asked(request: SignedInRequest, found: Taught, assignment_id: int) -> HttpResponse:
    """List the questions of an assignment, hardest first."""
    assignment = assignment_of(found, assignment_id)
    attempts = attempts_of(assignment)
    few = len({each.member for each in attempts}) < FEWEST and not found.may_help
    questions = [] if few else asked_page.asked_in([each.session for each in attempts])
    part = page_of(request, questions, size=_QUESTIONS)
    page = asked_page.AskedPage(
        head=_head(found, assignment, "asked"),
        heading=asked_page.heading(assignment, len(questions)),
        caption=gettext("Questions with the number right and the wrong answer chosen most"),
        lines=[asked_page.asked_line(each) for each in part],
        part=part,
        callout=asked_page.to_discuss(questions, address("board_questions", assignment)),
        empty=gettext("Nobody has finished it yet"),
    )
    return render(request, "courses/asked.html", {"page": page})


def _head(found: Taught, assignment: Assignment, here: str) -> AssignmentHead:
    people = sitters(assignment)
    standing = standing_of(assignment, people)
    return assignment_head(
        assignment,
        here,
        sub=about(standing, standing.done, timezone.now()),
        may_edit=found.may_edit,
        may_export=found.may_edit,
    )


@require_safe
@for_staff("help")
def times(request: SignedInRequest, found: Taught, assignment_id: int) -> HttpResponse:
    """List each person's attempts, with how long they took."""
    assignment = assignment_of(found, assignment_id)
    page = times_page(assignment, _head(found, assignment, "times"), now=timezone.now())
    return render(request, "courses/times.html", {"page": page})


@require_safe
@for_staff("help")
@closed_during_exam("exams/review_locked.html")
def student(
    request: SignedInRequest, found: Taught, assignment_id: int, member_id: int
) -> HttpResponse:
    """Show one person's result in one assignment, with their answers."""
    assignment = assignment_of(found, assignment_id)
    member = member_of(found, member_id)
    page = student_page.student_page(
        assignment,
        member,
        taken(assignment),
        request,
        may_act=found.may_help,
        now=timezone.now(),
    )
    return render(request, "courses/student.html", {"page": page})


@require_safe
@for_staff("help")
@closed_during_exam("exams/review_locked.html")
def board_questions(request: SignedInRequest, found: Taught, assignment_id: int) -> HttpResponse:
    """Show the questions to discuss first, large, for a whole room."""
    assignment = assignment_of(found, assignment_id)
    attempts = attempts_of(assignment)
    questions = asked_page.asked_in([each.session for each in attempts])
    page = asked_page.board(assignment, questions)
    return render(request, "courses/board_questions.html", {"page": page})
