"""Outlines as people write them."""

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
