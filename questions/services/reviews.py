"""Reviews: approving a colleague's draft, returning it, and comments on its fields."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext

from questions.items.content import item_of
from questions.items.editing import settled
from questions.lint import LintContext
from questions.models import Comment, Draft, Exam, ExamRole, Question, Roles
from questions.services.audit import Actor, record_question, snapshot
from questions.services.drafts import at_stage, move, submit
from questions.services.errors import OwnWork, Refused, StaleRevision
from questions.services.versions import locked, publish_draft, refuse_unfit

# A name after an @ that begins a word: of one word, and the word behind it.
_MENTION = re.compile(r"(?<![\w@.])@([\w.+-]*[\w+-])(?:[ ]([\w-]+))?")


def is_alone(exam: Exam, person: Actor) -> bool:
    """Return whether someone may approve their own drafts, as no colleague of the exam could."""
    return approver_of_own(exam, person) == "self"


def approver_of_own(exam: Exam, person: Actor) -> Literal["colleague", "self", "nobody"]:
    """Return who may approve what someone wrote themselves."""
    if has_reviewer(exam, person):
        return "colleague"
    return "self" if exam.allows_self_approval else "nobody"


def has_reviewer(exam: Exam, person: Actor) -> bool:
    """Return whether somebody else in an exam's team may approve."""
    return _other_reviewers(person).filter(exam=exam).exists()


def _other_reviewers(person: Actor) -> QuerySet[ExamRole]:
    colleagues = ExamRole.objects.filter(role__in=[Roles.REVIEWER, Roles.OWNER])
    return colleagues.filter(user__is_active=True).exclude(user=person.pk)


def to_review(exams: Sequence[Exam], person: Actor) -> QuerySet[Draft]:
    """Return the drafts of some exams that wait for someone's approval, the oldest first."""
    drafts = Draft.objects.in_review().filter(question__exam__in=exams)
    drafts = drafts.exclude(question__status=Question.Status.RETIRED)
    written = Draft.writers.through.objects.filter(user=person.pk).values("draft")
    is_own = Q(author=person.pk) | Q(pk__in=written)
    # Own drafts only where nobody else could approve them, as `is_alone` has it.
    lenient = [exam.pk for exam in exams if exam.allows_self_approval]
    shared = _other_reviewers(person).filter(exam__in=lenient).values("exam") if lenient else []
    alone = Q(question__exam__in=lenient) & ~Q(question__exam__in=shared)
    return drafts.filter(alone | ~is_own).order_by("updated_at", "pk")


def wrote_in(draft: Draft, person: Actor) -> bool:
    return draft.author_id == person.pk or draft.writers.filter(pk=person.pk).exists()


@transaction.atomic
def approve(
    draft: Draft,
    *,
    by: Actor,
    revision: int | None = None,
    batch: UUID | None = None,
    lint_context: LintContext | None = None,
) -> Draft:
    """Approve a revision of a draft in review.

    Raises OwnWork for everyone who wrote in it, unless the exam has nobody else and allows it;
    WrongStage where it is not in review, StaleRevision where `revision` is not the newest;
    BreaksRules where the item-writing rules find errors, since it could not be published.
    """
    question, draft = at_stage(draft, Draft.Stage.IN_REVIEW, gettext("It is not in review."))
    if revision is not None and draft.revision != revision:
        raise StaleRevision(draft)
    _refuse_own_work(question, draft, by)
    refuse_unfit(question.exam, settled(item_of(draft.item)), draft.case, lint_context)
    return _approve(question, draft, by=by, batch=batch)


def _refuse_own_work(question: Question, draft: Draft, by: Actor) -> None:
    if wrote_in(draft, by) and not is_alone(question.exam, by):
        raise OwnWork


def _approve(question: Question, draft: Draft, *, by: Actor, batch: UUID | None = None) -> Draft:
    before = snapshot(question)
    move(question, draft, Draft.Stage.APPROVED, by)
    record_question(
        "approved", question, actor=by, before=before, batch=batch, revision=draft.revision
    )
    return draft


@transaction.atomic
def send_back(draft: Draft, *, text: str, by: Actor, field: str = "") -> Draft:
    """Return a draft to its author with a comment that says why."""
    question, draft = at_stage(draft, Draft.Stage.IN_REVIEW, gettext("It is not in review."))
    before = snapshot(question)
    comment(question, text=text, field=field, by=by)
    move(question, draft, Draft.Stage.DRAFT)
    record_question("returned", question, actor=by, before=before, reason=text)
    return draft


@transaction.atomic
def publish_alone(
    question: Question,
    *,
    by: Actor,
    revision: int | None = None,
    batch: UUID | None = None,
    lint_context: LintContext | None = None,
) -> Question:
    """Submit, approve and publish at once, as far as each is still to do.

    Raises StaleRevision where `revision` is not the draft's newest.
    """
    question = locked(question.pk)
    draft = Draft.objects.get(question=question)
    if revision is not None and draft.revision != revision:
        raise StaleRevision(draft)
    if draft.stage == Draft.Stage.DRAFT:
        draft = submit(draft, by=by, batch=batch)
    if draft.stage == Draft.Stage.IN_REVIEW:
        question, draft = at_stage(draft, Draft.Stage.IN_REVIEW, gettext("It is not in review."))
        _refuse_own_work(question, draft, by)
        # Publishing checks the rules; where they find errors, the approval is rolled back too.
        _approve(question, draft, by=by, batch=batch)
    return publish_draft(question, by=by, batch=batch, lint_context=lint_context)


@transaction.atomic
def comment(
    question: Question,
    *,
    text: str,
    by: Actor,
    field: str = "",
    mentions: Iterable[int] = (),
) -> Comment:
    """Comment on a field of a question, or on the whole.

    Who is mentioned, by `mentions` or in the text as @name, has it in the queue and is written to.
    """
    if not text.strip():
        raise Refused(gettext("Write what you want to say."))
    row = Comment.objects.create(question=question, field=field, text=text.strip(), author_id=by.pk)
    team = ExamRole.objects.filter(exam=question.exam, user__is_active=True)
    team = team.exclude(user=by.pk).select_related("user")
    named, wanted = words_of_mentions(text), set(mentions)
    row.mentions.set(
        role.user_id for role in team if role.user_id in wanted or _names(role.user) & named
    )
    record_question("commented on", question, actor=by, comment=row.pk, field=field)
    return row


def words_of_mentions(text: str) -> set[str]:
    """Return what stands behind each @ of a text, in small letters: of one word and of two."""
    found = set()
    for match in _MENTION.finditer(text):
        one, two = match[1].casefold(), match[2]
        found |= {one, f"{one} {two.casefold()}"} if two else {one}
    return found


def _names(person: Any) -> set[str]:
    """Return what a colleague is mentioned by: the first name, the whole name, the address."""
    name, address = str(person.name).casefold(), str(person.email).casefold()
    names = {name, *name.split()[:1], address.partition("@")[0]}
    return {each for each in names if each}


@transaction.atomic
def resolve(comment: Comment, *, by: Actor, is_resolved: bool = True) -> Comment:
    """Resolve a comment, or reopen it."""
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if (comment.resolved_at is not None) == is_resolved:
        return comment
    comment.resolved_at = Now() if is_resolved else None
    comment.resolved_by_id = by.pk if is_resolved else None
    comment.save(update_fields=["resolved_at", "resolved_by"])
    verb = "comment resolved" if is_resolved else "comment reopened"
    record_question(verb, comment.question, actor=by, comment=comment.pk)
    return comment
