"""Figures of ours beside those of others: published data, published results, by hand."""

import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from examapp.reports.measurement import classical, rasch, rasch_marginal, tables

# Law School Admission Test, section 6: answers of 1,000 people to 5 items, as counts of patterns
# (Bock & Lieberman 1970, "Fitting a response model for n dichotomously scored items").
LSAT_6 = {
    "00000": 3, "00001": 6, "00010": 2, "00011": 11, "00100": 1, "00101": 1, "00110": 3,
    "00111": 4, "01000": 1, "01001": 8, "01011": 16, "01101": 3, "01110": 2, "01111": 15,
    "10000": 10, "10001": 29, "10010": 14, "10011": 81, "10100": 3, "10101": 28, "10110": 15,
    "10111": 80, "11000": 16, "11001": 56, "11010": 21, "11011": 173, "11100": 11, "11101": 61,
    "11110": 28, "11111": 298,
}  # fmt: skip


@pytest.fixture(scope="module")
def lsat():
    rows = [[float(each) for each in pattern] for pattern, n in LSAT_6.items() for _ in range(n)]
    return np.array(rows)


def test_facilities_reliability_and_discriminations_of_lsat_6(lsat):
    """As `descript(LSAT)` of the R package ltm prints them (Rizopoulos 2006, JSS 17(5))."""
    figures, whole = classical.item_figures(lsat), classical.whole_figures(lsat)
    assert np.round(figures.facility, 3).tolist() == [0.924, 0.709, 0.553, 0.763, 0.870]
    assert round(whole.alpha, 4) == 0.2950
    assert np.round(figures.discrimination, 4).tolist() == [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]


def test_marginal_difficulties_of_lsat_6(lsat):
    """As `rasch(LSAT)` of ltm prints them: times the common discrimination, and centred."""
    printed = np.array([-3.6153, -1.3224, -0.3176, -1.7301, -2.7802]) * 0.7551
    group = np.zeros(len(lsat), dtype=int)
    found, _ = rasch_marginal.marginal(
        rasch_marginal.totals_of(lsat, np.ones((1, 5), dtype=bool), group)
    )
    assert found == pytest.approx(printed - printed.mean(), abs=3e-4)


def test_conditional_difficulties_of_lsat_6(lsat):
    """The conditional estimates (Andersen 1980, "Discrete Statistical Models", pp. 253-254)."""
    found = rasch.rasch(lsat)
    assert found.method == "conditional"
    assert found.difficulty == pytest.approx([-1.256, 0.475, 1.236, 0.168, -0.623], abs=6e-4)
    assert found.difficulty.sum() == pytest.approx(0)


def test_conditional_errors_are_the_curvature_of_the_conditional_likelihood(lsat):
    """The likelihood written out over all patterns, and differentiated by differences."""
    patterns = [tuple(map(int, pattern)) for pattern in LSAT_6]
    counts = np.array(list(LSAT_6.values()), dtype=float)
    everything = np.array(np.meshgrid(*[[0, 1]] * 5)).reshape(5, -1).T

    def log_likelihood(difficulty):
        weights = np.exp(-everything @ difficulty)
        total = 0.0
        for pattern, count in zip(patterns, counts, strict=True):
            alike = weights[everything.sum(axis=1) == sum(pattern)].sum()
            total += count * (-np.array(pattern) @ difficulty - np.log(alike))
        return total

    found = rasch.rasch(lsat)
    step, size = 1e-3, np.eye(5)
    curvature = np.array(
        [
            [
                sum(
                    a * b * log_likelihood(found.difficulty + a * step * x + b * step * y)
                    for a in (1, -1)
                    for b in (1, -1)
                )
                / (4 * step**2)
                for y in size
            ]
            for x in size
        ]
    )
    variance = np.linalg.pinv(-curvature, rcond=1e-4)
    assert found.error == pytest.approx(np.sqrt(np.diag(variance)), rel=1e-3)


def test_two_items_have_the_difficulty_of_their_odds():
    """With two items the conditional estimate is the log odds of the one over the other."""
    table = np.array([[1, 0]] * 30 + [[0, 1]] * 10 + [[1, 1]] * 7 + [[0, 0]] * 3, dtype=float)
    found = rasch.rasch(table)
    assert found.difficulty[1] - found.difficulty[0] == pytest.approx(np.log(3))
    assert found.error == pytest.approx([np.sqrt(1 / 30 + 1 / 10) / 2] * 2)


def test_sets_that_are_linked_are_put_on_one_scale():
    rng = np.random.default_rng(2)
    difficulty = np.array([-1.0, -0.5, 0.0, 0.5, 1.0, 1.5])
    chance = 1 / (1 + np.exp(difficulty - rng.normal(0, 1, (6000, 1))))
    table = (rng.random(chance.shape) < chance).astype(float)
    table[:3000, 4:] = np.nan
    table[3000:, :2] = np.nan
    found = rasch.rasch(table)
    assert found.method == "conditional"
    assert found.difficulty == pytest.approx(difficulty - difficulty.mean(), abs=0.15)


def test_the_two_methods_agree_on_many_answers():
    rng = np.random.default_rng(6)
    difficulty = rng.normal(0, 1, 20)
    chance = 1 / (1 + np.exp(difficulty - rng.normal(0, 1, (4000, 1))))
    table = (rng.random(chance.shape) < chance).astype(float)
    one = rasch.rasch(table)
    other, error = rasch_marginal.marginal(
        rasch_marginal.totals_of(table, np.ones((1, 20), dtype=bool), np.zeros(4000, dtype=int))
    )
    assert one.method == "conditional"
    assert other == pytest.approx(one.difficulty, abs=0.03)
    assert error == pytest.approx(one.error, rel=0.1)


# --- Classical figures, by hand ---------------------------------------------------------------


def test_kr20_by_its_formula():
    """k / (k - 1) (1 - sum of p q / variance), Kuder & Richardson 1937, formula 20."""
    table = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0], [1, 1, 1]], dtype=float)
    p = table.mean(axis=0)
    by_hand = 3 / 2 * (1 - (p * (1 - p)).sum() / table.sum(axis=1).var())
    whole = classical.whole_figures(table)
    assert whole.alpha == pytest.approx(by_hand)
    assert whole.sem == pytest.approx(table.sum(axis=1).std(ddof=1) * np.sqrt(1 - by_hand))


def test_reliability_of_another_length_is_spearman_brown_s():
    rng = np.random.default_rng(8)
    table = (rng.random((400, 10)) < 1 / (1 + np.exp(-rng.normal(0, 1.5, (400, 1))))).astype(float)
    short = classical.whole_figures(table).alpha
    long = classical.whole_figures(table, length=20).alpha
    assert long == pytest.approx(2 * short / (1 + short))


def test_the_upper_lower_index_of_a_perfect_item_is_one():
    level = np.arange(100) / 100
    credit = (level >= 0.5).astype(float)
    figures = classical.figures_beside(credit, level)
    assert figures[3] == 1
    assert figures[4] == pytest.approx(1)
    assert classical.figures_beside(1 - credit, level)[4] < -0.9


def test_people_who_are_tied_at_the_edge_of_a_group_enter_in_part():
    """27 % of 10 are 2.7: the two best, and 0.7 of the four tied behind them."""
    rest = np.array([9, 8, 7, 7, 7, 7, 3, 2, 1, 0], dtype=float)
    credit = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0], dtype=float)
    assert classical.figures_beside(credit, rest)[3] == pytest.approx((2 + 0.7 * 0.5) / 2.7)


def test_fifths_hold_a_fifth_each():
    assert np.bincount(classical.by_fifth(np.arange(50.0))).tolist() == [10] * 5


# --- manage.py item_analysis ------------------------------------------------------------------


def run(tmp_path, text):
    file = tmp_path / "answers.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    out = StringIO()
    call_command("item_analysis", responses=file, stdout=out)
    return json.loads(out.getvalue())


def test_the_command_prints_what_is_published(lsat, tmp_path):
    rows = ["a,b,c,d,e", *(",".join(str(int(each)) for each in row) for row in lsat)]
    found = run(tmp_path, "\n".join(rows))
    assert (found["n"], round(found["kr20"], 3), round(found["sem"], 3)) == (1000, 0.295, 0.869)
    assert [item["name"] for item in found["items"]] == list("abcde")
    assert found["items"][2]["rasch_difficulty"] == pytest.approx(1.236, abs=6e-4)
    assert set(found["items"][0]) >= {
        *("name", "facility", "discrimination", "rasch_difficulty", "rasch_se")
    }
    assert found["notes"] == []


def test_an_empty_cell_was_not_presented(tmp_path):
    found = run(tmp_path, "\ufeffa, b\r\n1,0\r\n0, 1\r\n1,\r\n\r\n,1\r\n")
    assert found["n"] == 4
    assert [item["n"] for item in found["items"]] == [3, 3]
    assert found["items"][0]["facility"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b\n1,0\n1,x\n", "Row 3, column 'b': 'x' is none of 0, 1 and empty"),
        ("a,b\n1,2\n", "Row 2, column 'b': '2'"),
        ("a,b\n1,0.5\n", "Row 2, column 'b': '0.5'"),
        ("a,b\n1,nan\n", "Row 2, column 'b': 'nan'"),
        ("a,b\n1\n", "Row 2: 1 cells for 2 items"),
        ("a,b\n1,0,1\n", "Row 2: 3 cells for 2 items"),
        ("a,a\n1,0\n", "Row 1, column 2: the name 'a' stands there twice"),
        ("a,\n1,0\n", "Row 1, column 2: the item has no name"),
        ("a,b\n", "no row below its item names"),
        ("", "The table is empty"),
        ("a\n" + "9" * 200_000, "Row 2"),
        (b"a,b\n\xff,1\n", "is not text in UTF-8"),
    ],
)
def test_a_bad_table_is_answered_with_row_and_column(tmp_path, text, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(tmp_path, text)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("item_analysis", responses=tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("a,b\n1,0\n", "two persons"),
        ("a,b\n1,1\n1,1\n", "everyone had it right"),
        ("a,b\n0,0\n0,0\n", "nobody had it right"),
        ("a,b,c\n1,,0\n0,,1\n", "presented to nobody"),
        ("a\n1\n0\n", "two items"),
        ("a,b\n1,0\n0,1\n,\n", "1 rows hold no answer"),
        # Nobody met both: nothing joins the two.
        ("a,b\n1,\n0,\n,1\n,0\n", "too few persons vary"),
    ],
)
def test_what_cannot_be_told_is_null_with_a_sentence(tmp_path, text, note):
    found = run(tmp_path, text)
    assert any(note in each for each in found["notes"]), found["notes"]
    assert "NaN" not in json.dumps(found)


def test_a_large_table_is_analysed_by_the_marginal_method():
    """A tenth of the largest that is promised, in both directions."""
    rng = np.random.default_rng(9)
    difficulty = rng.normal(0, 1, 100)
    chance = 1 / (1 + np.exp(difficulty - rng.normal(0, 1, (1000, 1))))
    cells = (rng.random(chance.shape) < chance).astype(float)
    found = tables.analyse(tables.Table(tuple(f"i{n}" for n in range(100)), cells))
    places = [item["rasch_difficulty"] for item in found["items"]]
    assert found["rasch_method"] == "marginal"
    assert np.corrcoef(places, difficulty)[0, 1] > 0.99


def test_a_table_beyond_all_bounds_is_refused_before_it_is_read():
    lines = iter(["a,b"] + ["1,0"] * 5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "MOST_ROWS", 3)
        with pytest.raises(tables.TableError, match="Row 5: the table is too large"):
            tables.read(lines)
