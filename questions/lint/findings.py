"""What the linter says: findings about an item or a bank, and the bars a bank is held to."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warning", "acknowledged"]


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found, where it is, and what to do.

    `field` names a field of the item, options counted from 0: `stem`, `options[2].why`. File and
    line are empty when an item is linted on its own.
    """

    rule: str
    severity: Severity
    ref: str
    field: str
    message: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: " if self.file else ""
        name = f"{self.ref}: " if self.ref else ""
        return f"{where}{self.severity} {self.rule} {name}{self.message}"


@dataclass(frozen=True)
class Bar:
    """A bar over the whole bank: what is asked, the figure measured, and whether it is met.

    `known` says why a bank misses it, where its plan says so; that fails nobody's check.
    """

    name: str
    asked: str
    figure: str
    is_met: bool
    known: str = ""


def acknowledge(findings: Iterable[Finding], reasons: dict[str, str]) -> Iterator[Finding]:
    """Mark the warnings for which an item gives a reason."""
    for finding in findings:
        if finding.severity == "warning" and finding.rule in reasons:
            yield replace(finding, severity="acknowledged")
        else:
            yield finding


# A rule looks at one thing and yields what it finds as (field, message).
FindingText = Iterator[tuple[str, str]]
Check = Callable[..., FindingText]
