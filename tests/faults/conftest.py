"""A stage for each test, and the table of all storms at the end."""

import pytest

from tests.faults.stage import Stage
from tests.faults.storm import TABLE


def pytest_collection_modifyitems(items):
    for item in items:
        if "/faults/" in item.nodeid:
            item.add_marker(pytest.mark.faults)


def pytest_terminal_summary(terminalreporter):
    if TABLE:
        terminalreporter.section("faults")
        for storm in TABLE:
            terminalreporter.line(storm.line)


@pytest.fixture
def make_stage():
    """Build stages; each is cleared away."""
    stages = []

    def make_stage(*, candidates=1, **values):
        stages.append(Stage(candidates=candidates, **values))
        return stages[-1]

    yield make_stage
    for stage in stages:
        stage.close()


@pytest.fixture
def counts(request):
    """How much is killed, from the command line."""
    option = request.config.getoption
    names = ("web_kills", "database_kills", "worker_kills", "candidates", "storm_seed")
    return {name: option(name) for name in names}
