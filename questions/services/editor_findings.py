"""Findings of the item-writing rules, at the fields of the editor that they are about."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.utils.translation import gettext, gettext_lazy

from questions.items.editing import settled
from questions.items.item import FIELD_LABELS, Item
from questions.items.strictness import Strictness
from questions.lint import RULES, Finding, LintContext, lint_item
from questions.models import Case, Exam, Task

_OPTION = re.compile(r"options\[(\d+)\](?:\.(text|why))?")
WHOLE = "whole"
_LABELS = {
    WHOLE: gettext_lazy("The whole question"),
    "stem": gettext_lazy("Question"),
    "options": gettext_lazy("Options"),
    **{
        name: gettext_lazy(FIELD_LABELS[name])
        for name in ("objective", "facts", "sources", "evidence", "enemies")
    },
    "acknowledged": gettext_lazy("Accepted warnings"),
    "fixed_order": gettext_lazy("Order of the options"),
}
_FIELDS = _LABELS.keys() - {WHOLE}
_REASONS = {rule.id: rule.says for rule in RULES}


@dataclass(frozen=True)
class EditorFinding:
    """What is wrong with a field of the editor, and the rule that found it."""

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
        name, _, rest = self.field.partition("-")
        if name != "option":
            return str(_LABELS[self.field])
        index, _, part = rest.partition("-")
        letter = chr(ord("A") + int(index))
        return (
            gettext("Explanation of %(letter)s") % {"letter": letter}
            if part == "why"
            else gettext("Option %(letter)s") % {"letter": letter}
        )


def strictness_of(exam: Exam) -> Strictness:
    """Return how much an exam asks of its questions."""
    return cast(Strictness, exam.strictness)


def exam_lint_context(exam: Exam, case: Case | None = None) -> LintContext:
    """Return what the rules need to know of an exam, for items written in the site.

    Facts and sources are not checked: here they may be addresses as well as ids of the files.
    """
    tasks = Task.objects.filter(domain__exam=exam).values_list("number", "objectives")
    objectives = {number: frozenset(numbers) for number, numbers in tasks}
    return LintContext(
        objectives=objectives if any(objectives.values()) else None,
        guide_version=exam.guide_version or exam.code,
        in_case=case is not None,
        strictness=strictness_of(exam),
    )


def findings_for(item: Item, lint_context: LintContext) -> list[EditorFinding]:
    """Return what the rules find in an item, errors first, without what is acknowledged."""
    findings = [
        _editor_finding(finding)
        for finding in lint_item(settled(item), lint_context)
        if finding.severity != "acknowledged"
    ]
    return sorted(findings, key=lambda finding: not finding.is_error)


def by_field(findings: Iterable[EditorFinding], item: Item) -> dict[str, list[EditorFinding]]:
    """Return the findings of every field that the editor has, [] for one without any."""
    fields: dict[str, list[EditorFinding]] = {name: [] for name in (*sorted(_FIELDS), WHOLE)}
    for index in range(len(item.options)):
        fields[f"option-{index}-text"] = []
        fields[f"option-{index}-why"] = []
    for finding in findings:
        fields.get(finding.field, fields[WHOLE]).append(finding)
    return fields


def _editor_finding(finding: Finding) -> EditorFinding:
    if option := _OPTION.fullmatch(finding.field):
        field = f"option-{option[1]}-{option[2] or 'text'}"
    else:
        field = finding.field if finding.field in _FIELDS else WHOLE
    reason = _REASONS.get(finding.rule, "")
    return EditorFinding(field, finding.severity, finding.rule, finding.message, reason)
