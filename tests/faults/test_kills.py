"""Programs are killed while candidates answer: nothing that was acknowledged is lost."""

from tests.faults.storm import storm


def ready(make_stage, candidates, **values):
    stage = make_stage(candidates=candidates, is_quick=True, **values)
    stage.start("web", "worker", "beat")
    stage.wait_until_up()
    return stage


def test_kills_lose_no_acknowledged_save_and_score_every_sitting_once(make_stage, counts):
    """Web, database and worker, each at random moments, in one storm.

    Every acknowledged save stands in the log once, questions hold what was acknowledged last, each
    finished sitting has the one score its answers earn, and each score gets its one report.
    """
    result = storm(
        ready(make_stage, counts["candidates"]),
        seed=counts["storm_seed"],
        web=counts["web_kills"],
        database=counts["database_kills"],
        worker=counts["worker_kills"],
    )
    assert result.saves > 0
    assert result.verdict.is_clean, result.verdict


def test_control_a_server_that_acknowledges_before_it_commits_is_found_out(make_stage, counts):
    """The twin: the same storm finds losses where the promise is broken."""
    stage = ready(make_stage, 8, DJANGO_SETTINGS_MODULE="tests.faults.hasty")
    result = storm(stage, seed=counts["storm_seed"], web=2)
    assert result.verdict.lost
