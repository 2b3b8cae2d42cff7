"""Kills at random moments while a crowd answers, and the table of what became of it."""

import random
import time
from dataclasses import dataclass, field
from statistics import median

from tests.faults.crowd import Crowd
from tests.faults.oracle import Verdict, judge, wait_for_reports
from tests.faults.stage import Stage
from tests.support.processes import wait_for

RECOVERY_SECONDS = 90
# Every storm of a run, for the table at its end.
TABLE: list["Storm"] = []


@dataclass
class Storm:
    """What was killed, and what it did."""

    kills: dict[str, int]
    saves: int = 0
    sittings: int = 0
    verdict: Verdict | None = None
    recoveries: list[float] = field(default_factory=list)

    @property
    def line(self) -> str:
        kills = ", ".join(f"{count} {name}" for name, count in self.kills.items() if count)
        found = self.verdict
        lost = len(found.lost) if found else "?"
        wrong = (
            found.duplicated
            + found.overwritten
            + found.scored_twice
            + found.unscored
            + len(found.misscored)
            if found
            else "?"
        )
        seconds = (
            f"{median(self.recoveries):.1f} s, at most {max(self.recoveries):.1f} s"
            if self.recoveries
            else "-"
        )
        return (
            f"kills: {kills or 'none'} | sittings {self.sittings} | saves acknowledged {self.saves}"
            f" | lost {lost} | duplicated, overwritten, missing or double scores {wrong}"
            f" | recovery {seconds}"
        )


def storm(stage: Stage, *, seed: int, web: int = 0, database: int = 0, worker: int = 0) -> Storm:
    """Kill programs while the crowd answers, then compare what it was told with what is stored."""
    kills = {"web": web, "database": database, "worker": worker}
    result = Storm(kills)
    TABLE.append(result)
    chance = random.Random(seed)
    plan = [name for name, count in kills.items() for _ in range(count)]
    chance.shuffle(plan)
    with Crowd(stage, seed=seed) as crowd:
        for name in plan:
            _wait_for_a_moment(crowd, chance, name)
            _strike(stage, name)
            begun_at = time.monotonic()
            if name != "worker":
                _wait_for_saves(crowd, 1)
                result.recoveries.append(time.monotonic() - begun_at)
    result.saves, result.sittings = crowd.saves, len(crowd.finished)
    result.verdict = judge(stage, crowd.acknowledged)
    wait_for_reports(stage)
    return result


def _wait_for_a_moment(crowd: Crowd, chance: random.Random, name: str) -> None:
    """Wait until the crowd works again, and then a random while: for the worker, after a finish."""
    if name == "worker":
        finished = len(crowd.finished)
        _wait_for(crowd, lambda: len(crowd.finished) > finished)
    else:
        _wait_for_saves(crowd, len(crowd.members))
    time.sleep(chance.uniform(0, 0.7))


def _wait_for_saves(crowd: Crowd, count: int) -> None:
    before = crowd.saves
    _wait_for(crowd, lambda: crowd.saves >= before + count)


def _wait_for(crowd: Crowd, claim) -> None:  # type: ignore[no-untyped-def]
    def holds() -> bool:
        if crowd.problem:
            raise crowd.problem
        return bool(claim())

    try:
        wait_for(holds, seconds=RECOVERY_SECONDS, what="the crowd to be answered")
    except AssertionError as error:
        error.add_note(crowd.stage.condition())
        raise


def _strike(stage: Stage, name: str) -> None:
    if name == "database":
        stage.kill_database()
    else:
        stage.kill(name)
        stage.start(name)
