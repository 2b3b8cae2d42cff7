"""How the real exam went, as people tell it once it is over."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from examapp.accounts.models import User
from examapp.exams.models import ToldOutcomes, ToldResult
from questions.models import Exam

# Answers from which on the figures are shown.
ENOUGH = 30


@transaction.atomic
def tell(
    candidate: User,
    exam: Exam,
    *,
    exam_day: date,
    outcome: str,
    score: int | None = None,
    chance_percent: int | None = None,
) -> ToldResult:
    """Keep what a person tells about a day; a second answer changes nothing."""
    return ToldResult.objects.get_or_create(
        candidate=candidate,
        exam=exam,
        exam_day=exam_day,
        defaults={"outcome": outcome, "score": score, "chance_percent": chance_percent},
    )[0]


@dataclass(frozen=True)
class ToldBand:
    """Of those who were told about this chance (per cent), how many passed."""

    percent: int
    passed: int
    of: int


def told_bands() -> list[ToldBand]:
    """Return what came of the chances that were told, in steps of ten per cent.

    Empty before ENOUGH people have said whether they passed.
    """
    said = ToldResult.objects.exclude(outcome=ToldOutcomes.UNSAID)
    rows = said.filter(chance_percent__isnull=False).values_list("chance_percent", "outcome")
    bands: dict[int, list[bool]] = defaultdict(list)
    for percent, outcome in rows:
        assert percent is not None
        bands[min(100, (percent + 5) // 10 * 10)].append(outcome == ToldOutcomes.PASSED)
    if sum(map(len, bands.values())) < ENOUGH:
        return []
    return [ToldBand(percent, sum(went), len(went)) for percent, went in sorted(bands.items())]
