"""How large the tables of one text may be, so that few characters cannot cost gigabytes. Pure.

A row of Markdown is filled up to the columns of its table: a thousand columns and a thousand rows
of one character each are a million cells.
"""

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table

# Cells of all tables of a text; what comes after them stays text.
MOST_CELLS = 5_000
_COUNTED = "table cells"


def bounded_tables(parser: MarkdownIt) -> None:
    """Let a parser read a table only while its text has no more cells than MOST_CELLS."""
    options = {"alt": ["paragraph", "reference"]}
    parser.block.ruler.at("table", _bounded, options)  # type: ignore[arg-type]


def _bounded(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if not table(state, start, end, True):
        return False
    cells = _cells(state, start, end)
    if state.env.get(_COUNTED, 0) + cells > MOST_CELLS:
        return False
    if not silent:
        state.env[_COUNTED] = state.env.get(_COUNTED, 0) + cells
    return silent or table(state, start, end, False)


def _cells(state: StateBlock, start: int, end: int) -> int:
    """Return how many cells a table of the lines from `start` on would have, or more than fit."""
    columns = state.src.count("|", state.bMarks[start], state.eMarks[start]) + 1
    # No line is looked at that could not be a row any more.
    last = min(end, start + MOST_CELLS // columns + 1)
    line = start
    while line < last and not state.isEmpty(line):
        line += 1
    return columns * (line - start)
