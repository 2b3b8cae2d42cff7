"""The weak-area estimator, and the places of pictures."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.reports.charts import trend
from examapp.reports.measurement.estimator import SPREADS, Area, Tally, estimate

AREAS = [
    Area("d1", None, 0.6),
    Area("t1", "d1", 0.6),
    Area("a", "t1", 0.3),
    Area("b", "t1", 0.3),
    Area("d2", None, 0.4),
    Area("t2", "d2", 0.4),
    Area("c", "t2", 0.4),
]
TOPICS = ("a", "b", "c")


def found(cut=0.7, **tallies):
    rows = estimate(AREAS, {key: Tally(*pair) for key, pair in tallies.items()}, cut=cut)
    return {row.key: row for row in rows}


answers = st.tuples(st.integers(0, 300), st.floats(0, 1)).map(
    lambda pair: (pair[0], pair[0] * pair[1])
)


@given(st.dictionaries(st.sampled_from(TOPICS), answers), st.floats(0.05, 0.95))
def test_every_figure_is_finite_and_in_its_range(tallies, cut):
    for row in found(cut, **tallies).values():
        figures = (row.mean, row.low, row.high, row.chance_below, row.gain)
        assert all(math.isfinite(figure) for figure in figures)
        assert 0 <= row.low < row.mean < row.high <= 1
        assert -1e-9 <= row.chance_below <= 1 + 1e-9
        assert 0 <= row.gain <= cut


def test_answers_add_up_from_topics_to_domains():
    rows = found(a=(3, 1), b=(2, 2), c=(4, 0))
    assert (rows["t1"].tally, rows["d1"].tally) == (Tally(5, 3), Tally(5, 3))
    assert rows["d2"].tally == Tally(4, 0)


def test_without_answers_nothing_is_claimed():
    for row in found().values():
        assert row.verdict == "too_few"
        assert row.low < 0.7 < row.high


def test_one_answer_moves_little_and_ten_move_much():
    none, one, ten = (found(a=(n, 0))["a"].mean for n in (0, 1, 10))
    assert none - one < 0.25
    assert one - ten > 0.2


def test_a_perfect_and_an_empty_record_stay_inside():
    perfect, empty = found(a=(300, 300))["a"], found(a=(300, 0))["a"]
    assert (perfect.verdict, empty.verdict) == ("above", "below")
    assert perfect.high < 1
    assert empty.low > 0


def test_more_evidence_narrows_the_range():
    widths = [row.high - row.low for row in (found(a=(n, 0.6 * n))["a"] for n in (0, 5, 20, 80))]
    assert widths == sorted(widths, reverse=True)


def test_what_is_known_around_an_area_pulls_it():
    assert found(a=(2, 1), b=(20, 20))["a"].mean > found(a=(2, 1), b=(20, 0))["a"].mean
    # Another domain says less than a topic of the same task.
    assert found(b=(20, 20))["a"].mean > found(c=(20, 20))["a"].mean > found()["a"].mean


def test_few_answers_get_no_verdict_however_bad():
    assert found(a=(3, 0), c=(40, 0))["a"].verdict == "too_few"


def test_a_heavier_area_has_more_to_gain():
    heavy = [Area("d1", None, 0.9), Area("d2", None, 0.1)]
    rows = estimate(heavy, {"d1": Tally(10, 4), "d2": Tally(10, 4)}, cut=0.7)
    assert rows[0].gain > rows[1].gain


def test_what_is_settled_needs_no_more():
    assert found(a=(300, 300))["a"].more_needed == 0
    few, many = (found(a=(n, 0.9 * n))["a"].more_needed for n in (5, 20))
    assert few > many
    assert found(a=(100, 70))["a"].more_needed is None


def test_the_range_holds_the_truth_nine_times_in_ten():
    """Learners as the model assumes them, 14 tasks, one exam's answers: 90 % within two points."""
    rng = np.random.default_rng(7)
    areas, weights = [], (4, 3, 3)
    for d, tasks in enumerate(weights):
        areas.append(Area(f"d{d}", None, 1 / 3))
        areas += [Area(f"d{d}t{t}", f"d{d}", 1 / 3 / tasks) for t in range(tasks)]
    inside = total = 0
    for _ in range(400):
        ability = np.log(rng.beta(2.6, 1.4) ** -1 - 1) * -1
        truths, tallies = {}, {}
        for d, tasks in enumerate(weights):
            domain = ability + rng.normal(0, SPREADS[0])
            shares = 1 / (1 + np.exp(-(domain + rng.normal(0, SPREADS[1], tasks))))
            for t, share in enumerate(shares):
                truths[f"d{d}t{t}"] = share
                tallies[f"d{d}t{t}"] = Tally(6, rng.binomial(6, share))
        for row in estimate(areas, tallies, cut=0.7):
            if row.key in truths:
                inside += row.low <= truths[row.key] <= row.high
                total += 1
    assert 0.87 < inside / total < 0.93


# --- Pictures ---------------------------------------------------------------------------------


def test_scores_stand_from_left_to_right_and_high_ones_on_top():
    drawn = trend([("a", 100), ("b", 1000), ("c", 700)], low=100, cut=700, high=1000)
    assert [point.x for point in drawn.points] == pytest.approx([4, 50, 96])
    low, high, at_cut = (point.y for point in drawn.points)
    assert low > at_cut > high
    assert at_cut == drawn.cut_y


def test_one_score_is_a_point():
    (point,) = trend([("a", 400)], low=100, cut=700, high=1000).points
    assert (point.x, point.label) == (4, "a")
