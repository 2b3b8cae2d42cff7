"""What a key correction costs: its dry run and the regrade of the sittings that it touches.

Run as `python -m benchmarks.regrade [SESSIONS]`; it makes a database of its own and leaves nothing.
"""

import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.site import running_site

if TYPE_CHECKING:
    from examapp.accounts.models import User
    from examapp.exams.models import SessionItem

SESSIONS = 1000
MOST_SECONDS = 10.0


def main(count: int) -> int:
    """Measure every policy; return 1 where a regrade took longer than it may."""
    with running_site():
        from examapp.exams.services import correct, regrade

        item, by = _sat(count)
        worst = 0.0
        for policy in ("new", "both", "drop", "everyone"):
            version = item.version
            key = ((version.key["right"][0] + 1) % len(version.content["options"]),)
            wanted = correct.CorrectionRequest(policy, "Wrong.", key, tuple(version.key["whys"]))
            with _timed(f"{policy}: dry run"):
                foresight = correct.preview(version, wanted)
            mark = correct.seen(version)
            correction = correct.correct(version, wanted, by=by, mark=mark)
            with _timed(f"{policy}: regrade of {foresight.finished}") as took:
                changed = regrade.apply(correction.pk)
            print(f"  {len(changed)} scores changed, {len(foresight.flips)} verdicts flipped")
            worst = max(worst, *took)
        print(f"slowest regrade of {count} sessions: {worst:.2f} s, at most {MOST_SECONDS:.0f} s")
        return int(worst > MOST_SECONDS)


@contextmanager
def _timed(name: str) -> Iterator[list[float]]:
    took: list[float] = []
    start = time.perf_counter()
    yield took
    took.append(time.perf_counter() - start)
    print(f"{name}: {took[0]:.2f} s")


def _sat(count: int) -> "tuple[SessionItem, User]":
    """Finish one sitting and copy it with answers that differ; return an item and who corrects."""
    from examapp.accounts.models import User
    from examapp.exams import services
    from examapp.exams.models import ExamSession, Score, SessionItem
    from questions.models import Exam

    exam = Exam.objects.earliest("pk")
    people = User.objects.bulk_create(
        User(email=f"regrade-{n}-{uuid.uuid4().hex[:8]}@example.com") for n in range(count)
    )
    first = services.finish(services.start(people[0], exam=exam).pk)
    items = list(first.items.select_related("version"))
    sessions = [first]
    for person in people[1:]:
        copy = ExamSession.objects.get(pk=first.pk)
        copy.pk, copy.candidate = uuid.uuid4(), person
        sessions.append(copy)
    ExamSession.objects.bulk_create(sessions[1:])
    copies = []
    for number, session in enumerate(sessions[1:]):
        for item in items:
            copy = SessionItem.objects.model(
                **{f.attname: getattr(item, f.attname) for f in item._meta.concrete_fields}
            )
            copy.pk, copy.session = None, session
            if copy.version_id and item.version.type == "multiple_choice":
                copy.response = number % len(copy.shuffle)
                copy.credit = int([copy.shuffle[copy.response]] == item.version.key["right"])
            copies.append(copy)
    SessionItem.objects.bulk_create(copies, batch_size=2000)
    old = first.scores.get()
    Score.objects.bulk_create(
        Score(
            session=session,
            credit=old.credit,
            max_credit=old.max_credit,
            scaled=old.scaled,
            is_pass=old.is_pass,
        )
        for session in sessions[1:]
    )
    scored = [i for i in items if i.is_scored and i.version.type == "multiple_choice"]
    return scored[0], User.objects.create_user("by@example.com", role="instructor")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SESSIONS))
