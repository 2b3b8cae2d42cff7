"""How many sittings statistics leave out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LeftOutCounts:
    """How many sittings statistics leave out, and why."""

    discarded: int
    trials: int
    left_out: int

    @property
    def total(self) -> int:
        return self.discarded + self.trials + self.left_out
