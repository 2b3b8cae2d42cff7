"""What axe finds in a page as it is drawn."""

from axe_playwright_python.base import AXE_SCRIPT

# Each scheme on one size of screen: all rules are asked in both.
LOOKS = {
    "light": {"width": 1280, "height": 800},
    "dark": {"width": 390, "height": 844},
}


# An observer made now is told after those of the page, of the size that the page has now; what
# changes its color is read once it has changed, and what changes with it. A page that never comes
# to rest is read as it is.
DRAWN = """async () => {
  await new Promise((done) => {
    const observer = new ResizeObserver(() => { observer.disconnect(); done(); });
    observer.observe(document.documentElement);
  });
  const atMost = (wait) => Promise.race([wait, new Promise((done) => setTimeout(done, 500))]);
  for (let round = 0; round < 10; round++) {
    await atMost(new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const changes = document.getAnimations().filter((one) => one instanceof CSSTransition);
    if (!changes.length) return;
    await atMost(Promise.allSettled(changes.map((one) => one.finished)));
  }
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
