"""Exports: questions of a bank as a file."""

from dataclasses import dataclass

from questions.formats.exchange import Dumped, FormatError
from questions.formats.registry import WRITTEN
from questions.models import Exam, QuestionQuerySet
from questions.services.audit import record
from questions.services.drafting import newest_item
from questions.services.people import Person


@dataclass(frozen=True)
class Exported:
    """A file of questions, and how it is called and served."""

    dumped: Dumped
    count: int
    file_name: str
    media_type: str


def export(exam: Exam, questions: QuestionQuerySet, *, name: str, by: Person | None) -> Exported:
    """Return the newest wording of questions in a format, and keep on record that they left.

    Raises FormatError for a format that is not written.
    """
    form = WRITTEN.get(name)
    if form is None or form.dumps is None:
        raise FormatError(f"files of the format {name!r} are not written")
    whole = questions.select_related("topic__task", "current_version", "draft")
    rows = whole.prefetch_related("enemies").order_by("topic__task__number", "ref")
    items = [
        newest_item(question)
        for question in rows
        if hasattr(question, "draft") or question.current_version
    ]
    dumped = form.dumps(items)
    record(
        "exported",
        actor=by,
        exam=exam,
        subject="exam",
        subject_id=exam.pk,
        format=name,
        count=len(items),
    )
    return Exported(dumped, len(items), f"{exam.code}{form.suffix}", form.media_type)
