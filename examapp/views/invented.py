"""An invented learner's result of an exam, for those who wonder what a mock exam tells them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from examapp.exams.scoring import Scale
from examapp.web.figures import LikelyRange, Odds, ScoreLine

# What the learner knows of each domain in turn, and how far the estimate reaches to each side.
_KNOWN = (0.79, 0.80, 0.70, 0.54, 0.68)
_REACH = (0.07, 0.08, 0.09, 0.12, 0.11)
_ODDS = Odds(6, 3, 8)


@dataclass(frozen=True)
class InventedDomain:
    """One domain of the invented result; `is_first` where it is the one to study first."""

    number: str
    title: str
    right: int
    of: int
    range: LikelyRange

    is_first: bool = False

    @property
    def verdict(self) -> str:
        """Above or below the pass mark only where the whole range is; else open."""
        if self.range.low > self.range.cut:
            return "above"
        return "below" if self.range.high < self.range.cut else "open"


@dataclass(frozen=True)
class InventedResult:
    """The whole result: score, odds, domains, and the domain to study first."""

    line: ScoreLine
    right: int
    of: int
    odds: Odds
    domains: list[InventedDomain]

    @property
    def missed(self) -> int:
        return self.of - self.right

    @property
    def first(self) -> InventedDomain | None:
        """The domain to study first; None where there are no domains."""
        return next((domain for domain in self.domains if domain.is_first), None)


def invented_result(
    domains: Sequence[tuple[str, str, float]], *, scale: Scale, count: int
) -> InventedResult:
    """Return the result of an exam of so many questions.

    Args:
        domains: number, title and weight (per cent) of each, in order.
    """
    shown = [
        _domain(place, number, title, round(count * weight / 100), 100 * scale.raw_cut)
        for place, (number, title, weight) in enumerate(domains)
    ]
    right, of = (sum(getattr(domain, name) for domain in shown) for name in ("right", "of"))
    score = scale.scaled(right / of) if of else scale.low
    return InventedResult(
        ScoreLine(score, scale.low, scale.cut, scale.high), right, of, _ODDS, _with_first(shown)
    )


def _with_first(domains: list[InventedDomain]) -> list[InventedDomain]:
    """Mark the weakest domain as the one to study first."""
    weakest = min(domains, key=lambda domain: domain.range.best, default=None)
    return [replace(domain, is_first=domain is weakest) for domain in domains]


def _domain(place: int, number: str, title: str, of: int, cut: float) -> InventedDomain:
    """Return a domain; what is known is told beside the pass mark of the exam, 70 % in the plan."""
    known = 100 * _KNOWN[place % len(_KNOWN)] + cut - 70
    reach = 100 * _REACH[place % len(_REACH)]
    best = min(max(known, reach), 100 - reach)
    likely = LikelyRange(round(best - reach), round(best), round(best + reach), round(cut))
    return InventedDomain(number, title, round(of * best / 100), of, likely)
