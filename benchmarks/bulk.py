"""What it costs to approve and publish many questions at once, and to undo it.

Run as `python -m benchmarks.bulk [COUNT]`; it makes a database of its own and leaves nothing. The
bar: 1,000 in 10 seconds of a worker.
"""

import os
import sys
import tempfile
import time
import warnings
from typing import Any

COUNT = 1_000


def main(count: int) -> None:
    warnings.filterwarnings("ignore", "No directory at")
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as home:
        for name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "DEBUG", "SECURE_SSL"):
            os.environ.pop(name, None)
        os.environ.update(
            EXAMAPP_HOME=home, DJANGO_SETTINGS_MODULE="examapp.settings", LOG_LEVEL="ERROR"
        )
        from examapp.runtime import postgres

        try:
            postgres.ensure()
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0)
            _measure(*_drafts_in_review(count))
        finally:
            postgres.stop()


def _drafts_in_review(count: int) -> tuple[Any, Any, list[int]]:
    """Return an exam with so many drafts in review, a reviewer, and their keys."""
    from dataclasses import replace

    from benchmarks.bank import _item, _make_bank
    from examapp.accounts.models import User
    from questions.items.content import data_of
    from questions.models import Draft, Exam, ExamRole, Question, Topic

    code, owner = _make_bank(0)
    exam = Exam.objects.get(code=code)
    Exam.objects.filter(pk=exam.pk).update(strictness="usual")
    reviewer = User.objects.create_user("reviewer@example.com", role="instructor")
    ExamRole.objects.create(user=reviewer, exam=exam, role="reviewer")
    import random

    dice = random.Random(1)
    topic = Topic.objects.select_related("task").first()
    assert topic is not None
    tags = {"topic": topic.slug, "task": topic.task.number}
    items = [replace(_item(dice, number * 10 + 1), **tags) for number in range(count)]
    questions = Question.objects.bulk_create(
        Question(exam=exam, ref=item.ref, topic=topic, status="in_review", stem=item.stem)
        for item in items
    )
    Draft.objects.bulk_create(
        Draft(question=question, item=data_of(item), stage="in_review", author=owner)
        for question, item in zip(questions, items, strict=True)
    )
    return exam, reviewer, [question.pk for question in questions]


def _measure(exam: Any, reviewer: Any, keys: list[int]) -> None:
    from questions.services import bulk_runs

    begun = bulk_runs.create(exam, action="approve_publish", questions=keys, by=reviewer)
    start, cpu = time.perf_counter(), time.process_time()
    done = bulk_runs.execute(begun.pk)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    # On a machine that does other work too, only the worker's CPU compares.
    print(
        f"approved and published {done.changed:,} of {len(keys):,} in {seconds:.1f} s, "
        f"{cpu:.1f} s of CPU"
    )
    for reason, refs in done.skipped.items():
        print(f"  left {len(refs)}: {reason}")
    undo = bulk_runs.create_undo(exam, done.batch, by=reviewer)
    start = time.perf_counter()
    undone = bulk_runs.execute(undo.pk)
    print(f"undid {undone.changed:,} in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
