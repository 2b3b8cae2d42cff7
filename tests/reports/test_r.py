"""Figures of ours beside those of R's packages, on public data that ship with them."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from examapp.reports.measurement import classical, rasch, rasch_marginal
from examapp.reports.measurement.agreement import agreement
from examapp.reports.measurement.evidence import answers, log_chances, log_likelihood
from examapp.reports.measurement.items import Items
from examapp.reports.measurement.outline import nested
from examapp.reports.measurement.posterior import Spreads, infer
from tests.support.beliefs import mean_and_deviation
from tests.support.published import SHROUT_FLEISS

pytestmark = pytest.mark.nightly

SCRIPT = Path(__file__).parent / "published.R"
PACKAGES = ("psych", "eRm", "lme4")
INSTALL = "apt-get install --no-install-recommends r-base-core r-cran-psych r-cran-erm r-cran-lme4"


@pytest.fixture(scope="module")
def published():
    """What R prints for the data that its packages ship; some minutes of one core."""
    if not shutil.which("Rscript"):
        pytest.skip(f"R is not installed: {INSTALL}")
    known = " && ".join(f'requireNamespace("{name}", quietly=TRUE)' for name in PACKAGES)
    asked = ["Rscript", "-e", f"quit(status = !({known}))"]
    if subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip(f"packages of R are missing: {INSTALL}")
    found = subprocess.run(["Rscript", str(SCRIPT)], capture_output=True, text=True, check=True)
    return json.loads(found.stdout)


def test_classical_figures_of_lsat_6_are_those_of_psych(published):
    table = np.array(published["lsat"], dtype=float)
    figures, whole = classical.item_figures(table), classical.whole_figures(table)
    assert figures.facility == pytest.approx(published["facility"], abs=1e-9)
    assert figures.discrimination == pytest.approx(published["discrimination"], abs=1e-6)
    assert whole.alpha == pytest.approx(published["kr20"], abs=1e-6)
    assert whole.sem == pytest.approx(published["sem"], abs=1e-6)


def test_conditional_rasch_difficulties_and_errors_of_lsat_6_are_those_of_erm(published):
    found = rasch.rasch(np.array(published["lsat"], dtype=float))
    assert found.difficulty == pytest.approx(published["rasch"], abs=1e-4)
    assert found.error == pytest.approx(published["rasch_se"], rel=1e-3)


def aggression(published):
    return np.array(published["aggression"], dtype=float).reshape(316, 24)


def test_marginal_rasch_difficulties_of_verbal_aggression_are_those_of_lme4(published):
    table = aggression(published)
    group = np.zeros(len(table), dtype=int)
    found, _ = rasch_marginal.marginal(
        rasch_marginal.totals_of(table, np.ones((1, 24), dtype=bool), group)
    )
    theirs = np.array(published["marginal"])
    assert found == pytest.approx(theirs - theirs.mean(), abs=2e-3)


def test_abilities_in_two_levels_are_those_of_lme4(published):
    """People, and their deviation in each of three kinds of behaviour, by its own variances.

    It prints the modes of what is to be believed, we tell the means, which lie further out where
    few answers make the belief uneven; so the order must be the same and the distance small.
    """
    table, kind_of = aggression(published), np.array(published["kinds"])
    people, item = np.repeat(np.arange(316), 24), np.tile(np.arange(24), 316)
    nothing = np.zeros(24)
    items = Items(-np.array(published["easiness"]), nothing, nothing + 1, nothing + 1e-9)
    sheet = answers(people, kind_of[item], item, table.ravel())
    likelihood = log_likelihood(sheet.counts(316, 3, 24), log_chances(items.curves()), leaves=3)
    spreads = Spreads(0.0, (published["spread_of_people"], published["spread_of_kinds"]))
    believed = infer(likelihood, nested([(0,), (1,), (2,)], [1 / 3] * 3), spreads)
    mean, deviation = mean_and_deviation(believed.root)
    theirs = np.array(published["people"])
    assert np.corrcoef(mean, theirs)[0, 1] > 0.9995
    assert np.abs((mean - theirs) / deviation).max() < 0.3
    inside, deviation = mean_and_deviation(believed.beliefs(0))
    theirs = np.array(published["people_in_kinds"]).reshape(316, 3)
    assert np.corrcoef(inside.ravel(), theirs.ravel())[0, 1] > 0.995
    assert np.abs((inside - theirs) / deviation).max() < 0.5


def test_the_agreement_of_raters_is_that_of_psych(published):
    found = agreement(SHROUT_FLEISS)
    assert [found.single, found.average] == pytest.approx(published["icc"], abs=1e-6)
