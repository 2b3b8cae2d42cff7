"""A report's body as pages show it: topics with the address of their note, tasks as a map."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse

from examapp.reports.models import WeakAreaReport
from examapp.reports.weak_areas.body import (
    AreaEstimate,
    ReportBody,
    StudyTopic,
    TopicEstimate,
    from_json,
)

# The verdict on a topic as the map shows it: without an answer, too few, or what the answers say.
type Mark = Literal["unseen", "few", "above", "below", "open"]


@dataclass(frozen=True, kw_only=True)
class LinkedTopic(TopicEstimate):
    """A topic with the address of its note and its mark on the map."""

    note_url: str
    mark: Mark


@dataclass(frozen=True, kw_only=True)
class LinkedStudyTopic(StudyTopic):
    """A topic to study with the address of its note."""

    note_url: str


@dataclass(frozen=True, kw_only=True)
class MappedTask(AreaEstimate):
    """A task with its topics as the notes order them."""

    topics: tuple[LinkedTopic, ...]


@dataclass(frozen=True, kw_only=True)
class ReportPage(ReportBody):
    """A report's body with links; `answered_topics` are the topics with an answer."""

    topics: tuple[LinkedTopic, ...]
    study: tuple[LinkedStudyTopic, ...]
    answered_topics: tuple[LinkedTopic, ...]
    tasks_map: tuple[MappedTask, ...]


def report_page(report: WeakAreaReport) -> ReportPage:
    """Return a report as pages show it; needs its session's exam."""
    body, code = from_json(report.body), report.session.exam.code
    topics = tuple(
        LinkedTopic(**vars(topic), note_url=_note_url(code, topic), mark=_mark(topic))
        for topic in body.topics
    )
    study = tuple(
        LinkedStudyTopic(**vars(topic), note_url=_note_url(code, topic)) for topic in body.study
    )
    linked = {
        "topics": topics,
        "study": study,
        "answered_topics": tuple(topic for topic in topics if topic.n),
        "tasks_map": _tasks_map(body.tasks, topics),
    }
    return ReportPage(**(vars(body) | linked))


def _tasks_map(
    tasks: tuple[AreaEstimate, ...], topics: tuple[LinkedTopic, ...]
) -> tuple[MappedTask, ...]:
    topics_of: dict[str, list[LinkedTopic]] = defaultdict(list)
    for topic in sorted(topics, key=lambda topic: topic.place):
        topics_of[topic.number].append(topic)
    return tuple(MappedTask(**vars(task), topics=tuple(topics_of[task.number])) for task in tasks)


def _note_url(code: str, topic: TopicEstimate) -> str:
    address = reverse("questions:task_notes", args=[code, topic.number])
    return f"{address}#{topic.slug}"


def _mark(topic: TopicEstimate) -> Mark:
    if topic.verdict == "too_few":
        return "few" if topic.n else "unseen"
    return topic.verdict
