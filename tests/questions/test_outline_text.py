"""Outlines as people write them."""

import time

import pytest

from questions.bank_files.outline_text import read_outline, shared_out


@pytest.mark.parametrize(
    "text",
    [
        "Cells 40%\n  Walls\n  Nuclei\nPlants 60%\n  Leaves",
        "1. Cells (40 %)\n1.1 Walls\n1.2 Nuclei\n2. Plants (60 %)\n2.1 Leaves",
        "Domain 1: Cells: 40%\n- Walls\n- Nuclei\nDomain 2: Plants: 60%\n- Leaves",
        "## Cells, 40 percent\n* Walls\n* Nuclei\n## Plants, 60 percent\n* Leaves",
        "- Cells [40%]\n    - Walls\n    - Nuclei\n- Plants [60%]\n    - Leaves",
    ],
)
def test_domains_shares_and_tasks_are_found(text):
    domains = read_outline(text)
    assert [(one.title.strip(","), one.share, one.tasks) for one in domains] == [
        ("Cells", 40, ("Walls", "Nuclei")),
        ("Plants", 60, ("Leaves",)),
    ]


@pytest.mark.parametrize("line", ["Cells" + " " * 300_000 + "x 40%", "(" * 300_000, "9" * 300_000])
def test_a_long_line_costs_no_more_than_its_length(line):
    """No second, where the square of its blanks took twenty minutes."""
    begun_at = time.thread_time()
    (domain,) = read_outline(line)
    assert time.thread_time() - begun_at < 2
    assert len(domain.title) <= 200


def test_names_alone_are_domains():
    assert [one.title for one in read_outline("Cells\n\nPlants\nAnimals\nFungi")] == [
        "Cells",
        "Plants",
        "Animals",
        "Fungi",
    ]


@pytest.mark.parametrize(
    ("shares", "result"),
    [
        ([None, None, None], [33.34, 33.33, 33.33]),
        ([40, None, 30, None], [40, 15, 30, 15]),
        ([60, 40], [60, 40]),
        ([100, None], [100, 0]),
    ],
)
def test_what_is_left_is_shared_out(shares, result):
    assert shared_out(shares) == result
