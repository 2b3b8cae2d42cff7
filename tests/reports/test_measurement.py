"""The estimator: what it claims of learners, items and what to ask next."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from examapp.reports.measurement import areas, next_items
from examapp.reports.measurement.calibration import calibrate, uncalibrated
from examapp.reports.measurement.evidence import (
    answers,
    log_chances,
    log_likelihood,
)
from examapp.reports.measurement.items import GRID, STEP, Items, at, leaf_curves
from examapp.reports.measurement.learner import (
    Bank,
    FormRules,
    Scores,
    bank,
    chance_to_pass,
    chance_weakest,
    interval,
    scores,
    standard_normals,
)
from examapp.reports.measurement.outline import Outline, grove, nested
from examapp.reports.measurement.posterior import ASSUMED, Spreads, infer
from tests.support.beliefs import mean_and_deviation

# Two domains; tasks 0, 1 in the first and 2 in the second; topics 0..4.
OUTLINE = nested([(0, 0, 0), (0, 0, 1), (0, 1, 2), (1, 2, 3), (1, 2, 4)], [0.1, 0.2, 0.3, 0.2, 0.2])
LEAVES = 5
PER_LEAF = 60
LEAF_OF = np.repeat(np.arange(LEAVES), PER_LEAF)
ITEMS = uncalibrated(np.zeros(300, dtype=int), np.full(300, 0.25), levels=1).items
THE_BANK = bank(ITEMS.curves(), LEAF_OF, LEAVES)


def believe(*given_, weight=1.0):
    """Return the belief after (leaf, credit) answers, each to another item of its leaf."""
    used = dict.fromkeys(range(LEAVES), 0)
    item = []
    for leaf, _ in given_:
        item.append(leaf * PER_LEAF + used[leaf] % PER_LEAF)
        used[leaf] += 1
    leaves = [leaf for leaf, _ in given_]
    sheet = answers(np.zeros(len(given_)), leaves, item, [credit for _, credit in given_], weight)
    likelihood = log_likelihood(
        sheet.counts(1, LEAVES, 300), log_chances(ITEMS.curves()), leaves=LEAVES
    )
    return infer(likelihood, OUTLINE, ASSUMED)


def judged(*given_, level=2, cut=0.7):
    found = scores(believe(*given_), THE_BANK)
    count = np.bincount([leaf for leaf, _ in given_], minlength=LEAVES)
    n = np.bincount(OUTLINE.leaves_of(level), weights=count, minlength=OUTLINE.sizes[level])
    shares = OUTLINE.shares_of(level)
    return rows_of(areas.judge(found.levels[level][0], shares, n, cut=cut, named=1))


def rows_of(found):
    """Return estimates as a row for each area."""
    return [areas.AreaEstimates._make(row) for row in zip(*found, strict=True)]


records = st.lists(st.tuples(st.integers(0, LEAVES - 1), st.sampled_from([0.0, 0.5, 1.0])))


# --- The outline ------------------------------------------------------------------------------


def test_shares_add_up_from_topics_to_domains():
    assert OUTLINE.shares_of(0) == pytest.approx([0.6, 0.4])
    assert OUTLINE.mixing[1][0] == pytest.approx([1 / 3, 2 / 3, 0, 0, 0])


def test_an_area_whose_leaves_weigh_nothing_averages_them_evenly():
    outline = nested([(0, 0), (0, 1), (1, 2)], [0, 0, 1])
    assert outline.mixing[0][0] == pytest.approx([0.5, 0.5, 0])


@pytest.mark.parametrize(
    ("parents", "shares"),
    [
        (((0, 0), (1, 0)), (0.5, 0.5)),
        (((0, 0), (0, 0)), (0.5, 0.5)),
        (((0, 0),), (0.5, 0.6)),
        (((0, 0),), (1.5, -0.5)),
        (((0, 0),), (1.0,)),
    ],
)
def test_an_outline_that_does_not_fit_is_refused(parents, shares):
    with pytest.raises(ValueError, match=r"area|share"):
        Outline(parents, shares)


# --- Beliefs ----------------------------------------------------------------------------------


def test_the_message_passing_agrees_with_adding_up_every_case():
    """On a tree small enough, the joint distribution can be summed in full."""
    outline = nested([(0,), (1,)], [0.5, 0.5])
    spreads = Spreads(0.2, (0.8, 0.5))
    rng = np.random.default_rng(1)
    logs = rng.normal(0, 2, (1, 2, len(GRID)))
    found = infer(logs, outline, spreads)
    prior, kernel = spreads.prior(), spreads.kernel(0)
    joint = prior[:, None, None] * kernel[:, :, None] * kernel[:, None, :]
    joint = joint * np.exp(logs[0, 0])[None, :, None] * np.exp(logs[0, 1])[None, None, :]
    joint /= joint.sum()
    assert found.root[0] == pytest.approx(joint.sum(axis=(1, 2)), abs=1e-12)
    assert found.beliefs(0)[0, 0] == pytest.approx(joint.sum(axis=(0, 2)), abs=1e-12)
    squares = (GRID[None, :] - GRID[:, None]) ** 2
    assert found.squared_deviations(0)[0, 1] == pytest.approx((joint.sum(axis=1) * squares).sum())


@settings(max_examples=25)
@given(st.sets(st.tuples(st.integers(0, 3), st.integers(0, LEAVES - 1)), min_size=1))
def test_areas_without_answers_change_nothing_that_is_believed(answered):
    """What calibration leaves out is what tells nothing: a grove is the whole tree, cut down."""
    learner, leaf = np.array(sorted(answered)).T
    some = np.random.default_rng(4).normal(0, 2, (len(learner), len(GRID)))
    whole = np.zeros((4, LEAVES, len(GRID)))
    whole[learner, leaf] = some
    cut, full = infer(some, grove(OUTLINE, learner, leaf), ASSUMED), infer(whole, OUTLINE, ASSUMED)
    assert cut.root == pytest.approx(full.root[np.unique(learner)])
    assert cut.beliefs(2) == pytest.approx(full.beliefs(2)[learner, leaf])
    for level in range(3):
        areas_ = {(each, OUTLINE.leaves_of(level)[place]) for each, place in answered}
        index = tuple(np.array(sorted(areas_)).T)
        assert cut.beliefs(level) == pytest.approx(full.beliefs(level)[index])
        squares = full.squared_deviations(level)[index]
        assert cut.squared_deviations(level) == pytest.approx(squares)


def test_joint_draws_have_the_means_and_spreads_of_the_beliefs():
    belief = believe((0, 1.0), (0, 1.0), (1, 0.0), (3, 0.0), (3, 0.0), (3, 1.0))
    drawn = belief.draws(standard_normals(4000, 1 + sum(OUTLINE.sizes)))[0]
    mean, deviation = mean_and_deviation(belief.beliefs(2))
    assert drawn.mean(axis=0) == pytest.approx(mean[0], abs=0.05)
    assert drawn.std(axis=0) == pytest.approx(deviation[0], abs=0.05)


@settings(max_examples=25)
@given(records)
def test_every_figure_is_finite_and_in_its_range(record):
    for row in judged(*record):
        figures = (row.mean, row.low, row.high, row.chance_below, row.gain, row.weakest)
        assert all(math.isfinite(figure) for figure in figures)
        assert 0 <= row.low <= row.mean <= row.high <= 1
        assert 0 <= row.chance_below <= 1
        assert 0 <= row.gain <= 0.7
        assert row.error > 0


@settings(max_examples=15)
@given(records, st.randoms())
def test_the_order_of_answers_does_not_matter(record, random):
    """With the same items, as each item of a leaf is like every other here."""
    shuffled = list(record)
    random.shuffle(shuffled)
    for first, second in zip(judged(*record), judged(*shuffled), strict=True):
        assert first.mean == pytest.approx(second.mean)
        assert first.high == pytest.approx(second.high)


@settings(max_examples=25)
@given(records, st.integers(0, LEAVES - 1))
def test_one_more_answer_widens_no_belief_on_average(record, leaf):
    """The law of total variance: E[Var(after)] is at most Var(before)."""

    def spread(belief):
        return mean_and_deviation(belief.beliefs(2))

    now = believe(*record)
    (mean,), (before,) = spread(now)
    right, wrong = believe(*record, (leaf, 1.0)), believe(*record, (leaf, 0.0))
    # Every item is like every other here.
    likely = now.beliefs(2)[0, leaf] @ ITEMS.curves()[0]
    chance = likely, 1 - likely
    after = chance[0] * spread(right)[1][0] ** 2 + chance[1] * spread(wrong)[1][0] ** 2
    assert (after <= before**2 + 1e-9).all()
    together = chance[0] * spread(right)[0][0] + chance[1] * spread(wrong)[0][0]
    assert together == pytest.approx(mean, abs=1e-6)


def test_a_perfect_and_an_empty_record_stay_inside():
    for credit, verdict in ((1.0, "above"), (0.0, "below")):
        row = judged(*[(0, credit)] * 300)[0]
        assert row.verdict == verdict
        assert 0.2 < row.mean < 1


def test_without_answers_nothing_is_claimed():
    for row in judged():
        assert row.verdict == "too_few"
        assert row.low < 0.7 < row.high


def test_one_answer_moves_little_and_ten_move_much():
    none, one, ten = (judged(*[(0, 0.0)] * n)[0].mean for n in (0, 1, 10))
    assert none - one < 0.1
    assert one - ten > 0.1


def test_three_answers_get_no_verdict_however_bad():
    row = judged(*[(0, 0.0)] * 3, *[(1, 0.0)] * 60)[0]
    assert row.verdict == "too_few"
    assert row.more_needed >= 1


def test_what_is_known_around_an_area_pulls_it():
    near = judged(*[(1, 1.0)] * 20)[0].mean
    far = judged(*[(3, 1.0)] * 20)[0].mean
    assert near > far > judged()[0].mean


def test_a_heavier_area_has_more_to_gain():
    light, heavy = judged((0, 0.0), (1, 0.0))[:2]
    assert heavy.gain > light.gain


def test_an_answer_of_less_weight_counts_less():
    new = believe(*[(0, 0.0)] * 5)
    old = believe(*[(0, 0.0)] * 5, weight=0.5)
    none = believe()
    means = [mean_and_deviation(each.beliefs(2))[0][0, 0] for each in (new, old, none)]
    assert means == sorted(means)


def test_an_item_that_is_not_known_says_less():
    sure, unsure = (
        Items(np.zeros(1), np.array([error]), np.ones(1), np.full(1, 0.25)).curves()
        for error in (0.0, 2.0)
    )
    rise = [np.ptp(each[0, 20:40]) for each in (sure, unsure)]
    assert rise[0] > rise[1]
    assert sure[0, 0] == pytest.approx(0.25, abs=0.01)


def test_about_so_many_more_answers_do_part_the_range():
    record = [(0, 1.0)] * 12 + [(0, 0.0)]
    row = judged(*record)[0]
    assert row.verdict == "open"
    more = row.more_needed
    share = row.mean
    right = round(more * share)
    later = judged(*record, *[(0, 1.0)] * right, *[(0, 0.0)] * (more - right))[0]
    # The estimate itself moves on, so that the promise is rough; it is never far off.
    assert later.low > 0.65


def test_what_is_at_the_line_is_promised_nothing():
    draws = np.linspace(0.6, 0.8, 257)[:, None] + [0.0, 0.005]
    rows = rows_of(areas.judge(draws, np.full(2, 0.5), np.full(2, 50.0), cut=0.7, named=1))
    assert [(row.verdict, row.more_needed) for row in rows] == [("open", None)] * 2


def test_a_change_within_noise_is_none():
    assert not areas.is_change(0.60, 0.06, 0.65, 0.05)
    assert areas.is_change(0.50, 0.06, 0.75, 0.05)
    # Old answers fade: a belief that is wider than before is no proof of a change.
    assert not areas.is_change(0.60, 0.04, 0.64, 0.06)


# --- Learners in number -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowd():
    """700 learners whose abilities are known, 40 answers each, as the model has them."""
    rng = np.random.default_rng(17)
    count, each = 700, 40
    theta = (
        rng.normal(0.5, 0.9, count)[:, None]
        + rng.normal(0, 0.45, (count, 2))[:, OUTLINE.leaves_of(0)]
    )
    theta += rng.normal(0, 0.35, (count, 3))[:, OUTLINE.leaves_of(1)]
    theta += rng.normal(0, 0.25, (count, LEAVES))
    difficulty = rng.normal(0, 0.9, 300)
    chance = 0.25 + 0.75 * expit(theta[:, LEAF_OF] - difficulty)
    item = np.stack([rng.permutation(300)[:each] for _ in range(count)])
    right = rng.random(item.shape) < np.take_along_axis(chance, item, axis=1)
    learner = np.repeat(np.arange(count), each)
    given_ = answers(learner, LEAF_OF[item.ravel()], item.ravel(), right.ravel())
    truth = np.stack([chance[:, leaf == LEAF_OF].mean(axis=1) for leaf in range(LEAVES)], axis=1)
    return given_, difficulty, truth, count, chance


@pytest.fixture(scope="module")
def calibrated(crowd):
    given_, _, _, count, _ = crowd
    level = np.zeros(300, dtype=int)
    start = uncalibrated(level, np.full(300, 0.25), levels=1)
    return calibrate(given_, OUTLINE, start, level=level, learners=count)


def test_calibration_finds_difficulties_and_spreads(crowd, calibrated):
    difficulty = crowd[1]
    assert np.corrcoef(calibrated.items.difficulty, difficulty)[0, 1] > 0.9
    off = (calibrated.items.difficulty - difficulty + difficulty.mean()) / calibrated.items.error
    assert 0.8 < off.std() < 1.3
    assert calibrated.spreads.deviations[0] == pytest.approx(0.9, abs=0.15)
    assert calibrated.spreads.deviations[1] == pytest.approx(0.45, abs=0.2)


def test_ranges_hold_the_truth_nine_times_in_ten(crowd, calibrated):
    given_, _, truth, count, _ = crowd
    curves = calibrated.items.curves()
    belief = infer(
        log_likelihood(given_.counts(count, LEAVES, 300), log_chances(curves), leaves=LEAVES),
        OUTLINE,
        calibrated.spreads,
    )
    found = scores(belief, bank(calibrated.items.curves(), LEAF_OF, LEAVES))
    domains = truth @ OUTLINE.mixing[0].T
    low, high = interval(found.levels[0])
    assert 0.86 < ((low <= domains) & (domains <= high)).mean() < 0.94
    # And the stated chance to be the weakest is what it is worth.
    weakest = chance_weakest(found.levels[0])
    hits = weakest.argmax(axis=1) == domains.argmin(axis=1)
    assert hits.mean() == pytest.approx(weakest.max(axis=1).mean(), abs=0.05)


def test_an_item_with_few_answers_is_as_its_level_is(crowd):
    given_, _, _, count, _ = crowd
    level = np.arange(300) % 2
    few = given_.item >= 10
    thin = answers(given_.learner[few], given_.leaf[few], given_.item[few], given_.credit[few])
    start = uncalibrated(level, np.full(300, 0.25), levels=2)
    found = calibrate(thin, OUTLINE, start, level=level, learners=count, rounds=1)
    assert found.items.difficulty[:10] == pytest.approx(
        [found.level_means[each] for each in level[:10]], abs=0.05
    )
    assert found.items.difficulty[:10] != pytest.approx(crowd[1][:10], abs=0.05)
    assert (found.items.slope[:10] == 1).all()


def test_a_second_refresh_of_the_same_answers_changes_little(crowd, calibrated):
    given_, _, _, count, _ = crowd
    level = np.zeros(300, dtype=int)
    again = calibrate(given_, OUTLINE, calibrated, level=level, learners=count, rounds=2)
    assert again.items.difficulty == pytest.approx(calibrated.items.difficulty, abs=0.1)


# --- Passing ----------------------------------------------------------------------------------


def test_the_chance_to_pass_is_what_counting_fresh_forms_gives():
    rng = np.random.default_rng(3)
    belief = believe(*[(leaf, float(rng.random() < 0.7)) for leaf in range(5) for _ in range(12)])
    found = scores(belief, THE_BANK, draws=2000)
    expected = chance_to_pass(found, FormRules(50, 35)).mean()
    share = np.array(OUTLINE.shares)
    passed = 0
    for abilities in found.abilities[0]:
        leaf = rng.choice(LEAVES, 50, p=share)
        curves = at(THE_BANK.curves, abilities[None, None, :])[0, 0]
        passed += (rng.random(50) < curves[leaf]).sum() >= 35
    assert expected == pytest.approx(passed / 2000, abs=0.03)


def test_knowing_more_never_makes_passing_less_likely():
    chances = [
        chance_to_pass(
            scores(believe(*[(n % 5, float(n < right)) for n in range(40)]), THE_BANK),
            FormRules(50, 35),
        ).mean()
        for right in (0, 15, 25, 35, 40)
    ]
    assert chances == sorted(chances)


def test_a_leaf_without_items_is_like_the_rest():
    curves = np.tile(np.linspace(0.2, 0.9, len(GRID)), (2, 1))
    assert leaf_curves(curves, [0, 0], 2)[1] == pytest.approx(curves[0])


# --- What to ask next -------------------------------------------------------------------------


def test_the_most_telling_items_are_of_what_might_be_weakest():
    """Two domains that might be the weakest, two that surely are not."""
    outline = nested([(0, 0), (1, 1), (2, 2), (3, 3)], [0.25] * 4)
    rng = np.random.default_rng(4)
    draws = rng.normal([0.5, 0.5, 0.9, 0.9], [0.1, 0.1, 0.02, 0.02], (1, 800, 4)).clip(0, 1)
    found = Scores((draws, draws), draws.mean(axis=-1), draws.mean(axis=-1), draws)
    worth = next_items.worth_of_leaves(found, outline)[0]
    assert worth[2:].max() < worth[:2].min() / 3
    assert (worth >= -1e-9).all()


def test_chosen_items_may_be_asked_and_are_spread():
    worth = np.array([0.3, 0.25, 0.0, 0.0, 0.0])
    is_open = np.ones(300, dtype=bool)
    is_open[:10] = False
    information = next_items.item_information(ITEMS.curves())[:, 30]
    chosen = next_items.choose(worth, information, LEAF_OF, is_open, count=6)
    assert len(set(chosen)) == 6
    assert all(is_open[chosen])
    assert {int(LEAF_OF[each]) for each in chosen} == {0, 1}


def test_a_survey_goes_over_domains_tasks_and_topics_before_it_comes_back():
    """Two domains of two tasks of two topics, each topic with four items that are alike."""
    outline = nested([(n // 4, n // 2, n) for n in range(8)], [1 / 8] * 8)
    spreads = Spreads(0.5, (0.9, 0.45, 0.35, 0.25))
    leaves = np.repeat(np.arange(8), 4)
    covariance = next_items.leaf_covariance(outline, spreads, np.zeros(8))
    chosen = next_items.survey(
        *(outline, covariance, np.full(32, 0.2), leaves, np.ones(32, dtype=bool)),
        count=8,
        rng=np.random.default_rng(5),
    )
    asked = leaves[chosen]
    assert len(set(asked // 4)) == 2 == len({*asked[:2] // 4})
    assert len({*asked[:4] // 2}) == 4
    assert len(set(asked)) == 8


def test_a_survey_takes_what_tells_most_of_a_topic_and_only_what_may_be_asked():
    outline = nested([(0, 0), (1, 1)], [0.5, 0.5])
    covariance = next_items.leaf_covariance(outline, Spreads(0.5, (0.9, 0.45, 0.35)), np.zeros(2))
    information = np.array([0.1, 0.2, 0.9, 0.3, 0.1, 0.2, 0.3, 0.9])
    is_open = np.array([True] * 7 + [False])
    chosen = next_items.survey(
        *(outline, covariance, information, np.repeat([0, 1], 4), is_open),
        count=2,
        rng=np.random.default_rng(5),
    )
    assert chosen == [2, 6]


def test_a_survey_asks_about_what_was_not_told_yet():
    outline = nested([(0, 0), (1, 1)], [0.5, 0.5])
    spreads = Spreads(0.5, (0.9, 0.45, 0.35))
    known = next_items.leaf_covariance(outline, spreads, np.array([8.0, 0.0]))
    for seed in range(5):
        (first,) = next_items.survey(
            *(outline, known, np.full(8, 0.2), np.repeat([0, 1], 4), np.ones(8, dtype=bool)),
            count=1,
            rng=np.random.default_rng(seed),
        )
        assert first >= 4


def test_a_survey_does_not_ask_everybody_the_same():
    outline = nested([(0, 0), (1, 1)], [0.5, 0.5])
    covariance = next_items.leaf_covariance(outline, Spreads(0.5, (0.9, 0.45, 0.35)), np.zeros(2))
    asked = {
        tuple(
            next_items.survey(
                *(outline, covariance, np.full(40, 0.2), np.repeat([0, 1], 20), np.ones(40, bool)),
                count=3,
                rng=np.random.default_rng(seed),
            )
        )
        for seed in range(10)
    }
    assert len(asked) > 5


def test_what_suits_one_ability_alone_says_little_of_a_stranger():
    """A steep item far off tells less on average than a flat one in the middle."""
    items = Items(np.array([3.0, 0.5]), np.zeros(2), np.array([2.0, 1.0]), np.zeros(2))
    draws = np.random.default_rng(3).normal(0.5, 0.9, (400, 1))
    far, near = next_items.expected_information(items.curves(), draws, np.zeros(2, dtype=np.intp))
    assert near > far


def test_with_nothing_left_to_ask_nothing_is_chosen():
    shut = np.zeros(300, dtype=bool)
    assert next_items.choose(np.ones(5), np.ones(300), LEAF_OF, shut, count=3) == []


def test_information_is_highest_near_the_difficulty():
    hard = Items(np.array([2.0]), np.zeros(1), np.ones(1), np.zeros(1)).curves()
    information = next_items.item_information(hard)[0]
    assert GRID[information.argmax()] == pytest.approx(2, abs=STEP)


def test_draws_are_the_same_every_time():
    assert (standard_normals(64, 3) == standard_normals(64, 3)).all()
    assert isinstance(THE_BANK, Bank)


@pytest.mark.parametrize("draws", [40, 256, 999])
def test_the_ends_of_a_range_are_weibull_s_quantiles(draws):
    table = np.random.default_rng(draws).normal(size=(3, draws, 5))
    low, high = np.quantile(table, [0.05, 0.95], axis=1, method="weibull")
    found = interval(table)
    assert found[0] == pytest.approx(low)
    assert found[1] == pytest.approx(high)
