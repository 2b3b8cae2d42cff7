"""What is true of a person: counts of their own answers, and what they know."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.support.people.people import Asked, Person, Sat

# Of the exam: its domains' shares of the questions that count, and what passes.
WEIGHTS = {1: 0.6, 2: 0.4}
SCORED, CUT = 10, 0.7
# Answers below which an area has no verdict, and the exam no chance to pass.
FEW, ENOUGH = 4, 20


@dataclass(frozen=True)
class Count:
    """How many questions were answered, and how many of them right."""

    right: int
    answered: int

    @property
    def share(self) -> float:
        return self.right / self.answered if self.answered else 0.0


def count(asked: Iterable[Asked]) -> Count:
    answered = [each for each in asked if each.is_right is not None]
    return Count(sum(bool(each.is_right) for each in answered), len(answered))


def newest_answers(past: Sequence[Sat]) -> list[Asked]:
    """Return the newest answer to each question, as the map of topics counts them."""
    newest = {each.question: each for sat in past for each in sat.answered}
    return list(newest.values())


def evidence(past: Sequence[Sat]) -> list[Asked]:
    """Return the answers that a report may rest on.

    Not what came faster than reading, nor what practice had explained or shown before.
    """
    counted: dict[int, Asked] = {}
    seen: set[int] = set()
    explained: set[int] = set()
    for sat in past:
        is_practice = sat.kind == "practice"
        for each in sat.asked:
            is_known = each.question in (seen if is_practice else explained)
            if each.is_right is not None and not each.is_rapid and not is_known:
                counted[each.question] = each
            seen.add(each.question)
            if is_practice:
                explained.add(each.question)
    return list(counted.values())


@dataclass
class Truth:
    """All that is true of a person up to the end of a sitting, or by now."""

    person: Person
    past: list[Sat]
    # Ranges that a page told, with what they should hold: what of, lowest, truth, highest.
    ranges: list[tuple[str, float, float, float]] = field(default_factory=list)

    @property
    def sat(self) -> Sat:
        return self.past[-1]

    @property
    def chances(self) -> dict[int, float]:
        return dict(self.sat.chances)

    @property
    def share(self) -> float:
        """The share of the whole exam that the person knows."""
        return sum(WEIGHTS[number] * chance for number, chance in self.chances.items())

    def known_of(self, area: str) -> float:
        """The share known of a domain, task or topic, by its number."""
        return self.chances[int(re.search(r"\d", area)[0])]

    def evidence_in(self, area: str) -> Count:
        return count(each for each in evidence(self.past) if is_in(each, area))

    def map_in(self, area: str) -> Count:
        return count(each for each in newest_answers(self.past) if is_in(each, area))

    @property
    def passes(self) -> float:
        """The chance to pass a fresh exam as exams were taken so far."""
        left = 0.0
        if self.sat.kind == "exam":
            left = 1 - len(self.sat.answered) / len(self.sat.asked)
        return chance_to_pass({n: chance * (1 - left) for n, chance in self.chances.items()})


def is_in(asked: Asked, area: str) -> bool:
    """Tell whether a question lies in an area: a domain's or task's number, or a topic's title."""
    return area in (str(asked.domain), asked.task, asked.topic)


def chance_to_pass(chances: dict[int, float]) -> float:
    """Return how often so many of the questions that count are right that the exam is passed."""
    sizes = {number: round(SCORED * weight) for number, weight in WEIGHTS.items()}
    totals = [1.0]
    for number, size in sizes.items():
        for _ in range(size):
            chance = chances[number]
            totals = [
                (totals[n] * (1 - chance) if n < len(totals) else 0)
                + (totals[n - 1] * chance if n else 0)
                for n in range(len(totals) + 1)
            ]
    return sum(totals[round(SCORED * CUT) :])
