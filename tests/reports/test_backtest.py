"""Predictions held against what happened, and the simple rivals beside them."""

import numpy as np
import pytest
from scipy.special import expit

from examapp.reports.measurement.backtest import (
    backtest,
    brier,
    elo,
    last_verdicts,
    running_share,
)


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


def answered(people=60, each=80, *, items=40, seed=2):
    rng = np.random.default_rng(seed)
    ability, difficulty = rng.normal(0.5, 1, people), rng.normal(0, 1, items)
    learner = np.tile(np.arange(people), each)
    item = rng.integers(0, items, len(learner))
    chance = expit(ability[learner] - difficulty[item])
    return learner, item, (rng.random(len(learner)) < chance).astype(float), chance


def test_elo_learns_learners_and_items_and_a_share_only_learners():
    learner, item, credit, chance = answered()
    late = slice(len(credit) // 2, None)
    of_elo, of_share = elo(learner, item, credit), running_share(learner, credit)
    assert brier(chance[late], credit[late]) < brier(of_elo[late], credit[late])
    assert brier(of_elo[late], credit[late]) < brier(of_share[late], credit[late])
    assert brier(of_share[late], credit[late]) < brier(np.full(2400, 0.5), credit[late])


@pytest.mark.parametrize("rival", ["elo", "share"])
def test_no_rival_sees_what_comes(rival):
    learner, item, credit, _ = answered(people=5, each=20)
    other = credit.copy()
    other[60:] = 1 - other[60:]
    first, second = (
        elo(learner, item, each) if rival == "elo" else running_share(learner, each)
        for each in (credit, other)
    )
    assert first[:61] == pytest.approx(second[:61])
    assert first[61:] != pytest.approx(second[61:])


def test_the_last_verdict_is_the_learner_s_own():
    predicted, known = last_verdicts(np.array([0, 1, 0, 1, 0]), [True, False, False, True, True])
    assert predicted.tolist() == [0.5, 0.5, 1.0, 0.0, 0.0]
    assert known.tolist() == [False, False, True, True, True]
