"""Which answers of a candidate count as evidence, from sittings and from practice."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import FloatField, Max, Q
from django.db.models.functions import Cast, JSONArray

from examapp.exams.models import ExamSession, SessionItem
from examapp.exams.scoring import DROP, EVERYONE
from examapp.practice.models import PracticeItem, Sureness
from examapp.reports.sheets import BankItem


class Given(NamedTuple):
    """A question as it was left; `credit` is that of an answer, or of a blank.

    Where the key was found wrong it does not `tell`, and was seen all the same.
    `at` is the end of its sitting, or when it was answered in practice, where `session` is None and
    `sureness` is what the candidate said before it was explained.
    """

    question: int
    item: BankItem
    credit: float
    session: UUID | None
    at: datetime
    is_blank: bool = False
    sureness: str = ""
    tells: bool = True


def evidence_of(
    candidate: int, exam: int, session: ExamSession | None = None
) -> tuple[list[Given], int]:
    """Return the answers that count, and how many questions of `session` were left blank.

    They are those of sittings that had ended with `session` and of practice before the next one;
    without a session those of today.
    """
    sat = list(_sat(candidate, exam, session))
    left = [given for given in sat if given.is_blank and given.tells]
    blank = sum(given.session == session.pk for given in left) if session else 0
    met = sorted([*sat, *_practised(candidate, exam, session)], key=lambda given: given.at)
    return counted(met), blank


def counted(met: Iterable[Given]) -> list[Given]:
    """Return what counts of all that a candidate met, oldest first.

    Of sittings the newest answer to a question counts. Practice explains at once, so an answer
    given there counts only where the question was never met before, and nothing after it does.
    """
    answers: dict[int, Given] = {}
    seen: set[int] = set()
    explained: set[int] = set()
    for given in met:
        is_practised = given.session is None
        is_told = given.question in (seen if is_practised else explained)
        if not is_told and not given.is_blank and given.tells:
            answers[given.question] = given
        seen.add(given.question)
        if is_practised:
            explained.add(given.question)
    return list(answers.values())


def guessed(answers: Iterable[Given]) -> Counter[int]:
    """Count by topic the right answers that were guesses by the candidate's own word."""
    return Counter(
        given.item.topic
        for given in answers
        if given.sureness == Sureness.GUESS and given.credit == 1
    )


def _sat(candidate: int, exam: int, session: ExamSession | None) -> Iterable[Given]:
    items = SessionItem.objects.filter(
        session__candidate=candidate, session__exam=exam, session__finished_at__isnull=False
    )
    if session:
        items = items.filter(session__finished_at__lte=session.finished_at)
    item = JSONArray(
        *("version__question", "version", "topic", "version__type", "version__level"),
        *(Cast("credit", FloatField()), Q(response__isnull=True), "correction__policy"),
    )
    # One row a sitting: rows cost more than what is in them.
    sittings = (
        items.values("session")
        .annotate(ended_at=Max("session__finished_at"), listed=JSONBAgg(item, order_by="position"))
        .order_by("ended_at")
        .values_list("session", "ended_at", "listed")
    )
    for pk, ended_at, listed in sittings:
        for question, version, topic, kind, level, credit, is_blank, policy in listed:
            asked = BankItem(version, topic, kind, level)
            tells = policy not in (DROP, EVERYONE)
            yield Given(question, asked, credit or 0.0, pk, ended_at, is_blank, tells=tells)


def _practised(candidate: int, exam: int, session: ExamSession | None) -> Iterable[Given]:
    items = PracticeItem.objects.answered().filter(set__candidate=candidate, set__exam=exam)
    fields = (
        *("version__question", "version", "topic", "version__type", "version__level"),
        *("credit", "answered_at", "sureness", "pk"),
    )
    rows = list(items.order_by("answered_at").values_list(*fields))
    if session:
        until = _next_end(candidate, exam, session) if rows else None
        rows = [row for row in rows if until is None or row[6] < until]
    # Most candidates have nothing to ask about: each statement takes as long as all arithmetic.
    own = items.telling().order_by().values_list("pk", flat=True)
    telling = set(own) if rows else frozenset()
    for question, version, topic, kind, level, credit, at, sureness, pk in rows:
        item = BankItem(version, topic, kind, level)
        tells = pk in telling
        yield Given(question, item, float(credit), None, at, sureness=sureness, tells=tells)


def _next_end(candidate: int, exam: int, session: ExamSession) -> datetime | None:
    """Return when the sitting after `session` ended, if there is one."""
    later = ExamSession.objects.filter(
        candidate=candidate, exam=exam, finished_at__gt=session.finished_at
    )
    return later.order_by("finished_at").values_list("finished_at", flat=True).first()
