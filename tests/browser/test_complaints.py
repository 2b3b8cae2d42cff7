"""The browser tests hear every violation of the policy and every error: shown by provoking them."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.processes import ROOT

INLINE_SCRIPT = """
document.body.append(
  Object.assign(document.createElement("script"), { textContent: "window.ran = 1" }))
"""
INLINE_STYLE = "document.body.setAttribute('style', 'color: red')"
FOREIGN_PICTURE = "document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.2/x' }))"


@pytest.mark.parametrize(
    ("harm", "directive"),
    [
        (INLINE_SCRIPT, "script-src-elem"),
        (INLINE_STYLE, "style-src-attr"),
        (FOREIGN_PICTURE, "img-src"),
    ],
)
def test_a_violation_of_the_policy_fails_a_test(page, complaints, harm, directive):
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert not complaints.left
    with page.expect_event("console", lambda message: "policy violated" in message.text):
        page.evaluate(harm)
    assert any(f"policy violated: {directive}" in text for text in complaints.left)
    assert page.evaluate("window.ran") is None
    complaints.heard.clear()


def test_an_error_of_a_script_fails_a_test(page, complaints):
    page.goto("/")
    with page.context.expect_event("weberror"):
        page.evaluate("setTimeout(() => { throw new Error('broken'); })")
    assert any("broken" in text for text in complaints.left)
    complaints.heard.clear()


def test_no_browser_test_goes_past_the_ears():
    """Contexts are opened in one place, and no test puts up with violations."""
    for path in (ROOT / "tests" / "browser").glob("*.py"):
        text = path.read_text()
        if path.name not in ("conftest.py", "test_complaints.py"):
            assert not re.search(r"new_context|new_browser|launch\(", text), path
            assert not re.search(r"allow\([^)]*(policy|violat|security)", text, re.I), path
