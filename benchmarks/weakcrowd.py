"""Many finished sittings in a database, for measuring what reading them costs.

Modules of the product are imported late, as in benchmarks.site.
"""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Any
from uuid import UUID

import numpy as np

LENGTH = 65
_BATCH = 5000


def fill_bank(exam: Any, count: int) -> list[Any]:
    """Copy questions until an exam has `count` to draw from; return what each is asked as."""
    from questions.models import Question, QuestionVersion

    live = list(Question.objects.pool(exam).select_related("current_version"))
    copies, versions = [], []
    for number in range(max(0, count - len(live))):
        like = live[number % len(live)]
        copies.append(
            Question(
                **{
                    name: getattr(like, name)
                    for name in ("exam", "topic", "type", "level", "stem", "words", "shingles")
                },
                ref=f"copy-{number}",
            )
        )
    Question.objects.bulk_create(copies)
    for number, copy in enumerate(copies):
        version = live[number % len(live)].current_version
        names = ("number", "type", "level", "content", "html", "key", "content_hash", "key_hash")
        versions.append(
            QuestionVersion(question=copy, **{name: getattr(version, name) for name in names})
        )
    QuestionVersion.objects.bulk_create(versions)
    for copy, version in zip(copies, versions, strict=True):
        copy.current_version, copy.status = version, "published"
    Question.objects.bulk_update(copies, ["current_version", "status"])
    return list(Question.objects.pool(exam).select_related("current_version").order_by("pk"))


def sit_all(exam: Any, asked: Sequence[Any], responses: int, *, seed: int) -> int:
    """Let people sit forms of chance until there are so many responses; return the people."""
    rng = np.random.default_rng(seed)
    people = -(-responses // LENGTH)
    counts = np.minimum(LENGTH, responses - LENGTH * np.arange(people))
    ability = rng.normal(0.5, 0.9, people)
    difficulty = rng.normal(0, 0.9, len(asked))
    forms = []
    for person in range(people):
        items = rng.choice(len(asked), int(counts[person]), replace=False)
        chance = 0.2 + 0.8 / (1 + np.exp(difficulty[items] - ability[person]))
        forms.append(
            [(asked[item], bool(rng.random() < p)) for item, p in zip(items, chance, strict=True)]
        )
    _store(exam, forms, [_person() for _ in forms])
    return people


def sit_often(exam: Any, asked: Sequence[Any], *, seed: int) -> list[UUID]:
    """Let one person answer every question of `asked` once; return the sittings in order."""
    rng = np.random.default_rng(seed)
    order = [asked[place] for place in rng.permutation(len(asked))]
    forms = [
        [(question, bool(rng.random() < 0.7)) for question in some]
        for some in batched(order, LENGTH)
    ]
    return _store(exam, forms, [_person()] * len(forms))


def _person() -> Any:
    from examapp.accounts.models import User

    return User(email=f"{uuid.uuid4().hex}@example.com", password="!")


def _store(
    exam: Any, forms: Sequence[Sequence[tuple[Any, bool]]], people: Sequence[Any]
) -> list[UUID]:
    """Store a finished sitting of each form with its log and its score; return them in order."""
    from django.db import connection
    from django.utils import timezone

    from examapp.accounts.models import User
    from examapp.exams.models import ExamSession, Score, SessionItem

    User.objects.bulk_create({id(person): person for person in people}.values())
    began_at = timezone.now() - timedelta(days=len(forms) / 50)
    sessions = [
        _session(exam, person, began_at + timedelta(minutes=20 * number))
        for number, person in enumerate(people)
    ]
    ExamSession.objects.bulk_create(sessions, batch_size=_BATCH)
    rows = _items(exam, sessions, forms)
    for some in batched(rows, _BATCH):
        SessionItem.objects.bulk_create(some)
    Score.objects.bulk_create(
        Score(
            session=session, credit=sum(r for _, r in form), max_credit=65, scaled=700, is_pass=True
        )
        for session, form in zip(sessions, forms, strict=True)
    )
    with connection.cursor() as cursor:
        # As the exam room logs it: one save of each, and of every tenth another one before.
        cursor.execute(_LOG, [[session.pk for session in sessions]])
        cursor.execute("VACUUM ANALYZE")
    return [session.pk for session in sessions]


_LOG = """
INSERT INTO exams_answerevent
  (item_id, client, seq, response, flagged, struck, elapsed_ms, outcome, revision, received_at)
SELECT item.id, gen_random_uuid(), save, CASE save WHEN 2 THEN item.response ELSE '1' END,
  false, '{}', 20000, 'saved', save, item.answered_at
FROM exams_sessionitem item, generate_series(1, 2) save
WHERE item.session_id = ANY(%s) AND (save = 2 OR item.id %% 10 = 0)
"""


def _session(exam: Any, person: Any, started_at: datetime) -> Any:
    from examapp.exams.models import ExamSession

    return ExamSession(
        candidate=person,
        exam=exam,
        status="finished",
        started_at=started_at,
        deadline_at=started_at + timedelta(minutes=90),
        base_minutes=90,
        finished_at=started_at + timedelta(minutes=80),
        finish_reason="submitted",
        grading_policy=exam.grading_policy,
        raw_cut=exam.raw_cut,
        scale_min=exam.scale_min,
        scale_cut=exam.scale_cut,
        scale_max=exam.scale_max,
    )


def _items(exam: Any, sessions: Sequence[Any], forms: Sequence[Any]) -> Iterator[Any]:
    from examapp.exams.models import SessionItem

    for session, form in zip(sessions, forms, strict=True):
        for position, (question, is_right) in enumerate(form, 1):
            version = question.current_version
            yield SessionItem(
                session=session,
                position=position,
                version=version,
                keyed_by=version,
                topic_id=question.topic_id,
                shuffle=list(range(len(version.content["options"]))),
                is_scored=position <= exam.scored_count,
                response=_response(version, is_right),
                revision=2,
                elapsed_ms=60_000,
                answered_at=session.finished_at,
                credit=int(is_right),
            )


def _response(version: Any, is_right: bool) -> Any:
    right, count = version.key["right"], len(version.content["options"])
    if version.type == "multiple_choice":
        return right[0] if is_right else (right[0] + 1) % count
    if is_right:
        return right
    if version.type == "multiple_response":
        return [index for index in range(count) if index not in right]
    return right[1:] + right[:1]
