"""What waits for a member of an exam's team, the oldest first."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from questions.hooks import TeamTask, team_tasks
from questions.models import Comment, Draft, Exam, Question
from questions.services import reviews
from questions.services.audit import Actor


def to_review(exam: Exam, person: Actor) -> QuerySet[Draft]:
    """Return the drafts that wait for someone's approval."""
    return _with_words(reviews.to_review(exam, person))


def to_publish(exam: Exam) -> QuerySet[Draft]:
    """Return the drafts that are approved and not published."""
    return _with_words(_drafts(exam).filter(stage=Draft.Stage.APPROVED))


def to_finish(exam: Exam, person: Actor) -> QuerySet[Draft]:
    """Return the drafts in writing that someone began or wrote in."""
    written = Draft.writers.through.objects.filter(user=person.pk, draft=OuterRef("pk"))
    mine = Q(author=person.pk) | Q(Exists(written))
    return _with_words(_drafts(exam).filter(mine, stage=Draft.Stage.DRAFT))


def comments_for(exam: Exam, person: Actor) -> QuerySet[Comment]:
    """Return the open comments of others that name someone, or are on a draft of theirs."""
    named = Comment.mentions.through.objects.filter(user=person.pk, comment=OuterRef("pk"))
    comments = Comment.objects.open().filter(question__exam=exam)
    theirs = comments.filter(Q(Exists(named)) | Q(question__draft__author=person.pk))
    theirs = theirs.exclude(author=person.pk).select_related("question", "author")
    return theirs.order_by("created_at", "pk")


def elsewhere(exam: Exam) -> list[TeamTask]:
    """Return what of other apps waits for an exam's team."""
    return [task for task in (ask(exam) for ask in team_tasks) if task.count]


def _drafts(exam: Exam) -> QuerySet[Draft]:
    drafts = Draft.objects.filter(question__exam=exam)
    return drafts.exclude(question__status=Question.Status.RETIRED)


def _with_words(drafts: QuerySet[Draft]) -> QuerySet[Draft]:
    rows = drafts.select_related("question__topic__task", "author").defer("item")
    return rows.order_by("updated_at", "pk")
