"""What an import would do, worked out and kept with it, so that its page need not do so again."""

from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError
from django.db.models import QuerySet
from django.db.models.functions import Now

from questions.exchange.collector import ColumnsUnknown, Loaded
from questions.exchange.text_files import FormatError
from questions.items.content import data_of
from questions.models import Import, ImportStatuses, Topic
from questions.services.imports.plan import Plan, Planned, plan, read

logger = structlog.get_logger(__name__)

# Questions that a preview shows, problems and warnings, and words to be placed by hand.
SHOWN = 20
MOST_LINES = 200
MOST_PLACES = 60
# Bytes of a file that is looked at while its sender waits; a worker looks at larger ones.
AT_ONCE = 300_000


@dataclass(frozen=True)
class ByHand:
    """What was said by hand of a file: its columns, where words belong, what it leaves open.

    Columns go by their names in the file, `answers` by the names of its questions.
    """

    columns: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[str, str], int] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Import) -> "ByHand":
        """Return what is kept with an import."""
        places = run.mapping.get("places", [])
        return cls(
            columns=dict(run.mapping.get("columns", {})),
            places={(kind, word): topic for kind, word, topic in places},
            answers=dict(run.mapping.get("answers", {})),
        )

    @property
    def data(self) -> dict[str, Any]:
        """The same as JSON holds it."""
        places = [[kind, word, topic] for (kind, word), topic in self.places.items()]
        if self == ByHand():
            return {}
        return {"columns": self.columns, "places": places, "answers": self.answers}


def planned_of(run: Import) -> tuple[Plan, Loaded]:
    """Return what an import would do as things stand, and its file as read; raises FormatError."""
    by_hand = ByHand.of(run)
    loaded = read(
        bytes(run.content),
        name=run.format,
        encoding=run.encoding,
        columns=by_hand.columns,
        answers=by_hand.answers,
    )
    return plan(run.exam, loaded, otherwise=run.topic, by_hand=by_hand.places), loaded


def preview_of(run: Import) -> dict[str, Any]:
    """Return what an import would do, as much of it as is shown.

    A table whose columns are not known has them to be named, and nothing else. Raises FormatError
    for a file that cannot be read, or that breaks its reader.
    """
    try:
        planned, loaded = planned_of(run)
    except ColumnsUnknown as error:
        unread = Loaded(columns=error.columns)
        return _said(Plan(), unread) | {"columns_problem": error.reason}
    except (FormatError, DatabaseError, SoftTimeLimitExceeded):
        raise
    except Exception as error:
        logger.exception("preview_failed", import_id=run.pk)
        raise FormatError("looking at it broke off; an operator finds why in the log") from error
    return _said(planned, loaded)


def look(run: Import) -> Import:
    """Work out an import's preview and keep it; the file fails where it cannot be read.

    A file that breaks its reader fails too: it would do so again. What the database or a worker's
    time limit breaks off waits for the next look.
    """
    try:
        preview = preview_of(run)
    except FormatError as error:
        _fail(run, error.reason, error.line)
    else:
        _looked_at(run).update(status=ImportStatuses.READ, preview=preview, touched_at=Now())
    return Import.objects.defer("content").select_related("exam", "by").get(pk=run.pk)


def _fail(run: Import, reason: str, row: int = 0) -> None:
    _looked_at(run).update(
        status=ImportStatuses.FAILED,
        report={"problems": [{"row": row, "column": "", "reason": reason}], "problem_count": 1},
        content=b"",
        finished_at=Now(),
    )


def _looked_at(run: Import) -> QuerySet[Import]:
    """Return an import that nobody has begun to take in yet."""
    unused = [ImportStatuses.LOOKING, ImportStatuses.READ]
    return Import.objects.filter(pk=run.pk, status__in=unused)


def look_at(run_id: UUID) -> None:
    """Look at a file that waits for it; a second call changes nothing."""
    waiting = Import.objects.filter(pk=run_id, status=ImportStatuses.LOOKING)
    run = waiting.select_related("exam", "topic__task").first()
    if run:
        waiting.update(touched_at=Now())
        look(run)


def say(run: Import, *, topic: Topic | None, by_hand: ByHand) -> bool:
    """Keep what was said by hand of an import; tell whether its preview no longer holds."""
    if run.preview and (run.topic, run.mapping) == (topic, by_hand.data):
        return False
    run.topic, run.mapping, run.preview = topic, by_hand.data, {}
    waiting = Import.objects.filter(pk=run.pk, status=ImportStatuses.READ)
    waiting.update(topic=topic, mapping=run.mapping, preview={})
    return True


def leave_to_worker(run: Import) -> Import:
    """Say that a worker has to look at a file."""
    waiting = Import.objects.filter(pk=run.pk, status=ImportStatuses.READ)
    waiting.update(status=ImportStatuses.LOOKING, touched_at=Now())
    return Import.objects.defer("content").select_related("exam").get(pk=run.pk)


def _said(planned: Plan, loaded: Loaded) -> dict[str, Any]:
    warned = [
        {"row": row.taken.row, "reason": warning}
        for row in planned.rows
        for warning in row.taken.warnings
    ]
    places = sorted(planned.places.items(), key=lambda each: (each[1][1] is not None, each[0]))
    return {
        "counts": {
            "rows": len(planned.rows),
            "fresh": len(planned.fresh),
            "twins": len(planned.twins),
            "same": len(planned.same),
            "alike": len(planned.alike),
            "problems": len(planned.problems),
            "warned": len(warned),
        },
        "rows": [_row(row) for row in planned.rows[:SHOWN]],
        "problems": planned.problems[:MOST_LINES],
        "warned": warned[:MOST_LINES],
        "alike": [
            {"row": row.taken.row, "ref": row.alike[0], "percent": round(100 * row.alike[1])}
            for row in planned.rows
            if row.alike
        ][:MOST_LINES],
        "columns": [list(each) for each in loaded.columns],
        "questions": [asdict(question) for question in loaded.questions],
        "encoding": loaded.encoding,
        "places": [
            {
                "kind": kind,
                "word": word,
                "count": count,
                "topic": topic.pk if topic else None,
                "title": f"{topic.task.number} {topic.title}" if topic else "",
            }
            for (kind, word), (count, topic) in places[:MOST_PLACES]
        ],
    }


def _row(row: Planned) -> dict[str, Any]:
    topic = row.topic
    return {
        "row": row.taken.row,
        "ref": row.taken.item.ref,
        "item": data_of(row.item),
        "place": f"{topic.task.number} {topic.title}" if topic else "",
        "twin": row.twin.ref if row.twin else "",
        "is_same": row.is_same,
        "alike": [row.alike[0], round(100 * row.alike[1])] if row.alike else None,
    }
