"""The start of a set: its questions, each pinned in an order of options of its own."""

import random
import secrets
from collections.abc import Sequence

import structlog
from django.db import transaction
from django.db.models.expressions import CombinedExpression
from django.utils.translation import gettext, ngettext

from examapp.accounts.models import Accommodation, User
from examapp.exams import timing
from examapp.exams.models import StatementTimestamp
from examapp.exams.open_exam import refuse_during_exam
from examapp.exams.services.free_questions import free_questions
from examapp.practice.models import PracticeItem, PracticeSet
from examapp.practice.services.answer import end
from examapp.practice.services.draw import Choice, Scope, draw
from examapp.practice.services.errors import NothingToPractice
from questions.models import Domain, Exam, Question, Task, Topic

logger = structlog.get_logger(__name__)

# A set says what it is of in so many areas; the rest is counted.
NAMED = 2


def start(candidate: User, *, exam: Exam, choice: Choice) -> PracticeSet:
    """Start a set; one of the exam that is open ends.

    Raises ExamRunning, and NothingToPractice before anything is written.
    """
    refuse_during_exam(candidate)
    questions = draw(candidate, exam, choice)
    return _started(
        candidate,
        exam,
        questions,
        _title(exam, choice),
        explains_at_end=choice.explains_at_end,
        is_check=choice.is_check,
    )


def start_on(candidate: User, *, exam: Exam, questions: Sequence[int], title: str) -> PracticeSet:
    """Start a set of exactly these questions, by key, in their order; an open one ends.

    Raises ExamRunning, and NothingToPractice where one is not free for this candidate.
    """
    refuse_during_exam(candidate)
    free = free_questions(candidate, exam).select_related("topic", "current_version")
    found = free.defer("current_version__key", "current_version__html").in_bulk(questions)
    if not questions or len(found) < len(set(questions)):
        raise NothingToPractice(gettext("There is nothing to practice here right now."))
    return _started(candidate, exam, [found[key] for key in questions], title)


def _started(
    candidate: User,
    exam: Exam,
    questions: list[Question],
    title: str,
    *,
    explains_at_end: bool = False,
    is_check: bool = False,
) -> PracticeSet:
    """Write a set, and end the one that is open."""
    with transaction.atomic():
        # Two starts at once follow each other, and the second ends the first.
        User.objects.select_for_update(no_key=True).get(pk=candidate.pk)
        for open_set in PracticeSet.objects.of(candidate).open().filter(exam=exam):
            end(open_set.pk)
        started = PracticeSet.objects.create(
            candidate=candidate,
            exam=exam,
            title=title[:300],
            grading_policy=exam.grading_policy,
            started_at=StatementTimestamp(),
            explains_at_end=explains_at_end,
            is_check=is_check,
            deadline_at=None
            if is_check or not explains_at_end
            else _deadline(candidate, exam, len(questions)),
        )
        _write_items(started, questions)
    logger.info("practice_started", set=started.pk, user=candidate.pk)
    return started


def _deadline(candidate: User, exam: Exam, count: int) -> CombinedExpression:
    """Return when a set by the clock ends: as much time a question as the exam gives, and gave."""
    extra = Accommodation.objects.filter(user=candidate).first() or Accommodation()
    allowed = timing.allowed(
        exam.minutes, factor=extra.time_factor, extra_minutes=extra.extra_minutes
    )
    return StatementTimestamp() + allowed * count / exam.item_count


def _write_items(started: PracticeSet, questions: list[Question]) -> None:
    rng = random.Random(secrets.randbits(128))
    items = []
    for position, question in enumerate(questions, 1):
        version = question.live_version
        items.append(
            PracticeItem(
                set=started,
                position=position,
                version=version,
                topic=question.topic,
                shuffle=version.shuffle(rng),
            )
        )
    PracticeItem.objects.bulk_create(items)


def _title(exam: Exam, choice: Choice) -> str:
    """Return in words what was chosen."""
    if choice.is_check:
        return gettext("Check")
    areas = [
        *Domain.objects.filter(exam=exam, pk__in=choice.domains),
        *Task.objects.filter(domain__exam=exam, pk__in=choice.tasks),
        *Topic.objects.filter(task__domain__exam=exam, pk__in=choice.topics),
    ]
    named = ", ".join(map(str, areas[:NAMED]))
    if len(areas) > NAMED:
        more = len(areas) - NAMED
        said = ngettext("%(areas)s and %(more)d more", "%(areas)s and %(more)d more", more)
        named = said % {"areas": named, "more": more}
    titles = {
        Scope.NEW: gettext("New questions"),
        Scope.MISSED: gettext("What you missed"),
        Scope.SAVED: gettext("Saved questions"),
    }
    if choice.scope == Scope.ALL:
        return (named or gettext("All topics"))[:300]
    return f"{titles[choice.scope]}: {named}"[:300] if named else titles[choice.scope]
