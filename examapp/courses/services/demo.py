"""A demo course: invented students with seeded sittings, so that a newcomer sees a class at once.

Everything of it is marked: the course, its people by their addresses, their sittings as trials, so
that statistics of questions leave them out.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from examapp.accounts.models import User
from examapp.courses import consent
from examapp.courses.models import Assignment, Attempt, Course, Membership
from examapp.courses.services import courses
from examapp.exams import services as exams
from examapp.exams.models import ExamForm, ExamSession, SessionItem
from examapp.exams.services.form_drawing import fixed
from examapp.exams.timing import Allowance
from questions.items.kinds.registry import kind_of
from questions.models import Exam

# No such domain can exist: nobody is written to.
DOMAIN = "demo.invalid"
NAMES = (
    *("Ana Silva", "Ben Okafor", "Clara Weiss", "David Kim", "Elif Demir"),
    *("Farah Haddad", "Gustav Lindqvist", "Hana Sato", "Ivan Petrov", "Julia Nowak"),
    *("Karim Benali", "Lena Vogel", "Marco Rossi", "Nadia Rahman", "Oskar Berg"),
    *("Priya Nair", "Quentin Moreau", "Rosa Jimenez", "Samuel Adeyemi", "Tara Murphy"),
    *("Umar Siddiqui", "Vera Horvat", "Wei Chen", "Ximena Torres", "Yusuf Kaya"),
    *("Zoe Papadaki", "Anton Maier", "Bea Kowalski", "Chidi Eze", "Dana Levy"),
)
# Right answers of 50 that count, one for each of 28 who sat the exam: 17 passed, the mean is 719.
RIGHT_OF_50 = (
    *(44, 43, 42, 42, 41, 41, 40, 40, 39, 39, 38, 38, 37, 36, 36, 36, 35),
    *(34, 33, 32, 32, 31, 31, 30, 29, 28, 27, 25),
)
# How often a domain's questions are missed beside the others', by its place in the exam.
HARDNESS = (0.7, 0.9, 1.5, 0.8, 1.4)
SEED = 20261130


class NothingToShow(Exception):
    """No exam here has a fixed mock exam that could be sat."""


def load(owner: User) -> Course:
    """Make the demo course, or return the one that is there; raises NothingToShow."""
    there = Course.objects.filter(is_demo=True).first()
    if there:
        return there
    for exam in Exam.objects.order_by("pk"):
        offered = ExamForm.objects.offered(exam)
        form = next((each for each in offered if not each.missing), None)
        if form:
            return _made(owner, exam, form)
    raise NothingToShow


@transaction.atomic
def _made(owner: User, exam: Exam, form: ExamForm) -> Course:
    rng, now = random.Random(SEED), timezone.now()
    course = courses.create(
        owner, name="Demo class", exams=[exam], zone="Europe/Berlin", is_demo=True
    )
    members = _members(course)
    mock = Assignment.objects.create(
        course=course,
        exam=exam,
        title=str(form),
        kind="fixed",
        form=form,
        opens_at=now - timedelta(days=7),
        closes_at=now - timedelta(hours=2),
        answers_release="after_close",
        explanations_release="after_close",
        published_at=now - timedelta(days=8),
        made_by=owner,
    )
    sat = rng.sample(members, len(RIGHT_OF_50))
    for member, right in zip(sat, RIGHT_OF_50, strict=True):
        _sit(member, mock, form, share=right / 50, rng=rng)
    Assignment.objects.create(
        course=course,
        exam=exam,
        title="Second mock exam",
        kind="mix_each",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=7),
        answers_release="after_close",
        explanations_release="after_close",
        published_at=now - timedelta(hours=1),
        made_by=owner,
    )
    return course


def _members(course: Course) -> list[Membership]:
    """Make the students; nobody can sign in as one of them."""
    locked, now = make_password(None), timezone.now()
    people = User.objects.bulk_create(
        User(
            email=f"{name.lower().replace(' ', '.')}@{DOMAIN}",
            name=name,
            password=locked,
        )
        for name in NAMES
    )
    return Membership.objects.bulk_create(
        Membership(
            course=course,
            user=person,
            email=person.email,
            name=person.name,
            external_id=f"demo-{number:02}",
            group="Monday" if number % 2 else "Tuesday",
            extra_minutes=30 if number % 10 == 0 else 0,
            state="active",
            wants_letters=False,
            consent_version=consent.CURRENT,
            consented_at=now,
            joined_at=now - timedelta(days=9),
        )
        for number, person in enumerate(people, 1)
    )


def _sit(
    member: Membership, mock: Assignment, form: ExamForm, *, share: float, rng: random.Random
) -> None:
    """Sit a mock exam with this share of what counts right, some days ago."""
    assert member.user
    session, _ = exams.begin(
        member.user,
        exam=mock.exam,
        drawn=fixed(form),
        allowance=Allowance(mock.exam.minutes, extra_minutes=member.extra_minutes),
    )
    Attempt.objects.create(assignment=mock, membership=member, number=1, session=session)
    _answer(session.pk, share, rng)
    exams.finish(session.pk)
    begun = timedelta(days=rng.uniform(1, 6))
    taken = session.base_minutes * rng.uniform(0.55, 0.98)
    ExamSession.objects.filter(pk=session.pk).update(
        is_trial=True,
        started_at=F("started_at") - begun,
        deadline_at=F("deadline_at") - begun,
        finished_at=F("started_at") - begun + timedelta(minutes=taken),
    )


def _answer(session_id: UUID, share: float, rng: random.Random) -> None:
    """Write answers of which this share of those that count is right."""
    items = list(
        SessionItem.objects.filter(session=session_id).select_related(
            "version", "keyed_by", "topic__task__domain"
        )
    )
    counted = [item for item in items if item.is_scored]
    wrong = _missed(counted, len(counted) - round(share * len(counted)), rng)
    for item in items:
        is_wrong = item.pk in wrong or (not item.is_scored and rng.random() > share)
        item.response = _response(item, is_wrong=is_wrong)
        item.revision, item.elapsed_ms = 1, int(rng.uniform(25, 95) * 1000)
        item.flagged = rng.random() < 0.1
        item.answered_at = timezone.now()
    SessionItem.objects.bulk_update(
        items, ["response", "revision", "elapsed_ms", "flagged", "answered_at"]
    )


def _missed(items: Sequence[SessionItem], count: int, rng: random.Random) -> set[int]:
    """Choose which questions are missed, those of hard domains more often."""
    numbers = sorted({item.topic.task.domain.number for item in items})
    hardness = dict(zip(numbers, HARDNESS * len(numbers), strict=False))
    draws: Mapping[int, float] = {
        item.pk: rng.random() ** (1 / hardness[item.topic.task.domain.number]) for item in items
    }
    return set(sorted(draws, key=lambda pk: draws[pk], reverse=True)[:count])


def _response(item: SessionItem, *, is_wrong: bool) -> int | list[int]:
    """Return the right response as the student saw it, or one that earns nothing."""
    place = {authored: shown for shown, authored in enumerate(item.shuffle)}
    right = [place[index] for index in item.keyed_by.key["right"]]
    if is_wrong:
        size = len(item.shuffle)
        after = ((right[0] + step) % size for step in range(1, size))
        other = next((index for index in after if index not in right), None)
        right = [*right[1:], right[0]] if other is None else [other, *right[1:]]
    kind = kind_of(item.version.type)
    answer = sorted(right) if kind.is_choice else right
    return answer[0] if kind.is_single else answer


@transaction.atomic
def remove() -> int:
    """Delete the demo course with its people and all that they did; return how many people."""
    course = Course.objects.filter(is_demo=True)
    people = User.objects.filter(email__endswith=f"@{DOMAIN}")
    ids = list(people.values_list("pk", flat=True))
    course.delete()
    ExamSession.objects.filter(candidate__in=ids).delete()
    people.delete()
    return len(ids)
