"""axe-core finds nothing on any page in any state, light and dark."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.walks import WALKS

# Each scheme on one size of screen: all rules are asked in both.
LOOKS = {
    "light": {"width": 1280, "height": 800},
    "dark": {"width": 390, "height": 844},
}

# An observer made now is told after those of the page, of the size that the page has now; what
# changes its colour is read once it has changed.
DRAWN = """async () => {
  await new Promise((done) => {
    const observer = new ResizeObserver(() => { observer.disconnect(); done(); });
    observer.observe(document.documentElement);
  });
  const changes = document.getAnimations().filter((one) => one instanceof CSSTransition);
  await Promise.allSettled(changes.map((one) => one.finished));
}"""


def findings(page):
    """Return what axe has to say of the page as it is drawn, a line for each element."""
    page.evaluate(DRAWN)
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    results = page.evaluate("axe.run({resultTypes: ['violations']})")
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
        for scheme, size in LOOKS.items():
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(size)
            found[name, scheme] = findings(page)
        page.set_viewport_size(LOOKS["light"])
    assert len(found) > 5
    assert not {place: lines for place, lines in found.items() if lines}
