"""Why something does not happen in a course, as facts with a name."""

from datetime import datetime

from django.utils.translation import gettext

from examapp.exams.models import ExamSession


class CourseError(Exception):
    """What a course refuses; each has its page's sentence."""


class LastOwner(CourseError):
    """A course keeps an owner: another one is named first."""


class CourseArchived(CourseError):
    """Nothing is added to a course that is archived."""


class CodeUnknown(CourseError):
    """No course has this code now: it was mistyped, rotated, or has expired."""


class CodeFull(CourseError):
    """As many have joined by this code as may."""


class NotAMember(CourseError):
    """The person is not in the course, or not in it any more."""


class NotGiven(CourseError):
    """The assignment is not published, or is not given to this member."""


class NotOpenYet(CourseError):
    def __init__(self, opens_at: datetime | None) -> None:
        super().__init__(gettext("The assignment has not opened yet."))
        self.opens_at = opens_at


class Closed(CourseError):
    def __init__(self, closes_at: datetime | None) -> None:
        super().__init__(gettext("The assignment has closed."))
        self.closes_at = closes_at


class Excused(CourseError):
    """The member is excused from the assignment."""


class AttemptsUsed(CourseError):
    """Every attempt that the member has was taken."""


class CodeWrong(CourseError):
    """The access code is wrong; `left` tries are left."""

    def __init__(self, left: int) -> None:
        super().__init__(gettext("The access code is wrong."))
        self.left = left


class CodeLocked(CourseError):
    """The access code was wrong too often; it may be tried again `until` then."""

    def __init__(self, until: datetime) -> None:
        super().__init__(gettext("The access code was wrong too often."))
        self.until = until


class InAnotherSitting(CourseError):
    """One sitting of an exam holds at a time; `session` is the one that is open."""

    def __init__(self, session: ExamSession) -> None:
        super().__init__(gettext("You are in another attempt at this exam."))
        self.session = session


class HasBegun(CourseError):
    """What an assignment asks cannot change once somebody has begun it."""


class AddressTaken(CourseError):
    """Another member of the course has this address."""


class NotesNotAgreed(CourseError):
    """The member has not agreed to notes about them."""


class NotReopened(CourseError):
    """Practice has no paper to go on with: another attempt is given in place of the ended one."""


class NotReady(CourseError):
    """An assignment cannot be published; the message says why."""
