"""The rules for one item, by their ids, and what they find in it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from questions.items.item import Item
from questions.items.strictness import OPEN, STRICT, Strictness
from questions.items.validation import problems
from questions.lint import claims, language, options, stems
from questions.lint.context import LintContext
from questions.lint.findings import Finding, FindingText, Severity, acknowledge
from questions.lint.words import words
from questions.translation import gettext

MOST_WARNINGS = 2


@dataclass(frozen=True)
class Rule:
    """A rule of one item; its check yields (field, message) for each fault."""

    id: str
    severity: Severity
    check: Callable[[Item, LintContext], FindingText]
    # Whether what it finds is wrong in itself, in whatever exam: it misleads who answers.
    is_fault: bool = False

    @property
    def says(self) -> str:
        """The rule in a sentence."""
        return (self.check.__doc__ or "").split(": ", 1)[-1]


RULES: tuple[Rule, ...] = (
    Rule("C1", "error", claims.one_objective),
    Rule("C2", "warning", claims.no_trivia),
    Rule("C3", "error", claims.correction_used),
    Rule("C5", "error", claims.reviewed),
    Rule("C6", "error", claims.checked_on_a_day),
    Rule("C7", "error", claims.one_line_clue),
    Rule("C8", "error", claims.expected_share),
    Rule("S1", "warning", stems.full_question),
    Rule("S2", "error", stems.positive),
    Rule("S3", "warning", stems.concise),
    Rule("S5", "warning", stems.no_true_or_false),
    Rule("S6", "error", stems.number_to_choose),
    Rule("O2", "error", options.count),
    Rule("O3", "warning", options.one_class),
    Rule("O4", "error", options.no_all_or_none),
    Rule("O5", "warning", options.balanced),
    Rule("O5", "error", options.not_far_longer),
    Rule("O7", "warning", options.no_absolutes),
    Rule("O8", "warning", options.no_echo),
    Rule("O9", "warning", options.no_twins),
    Rule("O10", "warning", options.in_order),
    Rule("O11", "warning", options.in_scope),
    Rule("O12", "warning", options.alike),
    Rule("O13", "warning", options.no_convergence),
    Rule("O14", "error", options.known_subjects),
    Rule("O15", "error", options.points_at_others, is_fault=True),
    Rule("E1", "error", claims.explained),
    Rule("E2", "error", claims.grounded),
    Rule("M1", "warning", options.enough_responses),
    Rule("M2", "error", options.ordered),
    Rule("F1", "error", language.american_and_current),
    Rule("F2", "warning", language.easy_to_read),
    Rule("F3", "warning", language.inclusive),
    Rule("F4", "error", language.described),
)
_WARNINGS = {rule.id for rule in RULES if rule.severity == "warning"}
# What a shared bank asks beside its text; another exam has no such files.
_OF_SHARED_BANKS = {"C3", "C5", "C6", "C7", "C8", "O14"}


def _severity(rule: Rule, strictness: Strictness) -> Severity | None:
    """Return how bad a rule's finding is, None where an exam does not ask.

    Outside of strict exams what is wrong in itself stays an error, and everything else is a
    suggestion. An open exam is told nothing of style at all.
    """
    if strictness == STRICT or rule.is_fault:
        return rule.severity
    if strictness == OPEN or rule.id in _OF_SHARED_BANKS:
        return None
    return "warning"


def lint_item(item: Item, context: LintContext) -> list[Finding]:
    """Return what the rules find in one item, its structure first.

    An item that cannot be sat is judged by its structure alone. Warnings that the item
    acknowledges with a reason are marked so; more than two warnings are an error in a strict exam.
    """
    broken = [
        Finding("STRUCTURE", "error", item.ref, *_placed(problem))
        for problem in problems(item, context.strictness)
    ]
    if broken:
        return broken
    findings = []
    for rule in RULES:
        severity = _severity(rule, context.strictness)
        if severity is None:
            continue
        for field, message in rule.check(item, context):
            findings.append(Finding(rule.id, severity, item.ref, field, message))
    marked = list(acknowledge(findings, dict(item.acknowledged)))
    return [*marked, *_gate(item, marked)] if context.strictness == STRICT else marked


def _gate(item: Item, findings: list[Finding]) -> list[Finding]:
    """Return what keeps an item with warnings from being published."""
    warned = {finding.rule for finding in findings if finding.severity != "error"}
    gate = []

    def fail(field: str, message: str, severity: Severity = "error") -> None:
        gate.append(Finding("GATE", severity, item.ref, field, message))

    if len(warned) > MOST_WARNINGS:
        fail(
            "",
            gettext("%(count)s warnings (%(rules)s); at most 2 can be accepted")
            % {"count": len(warned), "rules": ", ".join(sorted(warned))},
        )
    for rule, reason in item.acknowledged.items():
        if rule not in _WARNINGS:
            fail("acknowledged", gettext("%(rule)s cannot be accepted; fix it") % {"rule": rule})
        elif rule not in warned:
            fail(
                "acknowledged",
                gettext("%(rule)s no longer applies; delete it") % {"rule": rule},
                "warning",
            )
        if len(words(reason)) < 4:
            fail(
                "acknowledged", gettext("%(rule)s: give the reason in a sentence") % {"rule": rule}
            )
    return gate


def _placed(problem: str) -> tuple[str, str]:
    """Return the field of a structural problem and its sentence."""
    name, _, message = problem.partition(": ")
    if name.startswith("option "):
        return f"options[{int(name.removeprefix('option ')) - 1}]", message
    return {"key": "options", "prompts": "options"}.get(name, name), message
