"""The results of an assignment: the class, a domain, the questions, one person."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.courses.access import Taught
from examapp.courses.changes import FEWEST
from examapp.courses.models import Assignment
from examapp.courses.pages import asked_page, student_page, words
from examapp.courses.pages import comparison as comparing
from examapp.courses.pages import notes as note_parts
from examapp.courses.pages.assignment_lines import address
from examapp.courses.pages.domain_page import domain_page
from examapp.courses.pages.effects import effect
from examapp.courses.pages.heads import AssignmentHead, assignment_head
from examapp.courses.pages.results import about, results_page
from examapp.courses.pages.sitters import sitters
from examapp.courses.pages.sitting import NOT
from examapp.courses.pages.standing import standing_of
from examapp.courses.pages.taken import Taken, attempts_of, taken
from examapp.courses.pages.times_page import times_page
from examapp.courses.services import remarks
from examapp.courses.views.shared import assignment_of, for_staff, member_of
from examapp.exams.models import SessionItem
from examapp.exams.open_exam import closed_during_exam
from examapp.web.numbers import whole_number
from examapp.web.paging import page_of
from questions.access import exams_of
from questions.models import Question

_QUESTIONS = 20


@require_safe
@for_staff()
def results(request: SignedInRequest, found: Taught, assignment_id: int) -> HttpResponse:
    """Show who passed, what the class knows, who needs what."""
    assignment = assignment_of(found, assignment_id)
    people = sitters(assignment)
    sat = taken(assignment)
    page = results_page(
        standing_of(assignment, people),
        sat,
        missing=[person.name for person in people if person.state == NOT],
        sort=request.GET.get("sort", ""),
        effect=effect(assignment, sat, now=timezone.now()),
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
    marked = asked_page.marked_in(assignment)
    show = request.GET.get("show", "")
    shown = asked_page.shown(questions, marked, show)
    part = page_of(request, shown, size=_QUESTIONS)
    sees_bank = (
        request.user.is_instructor and exams_of(request.user).filter(pk=assignment.exam_id).exists()
    )
    page = asked_page.AskedPage(
        head=_head(found, assignment, "asked"),
        heading=asked_page.heading(len(shown), has_all=len(shown) == len(questions)),
        caption=gettext("Questions with the number right and the wrong answer chosen most"),
        lines=[
            asked_page.asked_line(
                each,
                is_marked=each.question in marked,
                url=reverse("reports:item", args=[each.question]) if sees_bank else "",
            )
            for each in part
        ],
        part=part,
        callout=asked_page.to_discuss(questions, marked, address("board_questions", assignment))
        if found.may_help
        else None,
        empty=words.too_few(FEWEST) if few else gettext("Nobody has finished it yet"),
        shows=asked_page.shows(questions) if questions else (),
        show=show,
        mark_url=address("discuss", assignment) if found.may_help else "",
    )
    return render(request, "courses/asked.html", {"page": page})


@require_POST
@for_staff("help")
def discuss(request: SignedInRequest, found: Taught, assignment_id: int) -> HttpResponse:
    """Mark a question of an assignment to be discussed, or no longer."""
    assignment = assignment_of(found, assignment_id)
    is_marked = "mark" in request.POST
    number = whole_number(request.POST.get("mark" if is_marked else "unmark", "")) or 0
    asked_here = SessionItem.objects.filter(
        session__attempt__assignment=assignment, version__question=number
    )
    if not asked_here.exists():
        raise Http404
    question = Question.objects.get(pk=number)
    remarks.mark(assignment, question, by=request.user, is_marked=is_marked)
    here = {name: request.POST[name] for name in ("show", "page") if request.POST.get(name)}
    query = f"?{urlencode(here)}" if here else ""
    return redirect(f"{address('asked', assignment)}{query}#question-{number}")


@require_safe
@for_staff()
def compare(request: SignedInRequest, found: Taught, assignment_id: int) -> HttpResponse:
    """Compare what the class did in two assignments of the same exam."""
    assignment = assignment_of(found, assignment_id)
    others = comparing.comparable(assignment)
    asked_for = request.GET.get("with", "")
    other = next((each for each in others if str(each.pk) == asked_for), None)
    other = other or (others[0] if len(others) == 1 else None)
    compared = None
    if other is not None:
        first, second = comparing.in_order(assignment, other)
        titles = first.title, second.title
        before = taken(first)
        compared = comparing.comparison(titles, before, taken(second, like=before))
    page = comparing.ComparePage(
        head=_head(found, assignment, "compare"),
        others=tuple((str(each.pk), each.title) for each in others),
        other=str(other.pk) if other else "",
        comparison=compared,
    )
    return render(request, "courses/compare.html", {"page": page})


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
    notes = note_parts.notes(found, member, request.user, assignment=assignment, now=timezone.now())
    return render(request, "courses/student.html", {"page": page, "notes": notes})


@require_safe
@for_staff("help")
@closed_during_exam("exams/review_locked.html")
def board_questions(request: SignedInRequest, found: Taught, assignment_id: int) -> HttpResponse:
    """Show the questions to discuss first, large, for a whole room."""
    assignment = assignment_of(found, assignment_id)
    attempts = attempts_of(assignment)
    questions = asked_page.asked_in([each.session for each in attempts])
    page = asked_page.board(assignment, questions, asked_page.marked_in(assignment))
    return render(request, "courses/board_questions.html", {"page": page})
