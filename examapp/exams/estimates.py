"""What pages of a sitting show of a person's estimate, whoever works it out.

Apps above register in `hooks.estimates`, which keeps these pages apart from how reports are made.
"""

from dataclasses import dataclass
from typing import Literal

from examapp.web.figures import LikelyRange, Odds


@dataclass(frozen=True)
class DomainEstimate:
    """Where a person likely stands in a domain, and on which side of the pass mark.

    `range` is None where nothing was answered. `open` where the side is not decided, `too_few`
    where the answers are too few to say.
    """

    range: LikelyRange | None
    verdict: Literal["above", "below", "open", "too_few"]


@dataclass(frozen=True)
class StudyFirst:
    """The one domain to study first, what it is worth in the exam, and where to begin."""

    number: int
    title: str
    questions: int
    topic: str = ""
    note_url: str = ""


@dataclass(frozen=True)
class SittingEstimate:
    """A person's estimate as a result shows it; `odds` is None from too few answers.

    `domains` is by number. It rests on `answers`, from `exams` mock exams, `practiced` of them
    from practice.
    """

    odds: Odds | None
    domains: dict[int, DomainEstimate]
    study: StudyFirst | None
    answers: int
    exams: int
    practiced: int
