"""How the house stands: sizes of functions and modules, untyped dicts, template lines, old names.

Run as `python -m benchmarks.house`; prints each figure beside its bar and ends with status 1 where
one is missed. It reads the source alone.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("questions", "examapp")
# Modules and names of the first edition, which nothing may carry any more.
OLD_MODULES = (
    *("lots", "fixedforms", "mocks", "journal", "saves", "exposure", "suggesting", "marks"),
    *("noting", "casework", "rekeying", "planning", "previewing", "importing", "publishing"),
    *("itemtypes", "sheets", "answered.py", "findings.py", "advising", "refreshing", "outward"),
    *("keeper", "warden", "practising", "hypertext", "checklist", "exchange.py"),
)
OLD_NAMES = (
    *("Foresight", "foresee", "mark_of_plan", "mark_of_outline", "list_as", "said_about"),
    *("ground_of", "Intake", "FormForm", "Wanted", "Album", "Carried"),
)


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def function_sizes() -> list[int]:
    """Return the lines of every function, its decorators and docstring included."""
    return sorted(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    )


def module_sizes() -> list[int]:
    return sorted(len(path.read_text().splitlines()) for path in sources())


def untyped_dicts() -> int:
    return sum(path.read_text().count("dict[str, Any]") for path in sources())


def longest_template_line() -> int:
    pages = (ROOT / "templates").rglob("*.html")
    return max(len(line) for page in pages for line in page.read_text().splitlines())


def old_names() -> list[str]:
    """Return what still carries a name of the first edition."""
    files = [path.relative_to(ROOT).as_posix() for path in sources()]
    carried = [f for f in files if Path(f).stem in OLD_MODULES]
    words = re.compile(r"\b(?:" + "|".join(OLD_NAMES) + r")\b")
    carried += [f for f in files if words.search((ROOT / f).read_text())]
    return carried


def kinds_asked_by_name() -> list[str]:
    """Return the files that ask for a kind by its name, outside of the kinds and of the formats.

    What one format of another tool can hold of one kind is known to its writer alone.
    """
    pattern = (
        r"type ?== ?[\"'](multiple|ordering|matching)|[\"'](multiple|ordering|matching)\w*[\"'] ?=="
    )
    reply = subprocess.run(
        ["git", "grep", "-lE", pattern, "--", *PACKAGES, "templates", "static"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    own = ("/kinds/", "questions/exchange/")
    return [file for file in reply.stdout.split() if not any(part in file for part in own)]


def main() -> int:
    functions, modules = function_sizes(), module_sizes()
    figures = (
        ("functions: median lines", median(functions), 8),
        ("functions: 99th percentile", round(quantiles(functions, n=100)[98]), 45),
        ("modules: 90th percentile of lines", round(quantiles(modules, n=10)[8]), 260),
        ("dict[str, Any]", untyped_dicts(), 30),
        ("longest line of a template", longest_template_line(), 120),
        ("files with an old name", len(old_names()), 0),
        ("files that ask for a kind by name", len(kinds_asked_by_name()), 0),
    )
    for name, figure, bar in figures:
        print(f"{'met ' if figure <= bar else 'NOT '} {name:36} {figure:6}  (at most {bar})")
    for file in old_names() + kinds_asked_by_name():
        print(f"     {file}")
    return int(any(figure > bar for _, figure, bar in figures))


if __name__ == "__main__":
    sys.exit(main())
