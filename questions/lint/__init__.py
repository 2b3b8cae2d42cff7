"""The item-writing rules, and the bars a bank is held to. Pure."""

from questions.lint.bank import Report, lint_bank
from questions.lint.bars import guessed
from questions.lint.context import LintContext
from questions.lint.findings import Bar, Finding
from questions.lint.items import RULES, lint_item

__all__ = ["RULES", "Bar", "Finding", "LintContext", "Report", "guessed", "lint_bank", "lint_item"]
