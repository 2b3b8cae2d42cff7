"""The class: courses, their people, what they are given, and what came of it."""

from examapp.courses.models.assignments import (
    PARTS,
    Assignment,
    AssignmentKinds,
    Counts,
    LatePolicies,
    Override,
    Recipient,
    Releases,
)
from examapp.courses.models.attempts import Attempt, CodeTry, ExtraSources
from examapp.courses.models.courses import Course, CourseEntry, CourseStaff, StaffRoles
from examapp.courses.models.letters import OF_THE_COURSE, Letter, LetterKinds, Refusal
from examapp.courses.models.members import LetterStates, Membership, MemberStates
from examapp.courses.models.remarks import NOTE_LENGTH, QuestionToDiscuss, StaffNote

__all__ = [
    "NOTE_LENGTH",
    "OF_THE_COURSE",
    "PARTS",
    "Assignment",
    "AssignmentKinds",
    "Attempt",
    "CodeTry",
    "Counts",
    "Course",
    "CourseEntry",
    "CourseStaff",
    "ExtraSources",
    "LatePolicies",
    "Letter",
    "LetterKinds",
    "LetterStates",
    "MemberStates",
    "Membership",
    "Override",
    "QuestionToDiscuss",
    "Recipient",
    "Refusal",
    "Releases",
    "StaffNote",
    "StaffRoles",
]
