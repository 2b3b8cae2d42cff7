"""Undoing an import: what it made goes, what it changed is put back."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext

from questions.items.content import item_of
from questions.models import Draft, Import, ImportStatuses, Question
from questions.services import drafts as draft_services
from questions.services.audit import Actor, record
from questions.services.errors import Refused
from questions.services.images import forget_unused as forget_images
from questions.services.imports.twins import UpdatedQuestion


@dataclass(frozen=True)
class Undone:
    """How many questions an undo took back, and how many it left as they were changed since."""

    taken_back: int
    left: int


@transaction.atomic
def undo(run: Import, *, by: Actor) -> Undone:
    """Delete the questions that an import made and put back the drafts that it changed.

    A question that was worked on since stays. Raises Refused for an import that is not done, or
    undone already.
    """
    run = Import.objects.select_for_update(of=("self",)).select_related("exam").get(pk=run.pk)
    if run.status != ImportStatuses.DONE:
        raise Refused(gettext("Only a finished import can be undone."))
    created, updated = run.report["created"], run.report["updated"]
    taken_back = _delete_untouched(created) + sum(_restore(change, by) for change in updated)
    forget_images(run.exam, run.report.get("images", []))
    left = len(created) + len(updated) - taken_back
    run.status = ImportStatuses.UNDONE
    run.report = run.report | {"taken_back": taken_back, "left": left}
    run.save(update_fields=["status", "report"])
    record(
        "import undone",
        actor=by,
        exam=run.exam,
        subject="import",
        subject_id=run.pk,
        taken_back=taken_back,
    )
    return Undone(taken_back, left)


def _delete_untouched(created: list[int]) -> int:
    """Delete the questions that are still as the import made them; return how many."""
    drafts = Question.objects.filter(pk__in=created, status=Question.Status.DRAFT)
    untouched = drafts.filter(
        current_version=None, draft__revision=1, draft__stage=Draft.Stage.DRAFT, comments=None
    )
    ids = list(untouched.values_list("pk", flat=True))
    Question.objects.filter(pk__in=ids).delete()
    return len(ids)


def _restore(change: UpdatedQuestion, by: Actor) -> bool:
    """Put a draft back to what it was before the import, or discard it; return whether it could."""
    drafts = Draft.objects.select_for_update(of=("self",))
    draft = drafts.filter(question=change["question"]).first()
    if draft is None or draft.revision != change["revision"] or draft.stage != Draft.Stage.DRAFT:
        return False
    if change["before"] is None:
        draft_services.discard(draft, by=by)
        return True
    before = item_of(change["before"])
    draft_services.save(draft, item=before, by=by, revision=draft.revision, case=draft.case)
    return True
