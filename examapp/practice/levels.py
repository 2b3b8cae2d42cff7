"""How well a person knows a topic, by the share of its questions that they got right. Pure."""

from dataclasses import dataclass
from enum import IntEnum

# Shares right below which a topic is weak, below which it is shaky, and from which it is strong.
WEAK, SHAKY, STRONG = 0.40, 0.70, 0.85
# Answers from which on a topic can be strong.
ENOUGH = 3


class Levels(IntEnum):
    """The five levels of a topic, as pages show them."""

    UNMET = 0
    WEAK = 1
    SHAKY = 2
    GOOD = 3
    STRONG = 4


@dataclass(frozen=True)
class TopicLevel:
    """How many questions of a topic were answered, and how many right the last time."""

    right: int = 0
    answered: int = 0

    @property
    def share(self) -> float:
        """The share right, 0 to 1; 0 of nothing."""
        return self.right / self.answered if self.answered else 0.0

    @property
    def level(self) -> Levels:
        if not self.answered:
            return Levels.UNMET
        if self.share < WEAK:
            return Levels.WEAK
        if self.share < SHAKY:
            return Levels.SHAKY
        return Levels.STRONG if self.share >= STRONG and self.answered >= ENOUGH else Levels.GOOD
