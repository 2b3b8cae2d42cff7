"""Reports of problems with questions that were practiced."""

from uuid import UUID

from django.db import transaction

from examapp.accounts.models import User
from examapp.exams.models import ProblemReport
from examapp.exams.open_exam import refuse_during_exam
from examapp.exams.services import problems
from examapp.practice.models import PracticeItem


@transaction.atomic
def report(
    set_id: UUID, position: int, *, candidate: User, kind: str, text: str
) -> ProblemReport | None:
    """Report a problem with a question that was answered; None when it is not theirs.

    A second report on the same question replaces the first as long as nobody has answered it.
    Raises ExamRunning.
    """
    refuse_during_exam(candidate)
    items = PracticeItem.objects.of(candidate).answered().select_for_update(of=("self",))
    item = items.filter(set=set_id, position=position).first()
    if item is None:
        return None
    if item.problem:
        problems.replace(item.problem, kind=kind, text=text)
    else:
        item.problem = ProblemReport.objects.create(
            version_id=item.version_id, reporter=candidate, kind=kind, text=text
        )
        item.save(update_fields=["problem"])
    return item.problem
