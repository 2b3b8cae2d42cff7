"""What docs/security.md names is there."""

import re

import pytest

from tests.support.processes import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", TEXT)))


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[f"{p} {n}" for p, n in NAMED])
def test_a_test_that_is_named_is_there(path, name):
    text = (ROOT / path).read_text()
    assert f"def {name}(" in text if name else "def test_" in text


def test_every_guard_of_the_architecture_has_the_twin_it_names():
    text = (ROOT / "docs" / "architecture.md").read_text()
    twins = set(re.findall(r"`(test_\w+)`", text.split("| guard | control twin |")[1]))
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    assert {twin for twin in twins if f"def {twin}(" not in tests} == set()
    assert len(twins) > 15


def test_every_row_of_the_threats_and_faults_is_there():
    rows = {"K": 12, "I": 15, "W": 20, "X": 5, "F": 21, "S": 23}
    for letter, count in rows.items():
        for number in range(1, count + 1):
            assert re.search(rf"^\| [^|]*\b{letter}{number}\b", TEXT, re.M), f"{letter}{number}"


def links():
    """Yield every place that a page of the docs leads to on this side, with the page."""
    for page in (*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"):
        text = re.sub(r"```.*?```|`[^`]*`|^    .*$", "", page.read_text(), flags=re.S | re.M)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if not re.match(r"https?:|mailto:", target):
                yield page, target


def test_no_link_of_the_docs_is_dead():
    dead = []
    for page, target in links():
        name, _, anchor = target.partition("#")
        place = page.parent / name if name else page
        if not place.exists() or (anchor and anchor not in anchors(place)):
            dead.append((page.name, target))
    assert not dead
    assert len(list(links())) > 5


def anchors(page):
    """Return the anchors of a page's headings, as GitHub names them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
