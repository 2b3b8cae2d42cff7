"""When a card comes back: the log of what happened to it, folded into what is remembered. Pure.

Memory is modelled by FSRS (Ye, Su and Cao 2022, "A Stochastic Shortest Path Algorithm for
Optimizing Spaced Repetition Scheduling"; the package `fsrs`), in whole days: a card that comes back
tomorrow does so from the morning on, whatever the hour it was answered at. There are no steps of
minutes and no chance in it, so that the same log gives the same schedule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum

import fsrs

# Days that what is weak has before the exam to be seen once more, and what is not.
LAST_WEEK, LAST_DAY = 7, 1
# A card of which less than so many days are remembered is weak.
WEAK_STABILITY = 7.0
# Days for which a question of a card is not asked again while the fact has another.
LATELY = 21
# Terms a day that come for the first time. A bank has hundreds, and each comes back several times
# in its first weeks: more would fill a day's limit for good.
NEW_A_DAY = 5

# The share that should still be known when a card comes back is the package's own, 0.9.
_SCHEDULER = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


class Ratings(IntEnum):
    """How an answer went, in FSRS's words; NOTHING for one that says nothing."""

    NOTHING = 0
    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


def rating_of(*, is_right: bool, sureness: str = "") -> Ratings:
    """Return how an answer went: its outcome, and how sure the candidate was of it.

    `sureness` is "guess", "fairly" or "sure", "" where nobody asked: in an exam.
    """
    if not is_right:
        return Ratings.AGAIN
    return {"guess": Ratings.HARD, "sure": Ratings.EASY}.get(sureness, Ratings.GOOD)


@dataclass(frozen=True)
class Memory:
    """What is known of a card: in days how long it is remembered, and how hard it is, 1 to 10."""

    stability: float
    difficulty: float
    last_on: date
    due_on: date
    is_weak: bool


def after(memory: Memory | None, rating: Ratings, day: date) -> Memory:
    """Return the memory of a card after an answer on a day; None before the first."""
    card = fsrs.Card(card_id=1, due=_noon(day))
    if memory:
        card.state, card.step = fsrs.State.Review, None
        card.stability, card.difficulty = memory.stability, memory.difficulty
        # An answer that came late, from a sitting that ended since, is no step back in time.
        card.last_review = min(_noon(memory.last_on), _noon(day))
    card, _ = _SCHEDULER.review_card(card, fsrs.Rating(rating), _noon(day))
    assert card.stability
    assert card.difficulty
    return Memory(
        stability=card.stability,
        difficulty=card.difficulty,
        last_on=day,
        due_on=card.due.date(),
        is_weak=rating <= Ratings.HARD or card.stability < WEAK_STABILITY,
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


@dataclass(frozen=True)
class Event:
    """One row of a card's log. `of` names the event that a correction or an undo is about."""

    key: int
    kind: str
    rating: Ratings
    day: date
    of: int | None = None


@dataclass(frozen=True)
class State:
    """What a card's log comes to: `due_on` is None for a card that has no reason to come back."""

    memory: Memory | None = None
    due_on: date | None = None


def project(events: Sequence[Event]) -> State:
    """Return what a card's log, in its order, comes to."""
    ratings = _ratings(events)
    state, saved = State(), False
    for event in events:
        if event.kind in ("saved", "unsaved"):
            saved = event.kind == "saved"
            state = State(state.memory, state.memory.due_on if state.memory else event.day)
        elif event.key in ratings:
            state = answered(state, ratings[event.key], event.day)
    begins = saved or any(Ratings.NOTHING < rating <= Ratings.HARD for rating in ratings.values())
    return state if begins else State(state.memory)


def answered(state: State, rating: Ratings, day: date) -> State:
    """Return what a card's state becomes by an answer on a day.

    An answer that says nothing, since its key was corrected, puts the card off by a day.
    """
    if rating == Ratings.NOTHING:
        tomorrow = day + timedelta(days=1)
        return State(state.memory, max(state.due_on or tomorrow, tomorrow))
    memory = after(state.memory, rating, day)
    return State(memory, memory.due_on)


def _ratings(events: Iterable[Event]) -> dict[int, Ratings]:
    """Return by event what its answer is rated by today's word; what was undone is left out."""
    ratings: dict[int, Ratings] = {}
    undone: set[int] = set()
    for event in events:
        if event.kind == "answered":
            ratings[event.key] = event.rating
        elif event.of and event.kind == "regraded":
            ratings[event.of] = event.rating
        elif event.of and event.kind == "undone":
            undone.add(event.of)
    return {key: rating for key, rating in ratings.items() if key not in undone}


@dataclass(frozen=True)
class Horizon:
    """The days before an exam: no card comes back after it; what is weak is seen once more."""

    exam_on: date | None = None

    @property
    def week(self) -> date | None:
        """The day from which on everything weak is due that was not seen since."""
        return self.exam_on and self.exam_on - timedelta(days=LAST_WEEK)

    @property
    def eve(self) -> date | None:
        """The last day before the exam, by which everything comes back."""
        return self.exam_on and self.exam_on - timedelta(days=LAST_DAY)

    def due_on(self, due_on: date, *, last_on: date | None, is_weak: bool) -> date:
        """Return when a card comes back that is due on a day by its memory alone."""
        days = [due_on]
        for day, applies in ((self.week, is_weak), (self.eve, True)):
            if day and applies and last_on and last_on < day:
                days.append(day)
        return min(days)
