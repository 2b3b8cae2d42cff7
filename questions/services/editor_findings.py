"""What the item-writing rules say of an item, placed at the fields of the editor."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from questions.items.editing import settled
from questions.items.item import Item
from questions.lint import RULES, Finding, LintContext, lint_item
from questions.models import Case, Exam, Task

_PLACE = re.compile(r"options\[(\d+)\](?:\.(text|why))?")
_FIELDS = {
    *("stem", "options", "objective", "facts", "sources", "evidence", "enemies"),
    *("acknowledged", "fixed_order"),
}
WHOLE = "whole"
_PLACES = {
    WHOLE: "The whole question",
    "stem": "Question",
    "acknowledged": "Warnings that may stand",
    "fixed_order": "Order of the options",
}
_REASONS = {rule.id: rule.says for rule in RULES}


@dataclass(frozen=True)
class EditorFinding:
    """One thing said of a field of the editor: what is wrong, and the rule behind it."""

    field: str
    severity: str
    rule: str
    message: str
    reason: str

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    @property
    def place(self) -> str:
        """The field in words."""
        what, _, rest = self.field.partition("-")
        if what != "option":
            return _PLACES.get(self.field, self.field.capitalize())
        index, _, part = rest.partition("-")
        letter = chr(ord("A") + int(index))
        return f"Why of {letter}" if part == "why" else f"Option {letter}"


def exam_lint_context(exam: Exam, case: Case | None = None) -> LintContext:
    """Return what an exam's items are judged against in the site.

    Facts and sources are not judged: here they may be addresses as well as ids of the files.
    """
    tasks = Task.objects.filter(domain__exam=exam).values_list("number", "objectives")
    objectives = {number: frozenset(each) for number, each in tasks}
    return LintContext(
        objectives=objectives if any(objectives.values()) else None,
        guide_version=exam.guide_version or exam.code,
        in_case=case is not None,
    )


def findings_for(item: Item, ground: LintContext) -> list[EditorFinding]:
    """Return what the rules find in an item, errors first."""
    found = lint_item(settled(item), ground)
    said = [_said(finding) for finding in found if finding.severity != "acknowledged"]
    return sorted(said, key=lambda each: not each.is_error)


def by_field(said: Iterable[EditorFinding], item: Item) -> dict[str, list[EditorFinding]]:
    """Return what is said of every field that the editor has, also of those with nothing."""
    fields: dict[str, list[EditorFinding]] = {name: [] for name in (*sorted(_FIELDS), WHOLE)}
    for index in range(len(item.options)):
        fields[f"option-{index}-text"] = []
        fields[f"option-{index}-why"] = []
    for each in said:
        fields.get(each.field, fields[WHOLE]).append(each)
    return fields


def _said(finding: Finding) -> EditorFinding:
    place = _PLACE.fullmatch(finding.field)
    if place:
        field = f"option-{place[1]}-{place[2] or 'text'}"
    else:
        field = finding.field if finding.field in _FIELDS else WHOLE
    reason = _REASONS.get(finding.rule, "")
    return EditorFinding(field, finding.severity, finding.rule, finding.message, reason)
