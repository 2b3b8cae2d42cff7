"""The rules of an exam under which a sitting stands. Pure."""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Self

from examapp.exams.scoring import Scale


@dataclass(frozen=True)
class ExamRules:
    """Rules that a session keeps as they were at its start, whatever becomes of the exam's.

    Its fields are columns of the exam and of the session; this is their one list. `raw_cut` is the
    share of the credit that passes, 0 to 1.
    """

    grading_policy: str
    raw_cut: Decimal
    scale_min: int
    scale_cut: int
    scale_max: int

    @classmethod
    def of(cls, holder: object) -> Self:
        """Return the rules of an exam, or those that a session keeps."""
        return cls(**{field.name: getattr(holder, field.name) for field in fields(cls)})

    @property
    def scale(self) -> Scale:
        return Scale(self.scale_min, self.scale_cut, self.scale_max, float(self.raw_cut))
