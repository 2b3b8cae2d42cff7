"""The likely range of an area, which a result draws and a report writes."""

import pytest
from django.template.defaultfilters import floatformat

from examapp.web.figures import LikelyRange


@pytest.mark.parametrize("percent", [0.0, 0.49, 76.5, 77.5, 99.51])
def test_a_range_is_rounded_as_templates_round_it(percent):
    drawn = LikelyRange.in_whole(percent, percent, percent, cut=70.0)
    assert {str(drawn.low), str(drawn.best), str(drawn.high)} == {floatformat(percent, 0)}
    assert drawn.cut == 70
