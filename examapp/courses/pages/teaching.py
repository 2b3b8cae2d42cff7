"""Which topics to teach next, and who needs practice on them.

A topic's gain is what the class's mean score would rise by if GOAL of the answers in it were right:
its share of the exam's credit times what is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from examapp.courses.changes import FEWEST
from examapp.courses.models import Assignment
from examapp.courses.pages import words
from examapp.courses.pages.assignment_lines import address
from examapp.courses.pages.range_bars import ClassShare
from examapp.courses.pages.taken import Taken, TaskArea, Tried

GOAL = 0.8
TOPICS = 3
# A person needs practice on a topic with at most this share right.
HALF = 0.5


@dataclass(frozen=True)
class Gap:
    """A topic with what the class would gain by it, in points, and who has half or less."""

    task: TaskArea
    share: float
    points: int
    people: Sequence[Tried]


@dataclass(frozen=True)
class TeachTopic:
    title: str
    text: str
    gain: str
    url: str


@dataclass(frozen=True)
class Teach:
    heading: str
    lead: str
    topics: Sequence[TeachTopic] = ()
    button: str = ""
    url: str = ""


def gaps(taken: Taken, known: dict[int, ClassShare]) -> list[Gap]:
    """Return the topics by what the class would gain, the largest gain first.

    Args:
        known: what is known of the class by task; a task that is not there was not asked.
    """
    overall = mean(person.right / person.of for person in taken.people if person.of)
    found = []
    for task in taken.tasks:
        share = known.get(task.pk)
        if share is None or share.mean >= GOAL:
            continue
        raised = min(1.0, overall + task.weight * (GOAL - share.mean))
        points = taken.scale.scaled(raised) - taken.scale.scaled(overall)
        found.append(Gap(task, share.mean, points, needing(taken, task.pk)))
    return sorted(found, key=lambda gap: -gap.points)


def needing(taken: Taken, task: int) -> list[Tried]:
    """Return the people with half or less right in a task, who were asked in it."""
    asked = [(person, taken.in_task(person, task)) for person in taken.people]
    return [person for person, count in asked if count.of and count.share <= HALF]


def teach(assignment: Assignment, taken: Taken, found: Sequence[Gap]) -> Teach:
    """Say which topics to teach, at most TOPICS, or why that cannot be said."""
    if len(taken.people) < FEWEST:
        return Teach(
            gettext("What to teach next"),
            words.too_few(FEWEST),
        )
    first = [gap for gap in found[:TOPICS] if gap.points > 0]
    if not first:
        return Teach(
            gettext("What to teach next"), gettext("The class has 8 of 10 right in every topic.")
        )
    n = len({person.member for gap in first for person in gap.people})
    goal = taken.mean_score + sum(gap.points for gap in first)
    return Teach(
        heading=ngettext("Teach this topic", "Teach these %(n)d topics", len(first))
        % {"n": len(first)},
        lead=gettext(
            "With 8 of 10 right there, the average score goes from %(now)d to about %(then)d."
        )
        % {"now": taken.mean_score, "then": min(goal, taken.scale.high)},
        topics=[_topic(assignment, gap) for gap in first],
        button=ngettext("Give practice to this person", "Give practice to these %(n)d people", n)
        % {"n": n},
        url=address("teach", assignment),
    )


def _topic(assignment: Assignment, gap: Gap) -> TeachTopic:
    n = len(gap.people)
    text = ngettext(
        "%(share)d %% right. %(n)d person at half or less.",
        "%(share)d %% right. %(n)d people at half or less.",
        n,
    ) % {"share": round(100 * gap.share), "n": n}
    gain = ngettext("+%(n)d point", "+%(n)d points", gap.points) % {"n": gap.points}
    url = reverse("courses:domain", args=[assignment.course_id, assignment.pk, gap.task.domain])
    return TeachTopic(f"{gap.task.number} {gap.task.title}", text, gain, url)
