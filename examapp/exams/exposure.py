"""Who else knows which questions a candidate has seen, beside the sittings.

Apps above the exams show questions too: each registers itself when it is ready, so that a fresh
form holds first what the candidate never saw.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

# From a candidate's number to when each question was last seen.
Seen = Callable[[int], Mapping[int, datetime]]

_SOURCES: dict[str, Seen] = {}


def register(name: str, seen: Seen) -> None:
    """Make one who knows known; the same name again replaces it."""
    _SOURCES[name] = seen


def elsewhere(candidate: int) -> dict[int, datetime]:
    """Return when a candidate last saw each question outside of sittings."""
    seen: dict[int, datetime] = {}
    for source in _SOURCES.values():
        for question, at in source(candidate).items():
            seen[question] = max(at, seen.get(question, at))
    return seen
