"""A few characters of Markdown cannot ask for millions of cells."""

import resource
import subprocess
import sys

import pytest

from questions.markdown import to_html
from questions.table_bounds import MOST_CELLS
from tests.support.processes import ROOT
from tests.support.tables import table


def test_a_table_of_a_page_is_a_table():
    assert to_html(table(8, 20)).count("<td>") == 160
    assert to_html("Words\n\n" + table(2, 1) + "\nMore words").count("<table>") == 1


def test_a_table_of_too_many_cells_stays_text():
    shown = to_html(table(1000, 1000))
    assert "<table" not in shown
    assert "a|a|a" in shown


def test_tables_of_a_text_are_counted_together():
    shown = to_html("\n".join(table(70, 50) for _ in range(60)))
    assert shown.count("<table>") == 1
    assert shown.count("<td>") + shown.count("<th>") <= MOST_CELLS


def test_the_next_text_has_its_own_count():
    assert to_html(table(70, 50)).count("<table>") == 1
    assert to_html(table(70, 50)).count("<table>") == 1


# A file of notes at its limit: 4.9 MB, tables of 1,000 columns.
NOTES = """
import resource
from questions.bank_files.notes import page
from questions.bank_files.study_notes import read
from tests.support.tables import table
small = "#### T{}\\n\\n" + table(1000, 2000)
text = "## Domain 1\\n### 1.1: T\\n" + "".join(small.format(n) for n in range(30))
text += "#### Large\\n\\n" + table(1000, 2_300_000)
assert 4_800_000 < len(text) < 5_000_000
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _, study in read(text).topics:
    if len(study.source) <= 20_000:
        page(study.source, {})
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="sizes are in kilobytes on Linux")
def test_a_file_of_notes_at_its_limit_takes_bounded_memory():
    limit = resource.RLIMIT_CPU, (120, 120)
    done = subprocess.run(
        [sys.executable, "-c", NOTES],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=300,
        preexec_fn=lambda: resource.setrlimit(*limit),
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 300_000
