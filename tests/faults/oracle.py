"""What the database holds, beside what candidates were told."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from questions.items.responses import authored, grade
from tests.faults.crowd import Acknowledged
from tests.faults.stage import Stage
from tests.support.processes import wait_for

# Two sweeps of the reports, and a busy machine.
REPORT_SECONDS = 120


@dataclass(frozen=True)
class Verdict:
    """Counts of what must not be, each with a place to look."""

    lost: list[Acknowledged]
    duplicated: int
    overwritten: int
    scored_twice: int
    unscored: int
    misscored: list[str]

    @property
    def is_clean(self) -> bool:
        return not any(vars(self).values())


def judge(stage: Stage, acknowledged: list[Acknowledged]) -> Verdict:
    """Compare a ledger with the log, the log with the paper, and the paper with the scores."""
    events = stage.rows(
        "SELECT item.session_id::text, item.position, event.client::text, event.seq,"
        " event.response, event.revision"
        " FROM exams_answerevent event JOIN exams_sessionitem item ON item.id = event.item_id"
        " WHERE event.outcome = 'saved'"
    )
    stored = {tuple(row[:4]): (row[4], row[5]) for row in events}
    lost = [
        each
        for each in acknowledged
        if stored.get((each.session_id, each.position, each.client, each.seq))
        != (each.response, each.revision)
    ]
    return Verdict(
        lost=lost,
        duplicated=_duplicated(events),
        overwritten=_overwritten(stage, acknowledged),
        scored_twice=_count(
            stage, "SELECT count(*) FROM exams_score GROUP BY session_id HAVING count(*) > 1"
        ),
        unscored=_count(
            stage,
            "SELECT 1 FROM exams_examsession session WHERE status = 'finished' AND NOT EXISTS"
            " (SELECT FROM exams_score score WHERE score.session_id = session.id AND is_current)",
        ),
        misscored=_misscored(stage),
    )


def wait_for_reports(stage: Stage) -> None:
    """Return once every score has its report; there is never a second one."""
    missing = (
        "SELECT 1 FROM exams_score score WHERE is_current AND NOT EXISTS"
        " (SELECT FROM reports_weakareareport report WHERE report.score_id = score.id)"
    )
    wait_for(
        lambda: not stage.rows(missing), seconds=REPORT_SECONDS, what="a report for every score"
    )
    assert not _count(
        stage, "SELECT 1 FROM reports_weakareareport GROUP BY session_id HAVING count(*) > 1"
    )


def _count(stage: Stage, statement: str) -> int:
    return len(stage.rows(statement))


def _duplicated(events: list[tuple]) -> int:  # type: ignore[type-arg]
    """Count saves that stand twice, and questions whose revisions are not 1, 2, 3 and so on."""
    twice = sum(count - 1 for count in Counter(tuple(row[:4]) for row in events).values())
    revisions = defaultdict(list)
    for session_id, position, _, _, _, revision in events:
        revisions[session_id, position].append(revision)
    uneven = [each for each in revisions.values() if sorted(each) != list(range(1, len(each) + 1))]
    return twice + len(uneven)


def _overwritten(stage: Stage, acknowledged: list[Acknowledged]) -> int:
    """Count questions that do not hold what was acknowledged last."""
    last = {}
    for each in sorted(acknowledged, key=lambda each: each.revision):
        last[each.session_id, each.position] = each.response
    held = {
        (session_id, position): response
        for session_id, position, response in stage.rows(
            "SELECT session_id::text, position, response FROM exams_sessionitem"
        )
    }
    return sum(held.get(place) != response for place, response in last.items())


def _misscored(stage: Stage) -> list[str]:
    """Return sessions whose score is not what their stored responses earn."""
    earned: defaultdict[str, float] = defaultdict(float)
    for session_id, item_type, right, response, shuffle, policy in stage.rows(
        "SELECT item.session_id::text, version.type, version.key -> 'right', item.response,"
        " item.shuffle, session.grading_policy FROM exams_sessionitem item"
        " JOIN questions_questionversion version ON version.id = item.keyed_by_id"
        " JOIN exams_examsession session ON session.id = item.session_id"
        " WHERE item.is_scored AND session.status = 'finished'"
    ):
        chosen = authored(item_type, response, shuffle)
        earned[session_id] += grade(item_type, right, chosen, policy)
    scores = stage.rows("SELECT session_id::text, credit FROM exams_score WHERE is_current")
    return [each for each, credit in scores if abs(float(credit) - earned[each]) > 1e-6]
