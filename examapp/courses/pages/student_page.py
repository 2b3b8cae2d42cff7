"""One person's result in one assignment, as staff see it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext, ngettext

from examapp.courses.changes import FEWEST
from examapp.courses.models import Assignment, Membership
from examapp.courses.pages.assignment_lines import address, zone_of
from examapp.courses.pages.heads import crumbs_to
from examapp.courses.pages.parts import Crumbs, Tab
from examapp.courses.pages.taken import Taken, Tried
from examapp.courses.pages.teaching import GOAL
from examapp.exams.models import ExamSession, Score, SessionItem
from examapp.exams.scoring import Scale
from examapp.web import times
from examapp.web.paging import page_of

# What is needed most is said of at most so many domains, each at this share right or less.
_NEEDS, _ENOUGH = 2, 0.7
# How many answers stand on a page.
_ANSWERS = 10
# Height that scores may lie in, in pixels from the top.
_TOP, _BOTTOM = 20, 130


@dataclass(frozen=True)
class Need:
    title: str
    text: str
    gain: str


@dataclass(frozen=True)
class DomainLine:
    title: str
    pips: Sequence[bool]
    right: str
    of_class: str


@dataclass(frozen=True)
class AnswerLine:
    text: str
    number: str
    chose: str
    right: str
    is_right: bool


@dataclass(frozen=True)
class Point:
    x: float
    y: int
    score: int
    label: str


@dataclass(frozen=True)
class Segment:
    x1: float
    y1: int
    x2: float
    y2: int


@dataclass(frozen=True)
class TriesChart:
    points: Sequence[Point]
    lines: Sequence[Segment]
    cut_y: int
    cut_text: str
    words: str


@dataclass(frozen=True)
class StudentPage:
    id: int
    name: str
    sub: str
    assignment: str
    crumbs: Crumbs
    may_act: bool
    act_url: str
    person_url: str
    verbs: Crumbs
    privacy: str
    state: str = ""
    live_url: str = ""
    practice_url: str = ""
    practice_words: str = ""
    score: int | None = None
    verdict: str = ""
    right: str = ""
    tries: TriesChart | None = None
    needs_heading: str = ""
    needs: Sequence[Need] = ()
    domains: Sequence[DomainLine] = ()
    filters: Sequence[Tab] = ()
    answers: Sequence[AnswerLine] = ()
    answers_caption: str = ""
    part: "Page[SessionItem] | None" = None


def verdict(scaled: int, scale: Scale) -> str:
    if scale.is_pass(scaled):
        return gettext("passed, %(cut)d passes") % {"cut": scale.cut}
    return gettext("not yet, %(cut)d passes") % {"cut": scale.cut}


def right_words(person: Tried, scale: Scale) -> str:
    """Say how many were right, and how many more would have passed."""
    right = f"{person.right:.1f}".removesuffix(".0")
    said = gettext("%(right)s of %(of)d right.") % {"right": right, "of": person.of}
    missing = scale.needed(person.of) - int(person.right)
    if person.is_pass or missing <= 0:
        return said
    more = ngettext("%(n)d more would have passed.", "%(n)d more would have passed.", missing) % {
        "n": missing
    }
    return f"{said} {more}"


def needs(person: Tried, taken: Taken) -> list[Need]:
    """Return the domains where most questions are to be gained."""
    found = []
    for domain in taken.domains:
        count = taken.in_domain(person, domain.number)
        missing = round(GOAL * count.of - count.right)
        if count.of and count.share <= _ENOUGH and missing > 0:
            found.append((missing, domain, count))
    found.sort(key=lambda each: -each[0])
    return [
        Need(
            domain.title,
            gettext("%(right)s of %(of)d right.")
            % {"right": f"{count.right:.1f}".removesuffix(".0"), "of": count.of},
            ngettext("+%(n)d question", "+%(n)d questions", missing) % {"n": missing},
        )
        for missing, domain, count in found[:_NEEDS]
    ]


def domain_lines(person: Tried, taken: Taken) -> list[DomainLine]:
    lines = []
    for domain in taken.domains:
        count = taken.in_domain(person, domain.number)
        if not count.of:
            continue
        shares = taken.shares(lambda each, number=domain.number: taken.in_domain(each, number))  # type: ignore[misc]
        of_class = ""
        if len(shares) >= FEWEST:
            mean = count.of * sum(shares) / len(shares)
            of_class = gettext("class %(mean)s") % {"mean": f"{mean:.1f}"}
        lines.append(
            DomainLine(
                f"{domain.number} {domain.title}",
                [place < round(count.right) for place in range(count.of)],
                gettext("%(right)s of %(of)d")
                % {"right": f"{count.right:.1f}".removesuffix(".0"), "of": count.of},
                of_class,
            )
        )
    return lines


def tries_chart(attempts: Sequence[tuple[str, int]], scale: Scale) -> TriesChart | None:
    """Place a person's scores in the course, oldest first, as (label, score); None for one."""
    if len(attempts) < 2:
        return None
    step = 84 / (len(attempts) - 1)

    def y(scaled: int) -> int:
        return round(_BOTTOM - scale.position(scaled) * (_BOTTOM - _TOP))

    points = [
        Point(round(8 + place * step, 1), y(scaled), scaled, label)
        for place, (label, scaled) in enumerate(attempts)
    ]
    lines = [Segment(a.x, a.y, b.x, b.y) for a, b in pairwise(points)]
    listed = ", ".join(f"{scaled} ({label})" for label, scaled in attempts)
    return TriesChart(
        points,
        lines,
        y(scale.cut),
        gettext("%(cut)d pass") % {"cut": scale.cut},
        gettext("Scores: %(listed)s. Pass mark %(cut)d.") % {"listed": listed, "cut": scale.cut},
    )


def answer_line(item: SessionItem) -> AnswerLine:
    """Return a question with what was chosen and what is right, in the order of its author."""
    content, key = item.version.content, item.keyed_by.key
    chosen = _authored(item)
    return AnswerLine(
        strip_tags(content["stem"]),
        item.topic.task.number,
        _said(content, chosen) if chosen is not None else gettext("not answered"),
        _said(content, key["right"]),
        bool(item.credit and item.credit >= 1),
    )


def _authored(item: SessionItem) -> list[int] | None:
    if item.response is None:
        return None
    response = item.response if isinstance(item.response, list) else [item.response]
    return [item.shuffle[shown] for shown in response if isinstance(shown, int)]


def _said(content: dict[str, list[str]], chosen: Sequence[int]) -> str:
    options = content["options"]
    return "; ".join(strip_tags(options[index]) for index in chosen if index < len(options))


def about(assignment: Assignment, session: ExamSession, number: int, *, now: datetime) -> str:
    """Say when an attempt was, how long it took of its time, and which try it is."""
    zone = zone_of(assignment.course)
    used = round(session.time_used.total_seconds() / 60) if session.time_used else 0
    allowed = round((session.deadline_at - session.started_at).total_seconds() / 60)
    return ngettext(
        "%(title)s · %(day)s, %(used)d minute of %(allowed)d · try %(number)d",
        "%(title)s · %(day)s, %(used)d minutes of %(allowed)d · try %(number)d",
        used,
    ) % {
        "title": assignment.title,
        "day": times.near_day(session.started_at, zone=zone, now=now),
        "used": used,
        "allowed": allowed,
        "number": number,
    }


def crumbs(assignment: Assignment) -> Crumbs:
    here = ((assignment.title, address("results", assignment)),)
    return (*crumbs_to(assignment.course), *here)


def verbs(has_sat: bool) -> Crumbs:
    if has_sat:
        return (
            ("reopen", gettext("Reopen this try")),
            ("another", gettext("Give another try")),
            ("excuse", gettext("Excuse")),
        )
    return (("remind", gettext("Remind")), ("excuse", gettext("Excuse")))


def member_url(assignment: Assignment, member: Membership) -> str:
    return reverse("courses:member", args=[assignment.course_id, member.pk])


def privacy(name: str) -> str:
    return gettext(
        "You see what %(name)s did in this course. Their own practice is private, unless "
        "they share it."
    ) % {"name": name}


def student_page(
    assignment: Assignment,
    member: Membership,
    sat: Taken,
    request: HttpRequest,
    *,
    may_act: bool,
    now: datetime,
) -> StudentPage:
    """Show what a person has in an assignment; `request` says which answers are asked for."""
    person = next((each for each in sat.people if each.member == member.pk), None)
    page = StudentPage(
        id=member.pk,
        name=str(member),
        sub=assignment.title,
        assignment=assignment.title,
        crumbs=crumbs(assignment),
        may_act=may_act and not member.is_former,
        act_url=address("intervene", assignment),
        person_url=member_url(assignment, member),
        verbs=verbs(person is not None),
        privacy=privacy(str(member)),
    )
    if person is None:
        return _not_sat(page, assignment, member)
    return _sat(page, assignment, person, sat, request, now)


def _not_sat(page: StudentPage, assignment: Assignment, member: Membership) -> StudentPage:
    attempt = member.attempts.filter(assignment=assignment).last()
    if attempt is None:
        state = gettext("%(name)s has not started") % {"name": page.name}
        return replace(page, state=state)
    state = gettext("%(name)s has started") % {"name": page.name}
    return replace(page, state=state, live_url=address("live", assignment))


def _sat(
    page: StudentPage,
    assignment: Assignment,
    person: Tried,
    sat: Taken,
    request: HttpRequest,
    now: datetime,
) -> StudentPage:
    session = ExamSession.objects.get(pk=person.session)
    scale = session.scale
    items = list(_items(session))
    wrong = [item for item in items if item.credit is None or item.credit < 1]
    shows_all = request.GET.get("show") == "all"
    part = page_of(request, items if shows_all else wrong, size=_ANSWERS)
    found = needs(person, sat)
    return replace(
        page,
        sub=about(assignment, session, person.number, now=now),
        score=person.scaled,
        verdict=verdict(person.scaled, scale),
        right=right_words(person, scale),
        tries=tries_chart(_scores(assignment, person.member, now), scale),
        needs_heading=gettext("What %(name)s needs most") % {"name": page.name},
        needs=found,
        practice_url=f"{address('teach', assignment)}?people={person.member}"
        if page.may_act and found
        else "",
        practice_words=gettext("Give %(name)s practice") % {"name": page.name},
        domains=domain_lines(person, sat),
        filters=[
            Tab(gettext("Wrong"), "?show=wrong", not shows_all, len(wrong)),
            Tab(gettext("All"), "?show=all", shows_all, len(items)),
        ],
        answers=[answer_line(item) for item in part],
        answers_caption=gettext("Answers of %(name)s") % {"name": page.name},
        part=part,
    )


def _items(session: ExamSession) -> QuerySet[SessionItem]:
    """Return the questions of an attempt with what was chosen and what is right."""
    rows = session.items.select_related("version", "keyed_by", "topic__task")
    return rows.defer("version__html", "version__key", "keyed_by__html", "keyed_by__content")


def _scores(assignment: Assignment, member: int, now: datetime) -> list[tuple[str, int]]:
    """Return a person's scores in the assignments of the course of this exam, oldest first."""
    rows = Score.objects.filter(
        is_current=True,
        session__attempt__membership=member,
        session__exam=assignment.exam_id,
    ).order_by("session__finished_at")
    zone = zone_of(assignment.course)
    return [
        (f"{title}, {times.near_day(at or now, zone=zone, now=now)}", scaled)
        for title, at, scaled in rows.values_list(
            "session__attempt__assignment__title", "session__finished_at", "scaled"
        )
        if at
    ]
