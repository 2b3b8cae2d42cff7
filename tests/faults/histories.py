"""What a sitting is, in fifty lines: the model that random histories are compared with."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Answer:
    """A question as it should be stored."""

    response: Any = None
    revision: int = 0
    last_client: str = ""
    last_seq: int = -1


@dataclass
class Sitting:
    """A sitting with its log; `keys` are what earns the one credit of each question."""

    answers: dict[int, Answer]
    is_open: bool = True
    is_past_deadline: bool = False
    log: dict[tuple[int, str, int], str] = field(default_factory=dict)

    def save(self, position: int, client: str, seq: int, base: int, response: Any) -> str:
        """Return what should become of a save, and apply it."""
        known = self.log.get((position, client, seq))
        if known:
            return known
        outcome = self.judge(self.answers[position], client, seq, base)
        self.log[position, client, seq] = outcome
        if outcome == "saved":
            revision = self.answers[position].revision + 1
            self.answers[position] = Answer(response, revision, client, seq)
        return outcome

    def judge(self, held: Answer, client: str, seq: int, base: int) -> str:
        if not self.is_open or self.is_past_deadline:
            return "late"
        if held.last_client == client:
            return "superseded" if seq < held.last_seq else "saved"
        return "stale" if base < held.revision else "saved"

    def finish(self) -> None:
        self.is_open = False

    def credit(self, keys: dict[int, Any]) -> int:
        """Return what the stored answers earn."""
        return sum(self.answers[position].response == key for position, key in keys.items())
