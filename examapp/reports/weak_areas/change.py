"""What moved between two reports of a candidate, where it moved by more than chance."""

from examapp.reports.measurement.areas import is_change
from examapp.reports.weak_areas.body import (
    AreaEstimate,
    Change,
    DomainChange,
    EarlierReport,
    LikelyScore,
)

# How many domains are named at most for what moved the whole.
MOST_MOVERS = 2
type DomainPair = tuple[AreaEstimate, AreaEstimate]


def change_since(
    earlier: EarlierReport, likely: LikelyScore, domains: list[AreaEstimate]
) -> Change:
    """Return what moved from an earlier report to these estimates."""
    before = {domain.pk: domain for domain in earlier.domains}
    pairs = [(before[domain.pk], domain) for domain in domains if domain.pk in before]
    is_beyond_noise = is_change(
        earlier.likely.percent / 100,
        earlier.likely.error_percent / 100,
        likely.percent / 100,
        likely.error_percent / 100,
    )
    whole = likely.percent - earlier.likely.percent
    return Change(
        readiness_from_percent=earlier.readiness.percent,
        from_percent=earlier.likely.percent,
        to_percent=likely.percent,
        is_beyond_noise=is_beyond_noise,
        movers=movers(pairs, whole) if is_beyond_noise else (),
        domains=tuple(_domain_change(pair) for pair in pairs if _has_moved(pair)),
    )


def movers(pairs: list[DomainPair], whole: float) -> tuple[DomainChange, ...]:
    """Return the fewest domains, two at most, that make up half of how the whole moved."""
    shares = [(_share_of_move(pair), pair) for pair in pairs]
    shares.sort(key=lambda row: row[0] / whole, reverse=True)
    named: list[DomainChange] = []
    total = 0.0
    for share, pair in shares[:MOST_MOVERS]:
        if share * whole > 0 and abs(total) < abs(whole) / 2:
            named.append(_domain_change(pair))
            total += share
    return tuple(named)


def _share_of_move(pair: DomainPair) -> float:
    then, now = pair
    return now.share_percent / 100 * (now.estimate_percent - then.estimate_percent)


def _has_moved(pair: DomainPair) -> bool:
    then, now = pair
    return is_change(
        then.estimate_percent / 100,
        then.error_percent / 100,
        now.estimate_percent / 100,
        now.error_percent / 100,
    )


def _domain_change(pair: DomainPair) -> DomainChange:
    then, now = pair
    return DomainChange(now.number, now.title, then.estimate_percent, now.estimate_percent)
