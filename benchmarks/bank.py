"""What the bank's pages cost at 50,000 questions: server time and statements of each.

`python` is the part of it that the web process computes; the rest it waits, for the database, and
on a busy machine for its turn. Run as `python -m benchmarks.bank [COUNT]`; it makes a database of
its own and leaves nothing.
"""

import os
import random
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from typing import Any

COUNT = 50_000
ROUNDS = 15
BATCH = 2_000
SUBJECTS = (
    *("bakery", "museum", "hospital", "insurer", "city", "farm", "bank", "school", "airline"),
    *("publisher", "clinic", "harbour", "brewery", "library", "laboratory", "hotel", "theatre"),
)
WORDS = (
    *("regression", "clustering", "embedding", "token", "prompt", "guardrail", "bias", "variance"),
    *("recall", "precision", "inference", "endpoint", "drift", "label", "corpus", "agent", "model"),
    *("latency", "throughput", "encryption", "policy", "lineage", "audit", "region", "retention"),
    *("batch", "stream", "forecast", "anomaly", "vision", "speech", "translation", "summary"),
)


def main(count: int) -> None:
    # Static files are found in their sources until they are collected.
    warnings.filterwarnings("ignore", "No directory at")
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as home:
        for name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "DEBUG", "SECURE_SSL"):
            os.environ.pop(name, None)
        os.environ.update(
            EXAMAPP_HOME=home, DJANGO_SETTINGS_MODULE="benchmarks.settings", LOG_LEVEL="ERROR"
        )
        from examapp.runtime import postgres

        try:
            postgres.ensure()
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0)
            code, owner = _make_bank(count)
            _measure(code, owner)
        finally:
            postgres.stop()


def _make_bank(count: int) -> tuple[str, Any]:
    """Make an exam with so many questions, most of them live; return its code and an owner."""
    from django.db import connection

    from examapp.accounts.models import User
    from questions.models import Domain, Exam, ExamRole, Question, QuestionVersion, Task, Topic
    from questions.services.search_columns import update_search_columns
    from questions.services.versions import next_version

    scale = {"scale_min": 100, "scale_cut": 700, "scale_max": 1000, "raw_cut": "0.7"}
    exam = Exam.objects.create(
        code="wide",
        title="A wide exam",
        minutes=90,
        scored_count=50,
        state="open",
        strictness="strict",
        **scale,
    )
    topics = []
    for number in range(1, 6):
        domain = Domain.objects.create(exam=exam, number=number, title=f"D{number}", weight=20)
        for part in range(1, 4):
            task = Task.objects.create(domain=domain, number=f"{number}.{part}", title="A task")
            topics += [
                Topic.objects.create(task=task, slug=f"t{place}", title=f"Topic {place}")
                for place in range(8)
            ]
    owner = User.objects.create_user("owner@example.com", role="instructor")
    ExamRole.objects.create(user=owner, exam=exam, role="owner")
    dice = random.Random(1)
    for start in range(0, count, BATCH):
        rows = range(start, min(start + BATCH, count))
        pairs = [(Question(exam=exam, ref=f"wide-{n}", topic=dice.choice(topics)), n) for n in rows]
        items = [_item(dice, number) for _, number in pairs]
        for (question, _), item in zip(pairs, items, strict=True):
            update_search_columns(question, item)
        questions = Question.objects.bulk_create(question for question, _ in pairs)
        live = [pair for pair in zip(questions, items, strict=True) if dice.random() < 0.9]
        versions = []
        for question, item in live:
            version = next_version(question, item)
            assert version is not None
            version.number = 1
            versions.append(version)
        for version in QuestionVersion.objects.bulk_create(versions):
            version.question.current_version, version.question.status = version, "published"
        Question.objects.bulk_update([q for q, _ in live], ["current_version", "status"])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return exam.code, owner


def _item(dice: random.Random, number: int) -> Any:
    from questions.items.item import LEVELS, Item, Option

    words = dice.sample(WORDS, 8)
    stem = (
        f"A {dice.choice(SUBJECTS)} with {dice.randint(10, 9000)} records wants {words[0]} and "
        f"{words[1]} without {words[2]}. Which choice fits {words[3]} best?"
    )
    options = tuple(
        Option(f"{word.title()} of {dice.choice(SUBJECTS)} data", f"It is for {word} alone here.")
        for word in words[4:]
    )
    kind = "ordering" if number % 10 == 0 else "multiple_choice"
    right = (0, 1, 2) if kind == "ordering" else (dice.randrange(4),)
    return Item(f"wide-{number}", kind, dice.choice(LEVELS), stem, options, right)


def _measure(code: str, owner: Any) -> None:
    from django.test import Client
    from django.urls import reverse

    from questions.models import Question
    from questions.services import drafts

    client = Client(SERVER_NAME="localhost")
    client.force_login(owner)
    bank = reverse("questions:bank", args=[code])
    topic = Question.objects.filter(exam__code=code).latest("pk").topic
    pages = {
        "first page": {},
        "last page": {"page": 100_000},
        "by reference": {"sort": "ref", "page": 500},
        "by place": {"sort": "place"},
        "one domain": {"place": "domain-3"},
        "one topic": {"place": f"topic-{topic.pk}"},
        "type and level": {"type": "ordering", "level": "recall"},
        "drafts": {"status": "draft"},
        "never asked": {"mark": "never_used"},
        "rare words": {"q": "bakery embedding guardrail drift"},
        "a common word": {"q": "fits"},
        "a reference": {"q": "wide-4711"},
    }
    print(f"{Question.objects.count():,} questions; milliseconds of server time\n")
    print(f"{'page':<24}{'median':>8}{'worst':>8}{'python':>8}{'statements':>12}")
    for name, query in pages.items():
        _row(name, lambda query=query: client.get(bank, query))
    draft = drafts.create(topic.task.domain.exam, by=owner, topic=topic)
    item = _item(random.Random(2), 1)
    data = {
        "type": item.type,
        "level": item.level,
        "topic": topic.pk,
        "stem": item.stem,
        "option_text": [option.text for option in item.options],
        "option_why": [option.why for option in item.options],
        "right": "0",
        "revision": 1,
    }
    for name in ("preview", "autosave"):
        where = reverse(f"questions:{name}", args=[code, draft.question.ref])
        _row(name, lambda where=where: client.post(where, data))


def _row(name: str, ask: Callable[[], Any]) -> None:
    from django.db import connection

    statements: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        statements.append(sql)
        return execute(sql, *more)

    with connection.execute_wrapper(note):
        assert ask().status_code == 200
    times, work = [], []
    for _ in range(ROUNDS):
        began, busy = time.perf_counter(), time.process_time()
        ask()
        times.append(1000 * (time.perf_counter() - began))
        work.append(1000 * (time.process_time() - busy))
    print(
        f"{name:<24}{statistics.median(times):>8.0f}{max(times):>8.0f}"
        f"{statistics.median(work):>8.0f}{len(statements):>12}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
