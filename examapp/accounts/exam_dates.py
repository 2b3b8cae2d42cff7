"""When a person sits the real exam, as they told: the one place that others ask."""

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from examapp.accounts.models import User
    from questions.models import Exam


def exam_date(person: "User", exam: "Exam") -> date | None:
    """Return the day of a person's exam; None where it is not known."""
    return None
