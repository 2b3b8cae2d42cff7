"""Check a bank folder by the item-writing rules."""

import json
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from questions import lint
from questions.bank_files import bank, folder
from questions.lint import Report, lint_bank

BANKS = Path(folder.__file__).parent.parent / "banks"


class Command(BaseCommand):
    help = "Hold a bank folder against the item-writing rules and bars; fails when one is broken."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the bank's folder")
        parser.add_argument("--json", action="store_true", help="write the report as JSON")
        parser.add_argument("--task", help="show what concerns this task alone, such as 3.1")

        parser.add_argument(
            "--guessed",
            action="store_true",
            help="name the items whose key the learned mix of cues always finds, and no more",
        )

    def handle(
        self, *, path: Path, json: bool, task: str | None, guessed: bool, **options: object
    ) -> None:
        if not path.is_dir():
            raise CommandError(f"{path} is not a folder; give the folder that holds exam.yaml")
        text, problems = folder.read(path, house=BANKS / path.resolve().name)
        if text is None:
            raise CommandError("\n".join(map(str, problems)))
        if guessed:
            self.stdout.write("\n".join(lint.guessed(text)))
            return
        report = lint_bank(text, problems, today=timezone.localdate())
        shown = _of_task(report, text, task) if task else report
        self.stdout.write(_as_json(shown) if json else _as_text(shown))
        if report.errors:
            raise SystemExit(1)


def _of_task(report: Report, text: bank.BankText, task: str) -> Report:
    refs = {placed.item.ref for placed in text.items if placed.item.task == task}
    facts = {fact.id for fact in text.facts.values() if fact.objective.rpartition(".")[0] == task}
    files = {f"items/{task}.yaml", f"notes/{task}.md"}
    findings = [
        finding
        for finding in report.findings
        if finding.file in files or finding.ref in refs | facts
    ]
    return Report(tuple(findings), report.bars)


def _as_text(report: Report) -> str:
    lines = [str(finding) for finding in report.findings]
    wide = max(len(bar.name) for bar in report.bars)
    lines += ["", "Bars"]
    for bar in report.bars:
        word = "met " if bar.is_met else "NOT "
        lines.append(f"  {word} {bar.name:{wide}}  {bar.figure}  ({bar.asked})")
        lines += [f"       known: {bar.known}"] if bar.known else []
    counts = {
        severity: sum(finding.severity == severity for finding in report.findings)
        for severity in ("error", "warning", "acknowledged")
    }
    missed = sum(not bar.is_met for bar in report.bars)
    lines += [
        "",
        f"{counts['error']} errors, {counts['warning']} warnings, "
        f"{counts['acknowledged']} acknowledged, {missed} of {len(report.bars)} bars not met",
    ]
    return "\n".join(lines)


def _as_json(report: Report) -> str:
    data = {
        "findings": [asdict(finding) for finding in report.findings],
        "bars": [asdict(bar) for bar in report.bars],
    }
    return json.dumps(data, indent=2, ensure_ascii=False)
