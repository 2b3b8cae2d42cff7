"""Who else knows which questions a candidate has seen, beside the sittings.

Apps above the exams show questions too: each registers itself when it is ready, so that a fresh
form holds first what the candidate never saw.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

# From a candidate's number to when each question was last seen.
type Seen = Callable[[int], Mapping[int, datetime]]

_SOURCES: dict[str, Seen] = {}


def register(name: str, seen: Seen) -> None:
    """Make one who knows known; the same name again replaces it."""
    _SOURCES[name] = seen


def elsewhere(candidate: int) -> Iterator[tuple[int, datetime]]:
    """Yield what a candidate saw outside of sittings, and when, once for each who knows of it."""
    for source in _SOURCES.values():
        yield from source(candidate).items()
