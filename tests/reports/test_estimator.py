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


@given(st.permutations(AREAS), st.dictionaries(st.sampled_from(TOPICS), answers))
def test_the_order_of_areas_changes_no_figure(areas, tallies):
    """As long as each comes after the one it lies in."""
    depth = {None: 0, "d1": 1, "d2": 1, "t1": 2, "t2": 2}
    areas = sorted(areas, key=lambda area: depth[area.parent])
    counted = {key: Tally(*pair) for key, pair in tallies.items()}
    expected = {row.key: row for row in estimate(AREAS, counted, cut=0.7)}
    for row in estimate(areas, counted, cut=0.7):
        assert row == expected[row.key]


@pytest.mark.parametrize("tally", [(0, 0), (3, 1), (40, 20)])
def test_mean_range_chance_and_gain_speak_of_one_belief(tally):
    """F(x), the chance to lie below x, gives all of them: by its ends, and by integration."""

    def judged(cut):
        return estimate([Area("d", None, 0.3)], {"d": Tally(*tally)}, cut=cut)[0]

    row = judged(0.7)
    below = np.array([judged((step + 0.5) / 200).chance_below for step in range(200)])
    assert judged(row.low).chance_below == pytest.approx(0.05)
    assert judged(row.high).chance_below == pytest.approx(0.95)
    assert row.mean == pytest.approx(1 - below.mean(), abs=5e-4)
    # E[max(0, cut - theta)] is the integral of F from 0 to the cut.
    assert row.gain == pytest.approx(0.3 * below[:140].sum() / 200, abs=5e-4)


def test_each_level_keeps_the_mean_and_adds_the_variance_of_its_own_spread():
    """By as much as a deviation on the logit scale moves a share near the mean."""
    chain = [Area("d", None, 1), Area("t", "d", 1), Area("p", "t", 1)]
    middles = (np.arange(1000) + 0.5) / 1000
    below = np.array(
        [[row.chance_below for row in estimate(chain, {}, cut=cut)] for cut in map(float, middles)]
    )
    means = 1 - below.mean(axis=0)
    variances = 1 - 2 * (middles[:, None] * below).mean(axis=0) - means**2
    assert means == pytest.approx([0.65] * 3, abs=1e-5)
    prior = 0.65 * 0.35 / 5
    added = [(spread * 0.65 * 0.35) ** 2 for spread in SPREADS]
    assert np.diff([prior, *variances]) == pytest.approx(added, rel=0.01)


def test_the_range_says_as_many_more_as_would_part_it_from_the_cut():
    """What is promised holds: so many more at the same rate, and there is a verdict."""
    row = found(a=(20, 16))["a"]
    more = row.more_needed
    assert found(a=(20 + more, 16 + more * row.mean))["a"].verdict == "above"
    assert found(a=(20, 16))["a"].verdict == "open"


@pytest.mark.parametrize("answers", [0, 1, 3])
def test_what_has_too_few_answers_is_not_promised_a_verdict_before_it_has_enough(answers):
    """Its neighbours may have settled what is believed of it; four answers of its own it needs."""
    row = found(a=(answers, 0), b=(200, 0))["a"]
    assert row.verdict == "too_few"
    assert row.more_needed == 4 - answers


def test_the_range_of_a_domain_holds_its_truth_about_nine_times_in_ten():
    """One exam at official weights: what the chain leaves out costs a domain little."""
    rng = np.random.default_rng(11)
    plan = {"d1": (13, 3), "d2": (16, 3), "d3": (18, 4), "d4": (9, 2), "d5": (9, 2)}
    areas = []
    for domain, (count, tasks) in plan.items():
        areas.append(Area(domain, None, count / 65))
        areas += [Area(f"{domain}t{t}", domain, count / 65 / tasks) for t in range(tasks)]
    inside = total = 0
    for _ in range(250):
        share = rng.beta(2.6, 1.4)
        truths, tallies = {}, {}
        for domain, (count, tasks) in plan.items():
            middle = np.log(share / (1 - share)) + rng.normal(0, SPREADS[0])
            shares = 1 / (1 + np.exp(-(middle + rng.normal(0, SPREADS[1], tasks))))
            each = np.bincount(np.arange(count) % tasks)
            truths[domain] = np.average(shares, weights=each)
            for t in range(tasks):
                tallies[f"{domain}t{t}"] = Tally(each[t], rng.binomial(each[t], shares[t]))
        for row in estimate(areas, tallies, cut=0.7):
            if row.key in truths:
                inside += row.low <= truths[row.key] <= row.high
                total += 1
    assert 0.84 < inside / total < 0.95


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
