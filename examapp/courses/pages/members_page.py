"""The people of a course: who is in, who is not, how they may join."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.core.paginator import Page
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from examapp.courses.models import Course, LetterStates, Membership, MemberStates
from examapp.courses.pages.assignment_lines import zone_of
from examapp.courses.pages.heads import CourseHead, course_url, crumbs_to
from examapp.courses.pages.parts import Crumbs, Pill, Tab
from examapp.courses.pages.qr_codes import QrCode, qr_code
from examapp.web import times

_NOT_JOINED = Q(state=MemberStates.INVITED)
_EXTRA = Q(time_factor__gt=1) | Q(extra_minutes__gt=0)
_FORMER = Q(state=MemberStates.LEFT)
# By the name that the address says.
FILTERS = {"not-joined": _NOT_JOINED, "extra-time": _EXTRA, "former": _FORMER}


@dataclass(frozen=True)
class MemberLine:
    id: int
    name: str
    email: str
    url: str
    edit_url: str
    pill: Pill
    seen: str
    extra: str


@dataclass(frozen=True)
class JoinCode:
    """The code that opens a course, as it stands on the board."""

    text: str
    address: str
    state: str
    qr: QrCode
    board_url: str


@dataclass(frozen=True)
class MembersPage:
    head: CourseHead
    url: str
    act_url: str
    code_url: str
    filters: Sequence[Tab]
    query: str
    show: str
    lines: Sequence[MemberLine]
    part: "Page[Membership]"
    waiting: Sequence[MemberLine]
    waiting_words: str
    code: JoinCode | None


@dataclass(frozen=True)
class BoardPage:
    title: str
    crumbs: Crumbs
    code: JoinCode | None


def members(course: Course, *, query: str, show: str) -> QuerySet[Membership]:
    """Return the people of a course that are asked for, those first who have not joined."""
    rows = course.members.select_related("user__accommodation")
    if show in FILTERS:
        rows = rows.filter(FILTERS[show])
    if show != "former":
        rows = rows.exclude(state__in=[MemberStates.LEFT, MemberStates.WAITING])
    if query:
        rows = rows.filter(Q(name__icontains=query) | Q(email__icontains=query))
    urgency = Case(
        When(state=MemberStates.INVITED, letter=LetterStates.FAILED, then=Value(0)),
        When(state=MemberStates.INVITED, then=Value(1)),
        default=Value(2),
    )
    return rows.order_by(urgency, "name", "email", "pk")


def filters(course: Course, url: str, show: str) -> list[Tab]:
    """Return what the list can be narrowed to, counted in one statement."""
    here = ~Q(state__in=[MemberStates.LEFT, MemberStates.WAITING])
    counts = course.members.aggregate(
        all=Count("pk", filter=here),
        not_joined=Count("pk", filter=_NOT_JOINED),
        extra_time=Count("pk", filter=_EXTRA & here),
        former=Count("pk", filter=_FORMER),
    )
    tabs = [
        Tab(gettext("All"), url, show not in FILTERS, counts["all"]),
        Tab(
            gettext("Not joined"),
            f"{url}?show=not-joined",
            show == "not-joined",
            counts["not_joined"],
        ),
        Tab(
            gettext("Extra time"),
            f"{url}?show=extra-time",
            show == "extra-time",
            counts["extra_time"],
        ),
    ]
    if counts["former"]:
        tabs.append(
            Tab(gettext("Former"), f"{url}?show=former", show == "former", counts["former"])
        )
    return tabs


def member_line(member: Membership, course: Course, *, may_edit: bool, now: datetime) -> MemberLine:
    """Return a person's row; it leads to them where the reader may change something."""
    edit = reverse("courses:member", args=[course.pk, member.pk])
    return MemberLine(
        id=member.pk,
        name=str(member),
        email=member.email if member.name else "",
        url=edit if may_edit else "",
        edit_url=edit,
        pill=_pill(member, now),
        seen=_seen(member, now),
        extra=extra_time(member),
    )


def _pill(member: Membership, now: datetime) -> Pill:
    if member.state == MemberStates.LEFT:
        return Pill(gettext("Former member"), "outline")
    if member.state == MemberStates.ACTIVE:
        return Pill(gettext("Joined"), "ok", "check")
    if member.state == MemberStates.WAITING:
        return Pill(gettext("Asks to join"), "accent")
    if member.letter == LetterStates.FAILED:
        return Pill(gettext("Email came back"), "bad", "warn")
    if member.letter == LetterStates.SENT:
        ago = times.ago(member.letter_at or member.added_at, now=now)
        return Pill(gettext("Invited %(ago)s") % {"ago": ago}, "outline", "mail")
    if member.letter == LetterStates.WAITING:
        return Pill(gettext("Email on its way"), "outline", "mail")
    return Pill(gettext("Not invited yet"), "outline")


def _seen(member: Membership, now: datetime) -> str:
    return times.ago(member.seen_at, now=now)


def extra_time(member: Membership) -> str:
    """Say what extra time a person has in this course, the larger of the course's and their own."""
    own = getattr(member.user, "accommodation", None) if member.user else None
    given = [(member.time_factor, member.extra_minutes)]
    if own is not None:
        given.append((own.time_factor, own.extra_minutes))
    factor, minutes = max(given, key=lambda each: (each[0] - 1) * 90 + each[1])
    return time_words(factor, minutes)


def time_words(factor: Decimal, minutes: int) -> str:
    """Say how much more time: "+25 %", "+15 min"; nothing for none."""
    parts = []
    if factor > 1:
        parts.append(gettext("+%(n)d %%") % {"n": round(100 * (factor - 1))})
    if minutes:
        parts.append(ngettext("+%(n)d min", "+%(n)d min", minutes) % {"n": minutes})
    return " ".join(parts)


def waiting_words(count: int) -> str:
    return ngettext(
        "%(n)d person asks to join with the code", "%(n)d people ask to join with the code", count
    ) % {"n": count}


def join_code(course: Course, *, now: datetime) -> JoinCode | None:
    """Return the code where it is on; it opens by an address that can be typed or scanned."""
    expires = course.join_expires_at
    if not course.join_code or (expires is not None and expires <= now):
        return None
    path = reverse("courses:consent", args=[course.join_code])
    return JoinCode(
        text=course.join_code,
        address=f"{settings.SITE_URL.split('://')[-1]}{reverse('courses:join')}",
        state=_code_state(course, now),
        qr=qr_code(f"{settings.SITE_URL}{path}"),
        board_url=course_url("board", course),
    )


def _code_state(course: Course, now: datetime) -> str:
    used = ngettext("%(n)d joined", "%(n)d joined", course.join_count) % {"n": course.join_count}
    if course.join_limit is not None:
        used = gettext("%(n)d of %(limit)d used") % {
            "n": course.join_count,
            "limit": course.join_limit,
        }
    if course.join_expires_at is None:
        return used
    until = times.near_day(course.join_expires_at, zone=zone_of(course), now=now)
    return gettext("On until %(day)s · %(used)s") % {"day": until, "used": used}


def board_page(course: Course, *, now: datetime) -> BoardPage:
    people = ((gettext("People"), course_url("members", course)),)
    return BoardPage(course.name, (*crumbs_to(course), *people), join_code(course, now=now))
