"""What uses a part of the blueprint, and keeps it from being deleted."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import PROTECT, Model, QuerySet
from django.utils.translation import gettext, gettext_lazy, ngettext

from questions.models import Domain, Draft, Note, Question, Topic
from questions.services.errors import Refused

_MOVE = gettext_lazy(
    "Move its questions to another topic first: pick them in the list, then “Move to another topic”"
)
_ASKED = gettext_lazy(
    "Past exams and practice refer to it, so it cannot be deleted; rename it, or leave it empty"
)
_HOLD = "SELECT id FROM questions_topic WHERE id = %s FOR KEY SHARE"
_READ = gettext_lazy("Readers find its text under Notes")


@dataclass(frozen=True)
class Use:
    """How many questions, drafts that move there, notes and rows of the past use a part."""

    questions: int = 0
    drafts: int = 0
    notes: int = 0
    entries: int = 0

    def refuse(self, name: str) -> None:
        """Raise Refused, with the counts and what to do, where anything uses the part."""
        if uses := self._in_words():
            advice = _ASKED if self.entries else _MOVE if self.questions + self.drafts else _READ
            raise Refused(
                gettext("%(name)s is in use and stays: %(uses)s. %(advice)s.")
                % {"name": name, "uses": ", ".join(uses), "advice": advice}
            )

    def _in_words(self) -> list[str]:
        questions, drafts = self.questions, self.drafts
        notes, entries = self.notes, self.entries
        counts = (
            (questions, ngettext("%(count)s question", "%(count)s questions", questions)),
            (
                drafts,
                ngettext(
                    "%(count)s draft that moves there",
                    "%(count)s drafts that move there",
                    drafts,
                ),
            ),
            (notes, ngettext("%(count)s study note", "%(count)s study notes", notes)),
            (
                entries,
                ngettext(
                    "%(count)s entry of past exams or practice",
                    "%(count)s entries of past exams or practice",
                    entries,
                ),
            ),
        )
        return [words % {"count": f"{count:,}"} for count, words in counts if count]


def of_topics(topics: QuerySet[Topic]) -> Use:
    """Return what uses topics, and lock them, so that it stays so.

    What comes to refer to a topic meanwhile cannot be committed before this transaction ends.
    """
    list(topics.select_for_update(of=("self",)).order_by("pk"))
    return Use(
        questions=Question.objects.filter(topic__in=topics).count(),
        drafts=sum(_moving_drafts(topic) for topic in topics.select_related("task__domain")),
        notes=Note.objects.filter(topic__in=topics).count(),
        entries=_protected(topics, besides=Question),
    )


def of_domain(domain: Domain) -> Use:
    """Lock a domain that has no task any more; return what uses it."""
    Domain.objects.select_for_update().get(pk=domain.pk)
    return Use(entries=_protected(Domain.objects.filter(pk=domain.pk)))


def hold(topic: Topic) -> None:
    """Keep a topic from being deleted until the transaction ends; raises Refused where it is gone.

    Many may hold it at once. The database itself looks for it only when they commit.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [topic.pk])
        if cursor.fetchone():
            return
    raise Refused(
        gettext("The topic “%(title)s” was deleted. Choose another.") % {"title": topic.title}
    )


def _moving_drafts(topic: Topic) -> int:
    """Count the drafts that move a live question to a topic."""
    drafts = Draft.objects.filter(
        question__exam=topic.task.domain.exam_id,
        item__topic=topic.slug,
        item__task=topic.task.number,
    )
    return drafts.exclude(question__topic=topic).count()


def _protected(parts: QuerySet[Any], besides: type[Model] | None = None) -> int:
    """Count the rows, of whatever app, that keep parts from being deleted."""
    count = 0
    for relation in parts.model._meta.get_fields(include_hidden=True):
        if relation.auto_created and getattr(relation, "on_delete", None) is PROTECT:
            holder: Any = relation.related_model
            if holder is not besides:
                of_parts = {f"{relation.field.name}__in": parts}
                count += holder._base_manager.filter(**of_parts).count()
    return count
