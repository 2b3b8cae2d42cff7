"""What an import does with the questions that the bank has already."""

from dataclasses import replace
from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext

from questions.models import Draft, Duplicates, Import
from questions.services import drafts as draft_services
from questions.services.audit import record
from questions.services.errors import Refused
from questions.services.imports.plan import Plan, PlannedRow
from questions.services.versions import locked


class ReportLine(TypedDict):
    """A row of the file that was skipped, or changed by reading, and why."""

    row: int
    ref: str
    reason: str


class UpdatedQuestion(TypedDict):
    """A question whose draft the import changed: what an undo needs.

    `question` is its primary key, `revision` the draft's after the import, `before` the draft's
    item as it was; None where the import began the draft.
    """

    question: int
    ref: str
    revision: int
    before: dict[str, object] | None


def draft_reason(run: Import) -> str:
    return f"imported from {run.file_name}"[:300]


def settle_twins(run: Import, planned: Plan) -> tuple[list[UpdatedQuestion], list[ReportLine]]:
    """Update or skip the questions that the bank has already; return which, and why skipped."""
    updated: list[UpdatedQuestion] = []
    skipped = [_line(row, gettext("it is already here, word for word")) for row in planned.same]
    if run.leaves_out_alike:
        skipped += [
            _line(
                row,
                gettext("much alike %(ref)s: %(share)s of its words in a row")
                % {"ref": row.alike[0], "share": f"{row.alike[1]:.0%}"},
            )
            for row in planned.rows
            if row.alike
        ]
    for row in planned.twins:
        if run.duplicates == Duplicates.NEW:
            continue
        if run.duplicates == Duplicates.SKIP:
            skipped.append(_line(row, gettext("it is already here")))
            continue
        try:
            updated.append(_update(run, row))
        except Refused as reason:
            skipped.append(_line(row, str(reason)))
    return updated, skipped


def _line(row: PlannedRow, reason: str) -> ReportLine:
    ref = row.twin.ref if row.twin else row.imported.item.ref
    return {"row": row.imported.row, "ref": ref, "reason": reason}


def _update(run: Import, row: PlannedRow) -> UpdatedQuestion:
    """Save a row in the draft of its twin, begun where there is none; return what an undo needs."""
    by = run.by
    if by is None or row.twin is None:
        raise Refused("A change needs someone who makes it.")
    question = locked(row.twin.pk)
    had_draft = Draft.objects.filter(question=question).exists()
    with transaction.atomic():
        draft = draft_services.revise(question, by=by)
        before = draft.item
        draft = draft_services.save(
            draft,
            item=replace(row.item, ref=question.ref),
            by=by,
            revision=draft.revision,
            case=draft.case,
            reason=draft_reason(run),
        )
    record(
        "imported",
        actor=by,
        exam=run.exam,
        subject="question",
        subject_id=question.pk,
        batch=run.batch,
        ref=question.ref,
        before=before,
    )
    return {
        "question": question.pk,
        "ref": question.ref,
        "revision": draft.revision,
        "before": before if had_draft else None,
    }
