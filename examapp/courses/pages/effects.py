"""What practice was given on an assignment's results, and how far it is."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext

from examapp.courses.models import Assignment
from examapp.courses.pages.assignment_lines import line
from examapp.courses.pages.results import Effect
from examapp.courses.pages.standing import standings


def effect(assignment: Assignment, *, now: datetime) -> Effect | None:
    """Return the practice that follows an assignment; None where none was given."""
    following = [
        each
        for each in standings([assignment.course])
        if each.assignment.follows_id == assignment.pk
    ]
    if not following:
        return None
    done: Sequence[int] = [each.done for each in following]
    sentence = (
        gettext("Whether it helped shows in the next mock exam of these people.")
        if sum(done)
        else gettext("Nobody has done it yet.")
    )
    return Effect(
        gettext("Practice given on these results"),
        sentence,
        [line(each, now=now) for each in following],
    )
