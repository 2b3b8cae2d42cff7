"""Outlines: a task's topics, in the order of the notes, and its objectives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext, ngettext

from questions.bank_files.notes import slugify
from questions.items.content import digest
from questions.models import Draft, Question, Task, Topic
from questions.services import usage
from questions.services.audit import Actor, record
from questions.services.errors import NotReady, Overtaken, Refused

# Questions that a refusal names.
_NAMED = 5


@dataclass(frozen=True)
class TopicLine:
    """A topic as an edit wants it; without `pk` it is new."""

    title: str
    pk: int | None = None


class TopicData(TypedDict):
    pk: int
    title: str


class Outline(TypedDict):
    """A task's topics in their order, and its objectives by number, as the log keeps them."""

    topics: list[TopicData]
    objectives: dict[str, str]


def outline_of(task: Task) -> Outline:
    """Return a task's topics and objectives."""
    topics = task.topics.order_by("position", "pk")
    return {
        "topics": [{"pk": topic.pk, "title": topic.title} for topic in topics],
        "objectives": dict(sorted(task.objectives.items())),
    }


def version_token(task: Task) -> str:
    """Return a token that changes whenever the task's outline does."""
    return outline_version_token(outline_of(task))


def outline_version_token(outline: Outline) -> str:
    """Return the token of an outline; sent back with an edit to detect conflicts."""
    return digest(outline)


@transaction.atomic
def change(
    task: Task,
    *,
    topics: Sequence[TopicLine],
    objectives: Mapping[str, str],
    by: Actor,
    token: str,
) -> Task:
    """Make a task's topics and objectives those of an edit, in its order.

    A topic that gets another title stays the same topic. Raises Overtaken where the outline changed
    since `token`, NotReady for topics that cannot be, and Refused where something in use would be
    deleted.
    """
    task = (
        Task.objects.select_for_update(of=("self",)).select_related("domain__exam").get(pk=task.pk)
    )
    if token != version_token(task):
        raise Overtaken
    before = outline_of(task)
    _check(topics)
    _remove_topics(task, {line.pk for line in topics})
    _write_topics(task, topics)
    _refuse_lost_objectives(task, objectives)
    task.objectives = dict(objectives)
    task.save(update_fields=["objectives"])
    after = outline_of(task)
    if after != before:
        record(
            "changed the outline",
            actor=by,
            exam=task.domain.exam,
            subject="task",
            subject_id=task.pk,
            ref=task.number,
            before=before,
            after=after,
        )
    return task


def _check(topics: Sequence[TopicLine]) -> None:
    titles = [" ".join(line.title.split()).casefold() for line in topics]
    if not topics:
        raise NotReady([gettext("a task needs a topic to put questions under")])
    for title in sorted({title for title in titles if titles.count(title) > 1}):
        raise NotReady(
            [gettext("two topics are named “%(title)s”; make them differ") % {"title": title}]
        )
    for line in topics:
        if not slugify(line.title):
            raise NotReady(
                [
                    gettext("“%(title)s” has no letter or digit; name the topic in words")
                    % {"title": line.title}
                ]
            )


def _remove_topics(task: Task, remaining: set[int | None]) -> None:
    for topic in task.topics.exclude(pk__in=[pk for pk in remaining if pk is not None]):
        usage.of_topics(Topic.objects.filter(pk=topic.pk)).refuse(
            gettext("The topic “%(title)s”") % {"title": topic.title}
        )
        topic.delete()


def _write_topics(task: Task, lines: Sequence[TopicLine]) -> None:
    by_id = {topic.pk: topic for topic in task.topics.all()}
    slugs = {topic.slug for topic in by_id.values()}
    for position, line in enumerate(lines):
        topic = by_id.get(line.pk) if line.pk else None
        if topic is None:
            slug = _unused_slug(slugify(line.title), slugs)
            slugs.add(slug)
            topic = Topic(task=task, slug=slug)
        if (topic.title, topic.position) != (line.title, position) or topic.pk is None:
            topic.title, topic.position = line.title, position
            topic.save()


def _unused_slug(slug: str, used: set[str]) -> str:
    """Return a slug, numbered where one of its name is used."""
    slug = slug[:110]
    number = 2
    unused = slug
    while unused in used:
        unused, number = f"{slug}-{number}", number + 1
    return unused


def _refuse_lost_objectives(task: Task, objectives: Mapping[str, str]) -> None:
    for number in sorted(set(task.objectives) - set(objectives)):
        live = Question.objects.filter(topic__task=task, objective=number)
        drafted = Draft.objects.filter(
            question__exam=task.domain.exam_id, item__task=task.number, item__objective=number
        )
        refs = sorted(
            {
                *live.values_list("ref", flat=True),
                *drafted.values_list("question__ref", flat=True),
            }
        )
        if refs:
            raise Refused(_in_use(number, refs))


def _in_use(number: str, refs: Sequence[str]) -> str:
    """Return why an objective stays: the first of the questions that have it, and their count."""
    sentence = ngettext(
        "Objective %(number)s is in use and stays: %(count)s question (%(refs)s). Give it another "
        "objective first, in the editor.",
        "Objective %(number)s is in use and stays: %(count)s questions (%(refs)s). Give them "
        "another objective first, in the editor.",
        len(refs),
    )
    named = ", ".join(refs[:_NAMED])
    if len(refs) > _NAMED:
        named = gettext("%(refs)s and %(count)s more") % {
            "refs": named,
            "count": f"{len(refs) - _NAMED:,}",
        }
    return sentence % {"number": number, "count": f"{len(refs):,}", "refs": named}
