"""A new release comes up while candidates answer."""

import pytest

from tests.faults.crowd import Crowd
from tests.faults.oracle import judge
from tests.support.processes import wait_for

pytestmark = pytest.mark.nightly

STOP_SECONDS = 30


def test_a_restart_under_load_cuts_no_request_and_loses_nothing(make_stage):
    """The old server answers what it has begun, a migration runs, the new server goes on."""
    stage = make_stage(candidates=8)
    stage.start("web")
    stage.wait_until_up()
    with Crowd(stage, seed=7, pause=0.05) as crowd:
        for _ in range(2):
            saves = crowd.saves
            wait_for(lambda saves=saves: crowd.saves > saves + 16, what="saves")
            old = stage.ask_to_stop("web")
            assert old.wait(STOP_SECONDS) == 0
            stage.python(
                "import json, django\n"
                "django.setup()\n"
                "from django.core.management import call_command\n"
                "call_command('migrate', verbosity=0)\n"
                "print(json.dumps(None))"
            )
            stage.start("web")
            stage.wait_until_up()
    assert judge(stage, crowd.acknowledged).is_clean
    assert sum(member.cut for member in crowd.members) == 0
