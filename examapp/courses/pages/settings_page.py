"""The settings of a course: who teaches it, its copy, its archive."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from examapp.courses.models import Course, CourseStaff, StaffRoles
from examapp.courses.pages.heads import CourseHead, course_url
from examapp.courses.pages.parts import Crumbs


@dataclass(frozen=True)
class StaffLine:
    """A colleague, with what may be done about them."""

    id: int
    name: str
    sub: str
    verbs: Crumbs = ()


@dataclass(frozen=True)
class SettingsPage:
    head: CourseHead
    staff: Sequence[StaffLine]
    staff_url: str
    copy_url: str
    archive_url: str
    is_archived: bool
    archive_words: str


def settings_page(course: Course, head: CourseHead, *, is_owner: bool) -> SettingsPage:
    rows = course.staff.select_related("user")
    return SettingsPage(
        head,
        [_line(row, is_owner=is_owner) for row in rows],
        course_url("staff", course),
        course_url("copy", course),
        course_url("archive_course", course),
        course.is_archived,
        _archive_words(course),
    )


def _line(row: CourseStaff, *, is_owner: bool) -> StaffLine:
    label = gettext("Owner") if row.is_owner else str(StaffRoles(row.role).label)
    verbs: list[tuple[str, str]] = []
    if is_owner and not row.is_owner:
        verbs = [("own", gettext("Make owner")), ("remove", gettext("Remove"))]
    return StaffLine(row.user_id, str(row.user), f"{label} · {row.user.email}", tuple(verbs))


def _archive_words(course: Course) -> str:
    if course.is_archived:
        return gettext("Nobody can join or start anything. Results can still be read.")
    return ngettext(
        "Nobody can join or start anything any more. Results stay for %(n)d day after that.",
        "Nobody can join or start anything any more. Results stay for %(n)d days after that.",
        course.retention_days,
    ) % {"n": course.retention_days}
