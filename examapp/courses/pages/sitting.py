"""A person of a class, as far as they are in an assignment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# Where a person can be.
NOT, IN, DONE, EXCUSED = "not", "in", "done", "excused"


@dataclass(frozen=True)
class Sitter:
    """A person who was given an assignment, as a class is watched."""

    member: int
    name: str
    state: str
    session: UUID | None = None
    started_at: datetime | None = None
    deadline_at: datetime | None = None
    heard_at: datetime | None = None
    answered: int = 0
    total: int = 0
    is_late: bool = False
    extra: str = ""
