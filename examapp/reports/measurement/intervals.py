"""Likely ranges: those that hold the truth 9 times in 10, as every page shows them. Pure."""

import math

# The standard normal lies within so much of 0 with a chance of 90 %.
Z_90 = 1.6449


def wilson(credit: float, count: float, *, z: float = Z_90) -> tuple[float, float]:
    """Return the interval of a share, 0 to 1 (Wilson 1927, eq. 9), that holds it 9 times in 10.

    Without items it is the whole of 0 to 1.
    """
    if count <= 0:
        return 0.0, 1.0
    share = credit / count
    spread = z * z / count
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / count + spread / (4 * count))
    return max(0.0, middle - half), min(1.0, middle + half)
