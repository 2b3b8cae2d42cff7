"""Which ideas a person takes for which: from the distractors that were chosen. Pure.

Each distractor says what it stands for, its `about`; the key's topic says what was asked. A person
who took two distractors of one idea for one topic likely mixes the two up, one who took one may
have slipped. A count is drawn toward the usual one (empirical Bayes for rates, the gamma-Poisson
shrinker of DuMouchel 1999, "Bayesian data mining in large frequency tables", eq. 4).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

# A pair is shown from so many choices on.
ENOUGH_CHOICES = 2
# What is assumed of a pair beside its own count: that it is chosen as often as others, as if so
# many choices had been expected.
PRIOR_CHOICES = 2.0

type Pair = tuple[str, str]


@dataclass(frozen=True)
class Confusion:
    """A pair of ideas that a person takes for one another.

    `about` was taken where `topic` was asked, in `count` of the `met` questions that offered it.
    `ratio` is how many times more often than usual that is, drawn toward 1 by how little is known.
    """

    about: str
    topic: str
    count: int
    met: int
    ratio: float


class Choice(NamedTuple):
    """An answered question: what its distractors are about, the key's topic, and what was chosen.

    `chosen` holds what the chosen distractors are about, nothing where the answer is right.
    """

    topic: str
    offered: tuple[str, ...]
    chosen: tuple[str, ...]


def confusions(choices: Iterable[Choice], *, rate: float = 0.12) -> list[Confusion]:
    """Return a person's confusions, from two choices on, the surest first.

    Two distractors of a question that are about the same count once; a distractor about the topic
    itself confuses nothing with anything. `rate` is the share of everybody's meetings with a pair
    that usually ends in its choice.
    """
    answered = list(choices)
    chosen = Counter(
        (about, each.topic)
        for each in answered
        if each.chosen
        for about in {*each.chosen} - {each.topic, ""}
    )
    counts = {pair: count for pair, count in chosen.items() if count >= ENOUGH_CHOICES}
    abouts: dict[str, set[str]] = {}
    for about, topic in counts:
        abouts.setdefault(topic, set()).add(about)
    met = Counter(
        (about, each.topic)
        for each in answered
        if (looked_for := abouts.get(each.topic))
        for about in looked_for.intersection(each.offered)
    )
    found = [
        Confusion(*pair, count, met[pair], _ratio(count, met[pair] * rate))
        for pair, count in counts.items()
    ]
    return sorted(found, key=lambda each: (-each.ratio, -each.count, each.topic, each.about))


def _ratio(count: int, expected: float) -> float:
    return (count + PRIOR_CHOICES) / (expected + PRIOR_CHOICES)
