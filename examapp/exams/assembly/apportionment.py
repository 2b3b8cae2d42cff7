"""Domain weights to seats, by largest remainder. Pure."""

from collections.abc import Mapping


def seats[K](weights: Mapping[K, float], count: int) -> dict[K, int]:
    """Share out `count` seats by weight with the method of largest remainder (Hamilton, 1792).

    `weights` need not add up to anything. Ties go to the earlier key. Raises ValueError when no
    weight is positive.
    """
    total = sum(weights.values())
    if total <= 0:
        raise ValueError("weights must add up to more than zero")
    quotas = {key: count * weight / total for key, weight in weights.items()}
    counts = {key: int(quota + 1e-9) for key, quota in quotas.items()}
    by_remainder = sorted(quotas, key=lambda key: counts[key] - quotas[key])
    for key in by_remainder[: count - sum(counts.values())]:
        counts[key] += 1
    return counts
