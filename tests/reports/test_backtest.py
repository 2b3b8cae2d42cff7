"""Predictions held against what happened."""

import numpy as np
import pytest

from examapp.reports.measurement.backtest import backtest, brier


def test_honest_predictions_are_calibrated_and_bold_ones_are_not():
    rng = np.random.default_rng(1)
    chance = rng.random(20_000)
    came = rng.random(20_000) < chance
    honest, bold = backtest(chance, came), backtest(np.round(chance), came)
    assert honest.calibration_error < 0.02
    assert bold.calibration_error > 0.2
    assert honest.brier < bold.brier
    assert honest.brier == pytest.approx(1 / 6, abs=0.01)
    inside = [each.low <= each.predicted <= each.high for each in honest.bins]
    assert sum(inside) >= 7
    assert all(each.high - each.low < 0.05 for each in honest.bins)
    assert sum(each.predictions for each in honest.bins) == honest.predictions == 20_000


def test_hope_has_a_bias():
    assert backtest([0.9, 0.9, 0.9, 0.9], [1, 1, 0, 0]).bias == pytest.approx(0.4)


def test_brier_by_hand():
    assert brier([0.8, 0.3], [1, 0]) == pytest.approx((0.04 + 0.09) / 2)
    assert np.isnan(brier([], []))


def test_nothing_predicted_is_no_figure():
    found = backtest([], [])
    assert (found.predictions, found.bins) == (0, ())
    assert np.isnan([found.brier, found.calibration_error, found.bias]).all()


def test_certainty_falls_in_the_last_bin():
    (only,) = backtest([1.0, 1.0], [1, 1]).bins
    assert (only.predictions, only.predicted, only.observed, only.high) == (
        2,
        1,
        1,
        pytest.approx(1),
    )
