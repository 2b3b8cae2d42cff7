"""axe-core finds nothing on any page in any state, light and dark."""

import pytest

from tests.browser.walks import WALKS
from tests.support.accessibility import LOOKS, findings

pytestmark = pytest.mark.nightly


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
