"""axe-core finds nothing on any page in any state, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.places import WALKS

# Only colours differ between the schemes.
RULES = {"light": {}, "dark": {"runOnly": ["cat.color"]}}


def findings(page, rules):
    """Return what axe has to say, a line for each element."""
    results = Axe().run(page, options={"resultTypes": ["violations"], **rules}).response
    assert results["testEngine"]["name"] == "axe-core"
    return [
        f"{finding['id']}: {node['target']} {node['failureSummary']}"
        for finding in results["violations"]
        for node in finding["nodes"]
    ]


@pytest.mark.parametrize("walk", WALKS)
def test_axe_finds_nothing(walk, make_site):
    found = {}
    for name, page in walk(make_site(reduced_motion="reduce")):
        page.wait_for_load_state()
        for scheme, rules in RULES.items():
            page.emulate_media(color_scheme=scheme)
            found[name, scheme] = findings(page, rules)
    assert len(found) > 5
    assert not {place: lines for place, lines in found.items() if lines}
