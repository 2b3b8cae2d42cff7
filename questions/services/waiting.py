"""What waits for a member of the teams of some exams, the oldest first."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from questions.hooks import TeamTask, team_tasks
from questions.models import Comment, Draft, Exam, Question
from questions.services import reviews
from questions.services.audit import Actor


def to_review(exams: Sequence[Exam], person: Actor) -> QuerySet[Draft]:
    """Return the drafts that wait for someone's approval."""
    return _with_words(reviews.to_review(exams, person))


def to_publish(exams: Sequence[Exam]) -> QuerySet[Draft]:
    """Return the drafts that are approved and not published."""
    return _with_words(_drafts(exams).filter(stage=Draft.Stage.APPROVED))


def to_finish(exams: Sequence[Exam], person: Actor) -> QuerySet[Draft]:
    """Return the drafts in writing that someone began or wrote in."""
    written = Draft.writers.through.objects.filter(user=person.pk, draft=OuterRef("pk"))
    mine = Q(author=person.pk) | Q(Exists(written))
    return _with_words(_drafts(exams).filter(mine, stage=Draft.Stage.DRAFT))


def comments_for(exams: Sequence[Exam], person: Actor) -> QuerySet[Comment]:
    """Return the open comments of others that name someone, or are on a draft of theirs."""
    named = Comment.mentions.through.objects.filter(user=person.pk, comment=OuterRef("pk"))
    comments = Comment.objects.open().filter(question__exam__in=exams)
    theirs = comments.filter(Q(Exists(named)) | Q(question__draft__author=person.pk))
    theirs = theirs.exclude(author=person.pk).select_related("question__exam", "author")
    return theirs.order_by("created_at", "pk")


def elsewhere(exams: Sequence[Exam]) -> list[TeamTask]:
    """Return what of other apps waits for the teams of these exams."""
    return [task for ask in team_tasks for task in ask(exams) if task.count]


def _drafts(exams: Sequence[Exam]) -> QuerySet[Draft]:
    drafts = Draft.objects.filter(question__exam__in=exams)
    return drafts.exclude(question__status=Question.Status.RETIRED)


def _with_words(drafts: QuerySet[Draft]) -> QuerySet[Draft]:
    rows = drafts.select_related("question__topic__task", "question__exam", "author").defer("item")
    return rows.order_by("updated_at", "pk")
