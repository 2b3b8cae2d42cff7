"""Means and spreads of beliefs about abilities, to hold the model against."""

import numpy as np

from examapp.reports.measurement.items import GRID
from examapp.reports.measurement.outline import Floats


def mean_and_deviation(beliefs: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of beliefs about abilities, in logits."""
    mean = beliefs @ GRID
    variance = beliefs @ GRID**2 - mean**2
    return mean, np.sqrt(np.maximum(variance, 0))
