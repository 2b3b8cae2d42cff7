"""What raters expect of items: the prior of their difficulties until answers speak. Pure.

Each rater says which share of just-qualified candidates would answer an item correctly (Angoff
1971, "Scales, norms, and equivalent scores"); the item's rating is the mean over raters, and the
raw cut of a form the sum of the ratings of its scored items (exams.scoring.form_cut). So forms of
different difficulty ask the same ability. Until answers speak, a rating also says how difficult an
item is.
"""

import numpy as np
from scipy.special import logit

from examapp.reports.measurement.outline import Floats

# How ratings and true difficulties correlate (Brandon 2004, "Conclusions about frequently studied
# modified Angoff standard-setting topics", finds about .6 with observed shares).
CORRELATION = 0.6
# The spread of what fewer ratings than _ENOUGH_RATINGS foretell is taken to be this, in logits.
_ASSUMED_RATING_SPREAD, _ENOUGH_RATINGS = 1.5, 10


def difficulty_offsets(ratings: Floats, floor: Floats, *, spread: float) -> tuple[Floats, float]:
    """Return how far each item's difficulty lies from its level's mean by its rating, in logits.

    A rating r of an item with guessing floor c foretells -logit((r - c) / (1 - c)) about the mean
    of all. Raters judge with error, so that what they foretell is regressed toward that mean by
    CORRELATION; `spread` is the standard deviation of difficulties. Items without a rating have 0.
    Also returns the standard deviation of what is left of a rated item's difficulty.
    """
    is_rated = ~np.isnan(ratings)
    above = np.clip((ratings - floor) / (1 - floor), 0.03, 0.97)
    foretold = -logit(np.where(is_rated, above, 0.5))
    middle = foretold[is_rated].mean() if is_rated.any() else 0.0
    seen = _ASSUMED_RATING_SPREAD
    if is_rated.sum() >= _ENOUGH_RATINGS:
        seen = max(float(foretold[is_rated].std()), 0.3)
    slope = min(CORRELATION * spread / seen, 1.0)
    offsets = np.where(is_rated, slope * (foretold - middle), 0.0)
    return offsets, spread * float(np.sqrt(1 - CORRELATION**2))
