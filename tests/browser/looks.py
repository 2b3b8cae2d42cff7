"""The two looks in which a walk is made, and what every page on its way has to bear."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.accessibility import findings

LOOKS = {
    "desktop": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
look = pytest.mark.parametrize("look", LOOKS)

# Widths of phones at which nothing may be scrolled sideways.
NARROW = (390, 320)


def assert_sound(page: Page, *, first: Locator) -> None:
    """Assert that a page is accessible, fits, and shows its first step without scrolling."""
    assert_in_sight(page, first)
    found = findings(page)
    assert not found, f"{page.url}: {found}"
    size = page.viewport_size
    assert size
    for width in (size["width"], *NARROW):
        page.set_viewport_size({**size, "width": width})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url} is {wide} px wide at {width}"
    page.set_viewport_size(size)


def assert_in_sight(page: Page, first: Locator) -> None:
    """Assert that something lies whole within the screen, and under nothing else."""
    expect(first).to_be_in_viewport(ratio=1)
    is_on_top = """(element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const atop = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return element.contains(atop);
    }"""
    assert first.evaluate(is_on_top), f"{page.url}: something lies on {first}"
