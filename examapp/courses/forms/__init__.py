"""What people fill in on the pages of a course."""

from examapp.courses.forms.assignments import AssignmentForm, TeachForm
from examapp.courses.forms.courses import CopyForm, CourseForm, CourseSettingsForm, StaffForm
from examapp.courses.forms.given import GivenForm, PracticeForm
from examapp.courses.forms.members import (
    JoinForm,
    LettersForm,
    MemberForm,
    NoteForm,
    RosterForm,
    StartForm,
)

__all__ = [
    "AssignmentForm",
    "CopyForm",
    "CourseForm",
    "CourseSettingsForm",
    "GivenForm",
    "JoinForm",
    "LettersForm",
    "MemberForm",
    "NoteForm",
    "PracticeForm",
    "RosterForm",
    "StaffForm",
    "StartForm",
    "TeachForm",
]
