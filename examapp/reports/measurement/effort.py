"""Answers that are no evidence: guessed before the question was read, or not reached. Pure.

An answer faster than any reading is a rapid guess (Schnipke & Scrams 1997). The threshold of an
item is 10 % of the average time that people spend on it, at most 10 seconds: the normative method
NT10 (Wise & Ma 2012, "Setting response time thresholds for a CAT item pool: the normative threshold
method", NCME annual meeting). Marked answers enter no estimate, no calibration, no statistics.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from examapp.reports.measurement.outline import Floats, Ints

# Of the average time, and the most seconds that a threshold may be.
NORMATIVE_SHARE, MOST_SECONDS = 0.1, 10.0
# With fewer times than this the average is what reading and thinking would take.
ENOUGH_TIMES = 30
WORDS_A_SECOND, SECONDS_TO_THINK = 200 / 60, 15.0
# Rapid guesses on a larger share of a sitting's answers say that nobody tried (Wise & Kong 2005,
# "Response time effort", criterion .90).
MOST_RAPID = 0.1


class Effort(NamedTuple):
    """What became of each question asked, arrays of one length; at most one is true of each."""

    is_rapid: np.ndarray
    is_not_reached: np.ndarray
    is_omitted: np.ndarray

    @property
    def is_evidence(self) -> np.ndarray:
        """Where there is an answer that was not a rapid guess."""
        marked: np.ndarray = self.is_rapid | self.is_not_reached | self.is_omitted
        return ~marked


def thresholds(item: Ints, seconds: Floats, words: Floats) -> Floats:
    """Return each item's threshold in seconds: an answer that took less is a rapid guess.

    `item` and `seconds` are of answers, `words` how many words each item has. Times that are not
    known are NaN. The average is a trimmed one: of times over five minutes five minutes count, so
    that a break taken in one question does not make a guess of reading quickly.
    """
    is_timed = np.isfinite(seconds) & (seconds > 0)
    count = np.bincount(item[is_timed], minlength=len(words))
    total = np.bincount(item[is_timed], np.minimum(seconds[is_timed], 300.0), minlength=len(words))
    expected = words / WORDS_A_SECOND + SECONDS_TO_THINK
    average = np.where(count >= ENOUGH_TIMES, total / np.maximum(count, 1), expected)
    least: Floats = np.minimum(NORMATIVE_SHARE * average, MOST_SECONDS)
    return least


def effort(
    sitting: ArrayLike, position: ArrayLike, is_blank: ArrayLike, seconds: ArrayLike, least: Floats
) -> Effort:
    """Return what became of questions; `least` is the threshold of each one's item, in seconds.

    A blank after the last answer of its sitting was not reached, any other was omitted. A sitting
    without an answer omitted all. An answer whose time is not known was no rapid guess.
    """
    which, place = np.asarray(sitting, dtype=np.intp), np.asarray(position)
    blank, taken = np.asarray(is_blank, dtype=bool), np.asarray(seconds, dtype=float)
    last = np.full(int(which.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(last, which[~blank], place[~blank])
    not_reached = blank & (place > last[which]) & np.isfinite(last[which])
    with np.errstate(invalid="ignore"):
        rapid = ~blank & (taken > 0) & (taken < least)
    return Effort(rapid, not_reached, blank & ~not_reached)


def tried(sitting: ArrayLike, found: Effort) -> np.ndarray:
    """Return for each sitting whether its answers were meant: at most MOST_RAPID of them rapid.

    One without an answer was not.
    """
    which = np.asarray(sitting, dtype=np.intp)
    size = int(which.max(initial=-1)) + 1
    rapid = np.bincount(which, found.is_rapid, minlength=size)
    answered = rapid + np.bincount(which, found.is_evidence, minlength=size)
    return (answered > 0) & (rapid <= MOST_RAPID * answered)
