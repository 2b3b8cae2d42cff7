"""What a report stores: the same answers make the same JSON, whatever computes it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db.models import Max
from pydantic import ValidationError

from examapp.exams import services as exams
from examapp.exams.models import ExamSession
from examapp.practice import services as practice
from examapp.practice.services import Choice, Scope
from examapp.reports.models import StandingReport
from examapp.reports.weak_areas import report
from examapp.reports.weak_areas.body import VERSION, from_json, to_json
from questions.models import Topic
from tests.practice.conftest import answer_set, right_of, wrong_of
from tests.support.builders import (
    make_exam,
    make_item,
    publish_at_once,
    right_response,
    wrong_response,
)
from tests.support.sittings import answer_all

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent / "files"


def dated(first, second, *, at):
    """Let the second sitting end then, and the first 60 days before."""
    hour = timedelta(hours=1)
    for session, ended_at in ((first, at - timedelta(days=60)), (second, at)):
        ExamSession.objects.filter(pk=session.pk).update(
            started_at=ended_at - hour, deadline_at=ended_at + hour, finished_at=ended_at
        )


def sat(candidate, exam, *, missed, blank=()):
    """Sit the one form of an exam; `missed` and `blank` hold the ends of refs."""

    def respond(item):
        ref = item.version.question.ref.removeprefix("golden-")
        if ref in blank:
            return None
        return wrong_response(item) if ref in missed else right_response(item)

    session = exams.start(candidate, exam=exam)
    answer_all(session, respond)
    exams.finish(session.pk)
    return session


def practiced(candidate, exam):
    """Practice six new questions of two topics, guessing at all and right at half of them."""
    topics = Topic.objects.filter(task__domain__exam=exam, slug__in=("topic-1-1", "topic-2-1"))
    publish_at_once(
        exam,
        [
            (topic, make_item("multiple_choice", f"golden-new-{topic.slug}-{number}"))
            for topic in topics.order_by("slug")
            for number in range(3)
        ],
    )
    practice_set = practice.start(candidate, exam=exam, choice=Choice(6, Scope.NEW))

    def respond(item):
        is_right = item.version.question.ref.endswith(("1-1-0", "2-1-0", "2-1-1"))
        return right_of(item) if is_right else wrong_of(item)

    answer_set(practice_set, candidate, respond, sureness="guess")
    return practice_set


def stored(session):
    """Return the body of a session's report as the database holds it, without primary keys."""
    session.refresh_from_db()
    return without_keys(session.weak_area_report.body)


def without_keys(value):
    if isinstance(value, list):
        return [without_keys(part) for part in value]
    if isinstance(value, dict):
        return {name: without_keys(part) for name, part in value.items() if name != "pk"}
    return value


def keyed(body):
    """Return a stored body with a primary key in every area, as the database has it."""
    areas = {
        name: [{"pk": number, **area} for number, area in enumerate(body[name])]
        for name in ("domains", "tasks", "topics", "study")
    }
    return {**body, **areas}


@pytest.fixture
def reports(candidate):
    """The reports of three moments: an exam, a second one two months later, practice after it."""
    exam = make_exam("golden", forms=1)
    first = sat(
        candidate,
        exam,
        missed=("0-0-0", "0-0-1", "0-0-2", "0-0-3", "0-1-0", "0-2-0"),
        blank=("0-3-1",),
    )
    second = sat(candidate, exam, missed=("0-0-0", "0-3-0"))
    dated(first, second, at=datetime(2026, 3, 1, tzinfo=UTC))
    report.compute(first.pk)
    report.compute(second.pk)
    bodies = {"first": stored(first), "second": stored(second)}
    practice_set = practiced(candidate, exam)
    answered_at = practice_set.items.aggregate(last=Max("answered_at"))["last"]
    dated(first, second, at=answered_at - timedelta(days=1))
    report.compute_practiced(practice_set.pk)
    assert stored(second) == bodies["second"]
    return bodies | {"practiced": without_keys(StandingReport.objects.get().body)}


def timeless(body):
    """Return a body whose path lies where it lies, but says of no moment when it was."""
    path = [{**point, "at": ""} for point in body["path"]]
    growth = body["growth"] and {**body["growth"], "since": ""}
    return {**body, "path": path, "growth": growth}


def test_the_same_answers_make_the_same_body(reports):
    expected = json.loads((FILES / "report_bodies_2.json").read_text())
    assert {body["version"] for body in reports.values()} == {VERSION}
    found = {name: timeless(body) for name, body in reports.items()}
    assert json.dumps(found, indent=1) == json.dumps(expected, indent=1)


def test_a_body_opens_as_it_was_stored(reports):
    for stored_body in reports.values():
        with_keys = keyed(stored_body)
        assert to_json(from_json(with_keys)) == with_keys


def test_a_body_from_before_it_had_a_version_opens():
    bodies = json.loads((FILES / "report_bodies_1.json").read_text())
    body = from_json(keyed(bodies["practised"]))
    assert (body.version, body.answers, body.practiced) == (1, 18, 6)
    assert body.change.movers[0].title == "Domain 1"
    assert [topic.why for topic in body.study] == [
        topic["why"] for topic in bodies["practised"]["study"]
    ]


def test_a_body_from_before_some_fields_were_added_opens():
    bodies = json.loads((FILES / "report_bodies_1.json").read_text())
    stored_body = keyed(bodies["second"])
    for name in ("held_by", "outside", "practised"):
        del stored_body[name]
    del stored_body["change"]["movers"]
    for topic in stored_body["topics"]:
        del topic["place"]
    body = from_json(stored_body)
    assert (body.held_by, body.outside, body.practiced, body.change.movers) == (None, 0, 0, ())


def test_what_is_no_body_does_not_open():
    with pytest.raises(ValidationError):
        from_json({"answers": 12})
