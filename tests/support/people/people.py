"""People whose knowledge is known: they sit through the product's own routes, and all is kept.

A person knows a domain's questions with a chance; what they answered, and whether it was right, is
kept here as they did it, and is what their pages are held against.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from random import Random
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.test import Client
from django.urls import reverse

from examapp.accounts.models import Preferences, User
from examapp.exams import tasks as exam_tasks
from examapp.exams.models import ExamSession
from examapp.practice.models import PracticeSet
from examapp.reports import tasks as report_tasks
from examapp.study import tasks as study_tasks
from questions.models import Exam
from tests.practice.conftest import fields_of, right_of, wrong_of
from tests.support.builders import entry, make_user, right_response, wrong_response
from tests.support.sittings import let_time_pass

# Of a question, unless a person has a pace of their own; milliseconds.
USUAL_MS = 20_000
RAPID_MS = 400
# Minutes of an exam that are over when it is handed in; the exam has 30.
MINUTES, ALL_MINUTES = 12, 30
POSITIONS = range(1, 13)


@dataclass(frozen=True)
class Asked:
    """A question as it was put to a person, and what they did with it.

    `is_right` is None where it was not answered; `area` are the numbers of its domain and task and
    the title of its topic.
    """

    position: int
    question: int
    domain: int
    task: str
    topic: str
    is_scored: bool
    is_right: bool | None
    seconds: int

    @property
    def is_rapid(self) -> bool:
        return self.is_right is not None and 0 < self.seconds < 1


@dataclass(frozen=True)
class Sat:
    """A mock exam or a practice set that a person went through; `chances` were theirs by then."""

    pk: Any
    kind: Literal["exam", "practice"]
    title: str
    asked: tuple[Asked, ...]
    minutes: int
    is_expired: bool
    chances: Mapping[int, float]

    @property
    def answered(self) -> list[Asked]:
        return [each for each in self.asked if each.is_right is not None]

    @property
    def right(self) -> list[Asked]:
        return [each for each in self.asked if each.is_right]

    @property
    def missed(self) -> list[Asked]:
        return [each for each in self.asked if not each.is_right]


@dataclass
class Person:
    """Somebody with an account, their truth, and all they did, the oldest first."""

    name: str
    exam: Exam
    user: User = field(init=False)
    past: list[Sat] = field(default_factory=list)
    # By the length of the past: what pages tell of it, which must be the same on each.
    told: dict[tuple[int, str], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.user = make_user(name=self.name)
        self._zone = _zone_where_it_is_noon()
        Preferences.objects.create(user=self.user, time_zone=self._zone)
        self._random = Random(self.name)

    @cached_property
    def client(self) -> Client:
        client = Client()
        client.force_login(self.user)
        return client

    def now(self) -> datetime:
        """Return the moment as their pages show it."""
        return datetime.now(ZoneInfo(self._zone))

    @property
    def exams(self) -> list[Sat]:
        return [each for each in self.past if each.kind == "exam"]

    def knows(self, asked: Sequence[Any], chances: Mapping[int, float]) -> dict[int, bool]:
        """Return by position what is answered right: of each domain the share that is known.

        The share is drawn up or down to a whole number of questions, and which ones by chance.
        """
        known: dict[int, bool] = {}
        for number, chance in chances.items():
            inside = [item.position for item in asked if _domain_of(item) == number]
            count = int(chance * len(inside) + self._random.random())
            right = set(self._random.sample(inside, count))
            known |= {position: position in right for position in inside}
        return known

    def sit(
        self,
        chances: Mapping[int, float],
        *,
        answers: Sequence[int] = POSITIONS,
        milliseconds: int = USUAL_MS,
        minutes: int = MINUTES,
        expires: bool = False,
    ) -> Sat:
        """Take the next mock exam: start, answer in the room, hand in or let the time run out."""
        begun = self.client.post(reverse("exams:start", args=[self.exam.code]))
        session = ExamSession.objects.get(pk=begun.url.split("/")[2])
        items = list(
            session.items.select_related("version", "keyed_by", "topic__task__domain").order_by(
                "position"
            )
        )
        known = self.knows(items, chances)
        given = {
            item.position: (right_response if known[item.position] else wrong_response)(item)
            for item in items
            if item.position in answers
        }
        taken = {
            place: milliseconds + (place * 1000 if milliseconds > 1000 else 0) for place in given
        }
        rows = [entry(place, each, elapsed_ms=taken[place]) for place, each in given.items()]
        if rows:
            address = reverse("exams:answers", args=[session.pk])
            reply = self.client.post(address, rows, content_type="application/json")
            assert reply.json()["state"] == "open", reply.content
        let_time_pass(session, minutes=ALL_MINUTES + 1 if expires else minutes)
        if expires:
            assert exam_tasks.finish_overdue() == 1
        else:
            self.client.post(reverse("exams:finish", args=[session.pk]), {"pending": "[]"})
        report_tasks.compute(str(session.pk))
        study_tasks.take_up(str(session.pk))
        asked = tuple(
            _asked(
                item,
                known[item.position] if item.position in given else None,
                taken.get(item.position, 0) / 1000,
            )
            for item in items
        )
        spent = ALL_MINUTES if expires else minutes
        return self._keep(Sat(session.pk, "exam", session.title, asked, spent, expires, chances))

    def practice(self, chances: Mapping[int, float], *, length: int = 10) -> Sat:
        """Practice questions that nobody chose, each explained after its answer."""
        fields = {"length": length, "accept_fewer": "on", "scope": "new"}
        begun = self.client.post(reverse("practice:start", args=[self.exam.code]), fields)
        practiced = PracticeSet.objects.get(pk=begun.url.split("/")[2])
        items = list(
            practiced.items.select_related("version", "topic__task__domain").order_by("position")
        )
        known = self.knows(items, chances)
        for item in items:
            response = (right_of if known[item.position] else wrong_of)(item)
            address = reverse("practice:question", args=[practiced.pk, item.position])
            assert self.client.post(address, fields_of(item, response)).status_code == 302
        self.client.post(reverse("practice:end", args=[practiced.pk]))
        report_tasks.compute_practiced(str(practiced.pk))
        asked = tuple(_asked(item, known[item.position], 0) for item in items)
        return self._keep(Sat(practiced.pk, "practice", practiced.title, asked, 0, False, chances))

    def _keep(self, sat: Sat) -> Sat:
        self.past.append(sat)
        return sat


def _zone_where_it_is_noon() -> str:
    """Return a zone in which all that a person does is done on the same day."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def _domain_of(item: Any) -> int:
    number: int = item.topic.task.domain.number
    return number


def _asked(item: Any, is_right: bool | None, seconds: float) -> Asked:
    task = item.topic.task
    return Asked(
        *(item.position, item.version.question_id, task.domain.number, task.number),
        topic=item.topic.title,
        is_scored=getattr(item, "is_scored", True),
        is_right=is_right,
        seconds=seconds,
    )
