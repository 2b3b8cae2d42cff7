"""Rivals of a report's predictions, by hand."""

import numpy as np
import pytest

from examapp.reports.measurement.backtest import log_loss
from examapp.reports.measurement.rivals import Response, elo, running_share

# Ann answers two questions in an exam, Ben one of them, Ann both another and one again.
ANSWERS = [
    Response("ann", "pond", 1, 0),
    Response("ann", "lake", 0, 0),
    Response("ben", "pond", 0, 0),
    Response("ann", "pond", 1, 1),
    Response("ann", "lake", 1, 1),
]


def test_elo_by_hand():
    """The first answer moves a rating by half a logit, the next ones by 1/1.05 of the surprise.

    Ann: 0, +.5, then .5 - .6225/1.05 = -.0928. Pond: 0, -.5, then -.5 + .6225/1.05 = .0928. Lake:
    0, then +.6225.
    """
    chances = elo(ANSWERS)
    ann, pond, lake = -0.0928, 0.0928, 0.6225
    expected = [0.5, 0.5, 0.6225, 1 / (1 + np.exp(pond - ann)), 1 / (1 + np.exp(lake - ann))]
    assert chances == pytest.approx(expected, abs=0.0001)


def test_a_stretch_is_predicted_from_what_was_known_when_it_began():
    """What Ann answers within an exam moves no prediction of it."""
    long = [Response("ann", number, 1, 0) for number in range(20)]
    assert elo(long) == pytest.approx([0.5] * 20)
    assert running_share(long) == pytest.approx([0.5] * 20)
    after = [*long, Response("ann", 20, 1, 1)]
    assert elo(after)[-1] > 0.9
    assert running_share(after)[-1] == pytest.approx(21 / 22)


def test_the_share_so_far_by_hand():
    assert running_share(ANSWERS) == pytest.approx([0.5, 0.5, 0.5, 2 / 4, 2 / 4])
    more = [*ANSWERS, Response("ann", "sea", 0, 2)]
    assert running_share(more)[-1] == pytest.approx(4 / 6)


def test_elo_learns_who_is_able_and_what_is_hard():
    rng = np.random.default_rng(3)
    ability, difficulty = rng.normal(0, 1, 200), rng.normal(0, 1, 60)
    person, question = np.divmod(np.arange(200 * 60), 60)
    order = rng.permutation(len(person))
    chance = 1 / (1 + np.exp(difficulty[question] - ability[person]))
    came = (rng.random(len(person)) < chance).astype(float)
    given = [
        Response(int(person[at]), int(question[at]), came[at], step)
        for step, at in enumerate(order)
    ]
    late, truth = slice(len(order) // 2, None), chance[order]
    told, outcome = elo(given)[late], came[order][late]
    assert log_loss(told, outcome) < 1.05 * log_loss(truth[late], outcome)
    assert log_loss(told, outcome) < 0.97 * log_loss(running_share(given)[late], outcome)


def test_log_loss_by_hand():
    assert log_loss([0.8, 0.3], [1, 0]) == pytest.approx(-(np.log(0.8) + np.log(0.7)) / 2)
    assert log_loss([0.8], [0.5]) == pytest.approx(-(np.log(0.8) + np.log(0.2)) / 2)
    assert np.isnan(log_loss([], []))


def test_one_sure_and_wrong_prediction_does_not_outweigh_all_others():
    assert log_loss([1.0], [0]) == pytest.approx(-np.log(0.01))
