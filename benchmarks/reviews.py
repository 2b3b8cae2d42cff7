"""What reviews cost a person with a long past: their queue, beside that of one with a short past.

Run as `python -m benchmarks.reviews [CARDS ROWS]`; it makes a database of its own and leaves
nothing. Most of the cards are of facts that the bank no longer asks, as after years of changes.
"""

import statistics
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from benchmarks.site import running_database

if TYPE_CHECKING:
    from examapp.accounts.models import User

CARDS, ROWS = 5_000, 50_000
FEW = 50
ROUNDS = 15
# How many times longer a page may take with all of that.
MOST_RATIO = 1.5


def main(cards: int, rows: int) -> int:
    """Measure both people in turn; return 1 where the long past makes a page slower."""
    with running_database():
        from django.core.cache import cache
        from django.db import connection
        from django.test import Client
        from django.urls import reverse

        from questions.models import Exam

        exam = Exam.objects.earliest("pk")
        people = {"few": _person(FEW, 10 * FEW), "many": _person(cards, rows)}
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE study_card, study_cardevent")
        took: dict[str, list[float]] = {name: [] for name in people}
        for _ in range(ROUNDS):
            for name, person in people.items():
                cache.clear()
                client = Client(headers={"host": "localhost"})
                client.force_login(person)
                start = time.perf_counter()
                page = client.get(reverse("study:review", args=[exam.code]))
                took[name].append(time.perf_counter() - start)
                assert b'name="asked"' in page.content, page.status_code
    median = {name: statistics.median(times) for name, times in took.items()}
    ratio = median["many"] / median["few"]
    for name, count in (("few", FEW), ("many", cards)):
        print(f"queue of {count} cards: {1000 * median[name]:.1f} ms")
    print(f"ratio {ratio:.2f}, at most {MOST_RATIO}")
    return int(ratio > MOST_RATIO)


def _person(cards: int, rows: int) -> "User":
    """Return a person with so many cards, a tenth of them due, and rows of their log."""
    from django.utils import timezone

    from examapp.accounts.models import User
    from examapp.study.models import Card, CardEvent
    from questions.models import Question

    today = timezone.localdate()
    person = User.objects.create_user(f"{cards}@example.com", None)
    questions = list(Question.objects.published().filter(is_sample=False))
    made = Card.objects.bulk_create(
        Card(
            candidate=person,
            exam=questions[0].exam,
            question=questions[n // 5],
            fact=f"GONE-{n}" if n % 5 else "",
            stability=5.0,
            difficulty=5.0,
            last_on=today - timedelta(days=9),
            due_on=today + timedelta(days=n % 10),
        )
        for n in range(min(cards, 5 * len(questions)))
    )
    CardEvent.objects.bulk_create(
        (
            CardEvent(
                card=made[n % len(made)],
                kind="answered",
                source="review",
                rating=3,
                version_id=questions[n % len(questions)].current_version_id,
                shuffle=[0, 1, 2, 3],
                response=0,
                day=today - timedelta(days=9 + n // len(made)),
                at=timezone.now() - timedelta(days=9 + n // len(made)),
            )
            for n in range(rows)
        ),
        batch_size=5_000,
    )
    return person


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])) if sys.argv[1:] else main(CARDS, ROWS))
