"""What is wrong in a bank's files. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BankProblem:
    """One thing wrong in a bank file: where it is, and what to do."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class BankError(ValueError):
    """A bank that cannot be loaded; `problems` says all that is wrong with it."""

    def __init__(self, problems: list[BankProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
