"""Approving and publishing many first drafts in a few statements, and putting them back.

One by one a question takes some thirty statements. Here a hundred take about as many: what the
verbs of `reviews` and `versions` check is checked, what they log is logged, and whatever is out of
the ordinary, such as a change of a live question, is left to them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models.functions import Now

from questions.items.content import item_of
from questions.items.editing import settled
from questions.items.item import Item
from questions.lint import LintContext
from questions.models import AuditEntry, Draft, Question, QuestionVersion, Topic
from questions.services.audit import Actor, DraftSnapshot, Snapshot
from questions.services.errors import OwnWork, Refused
from questions.services.search_columns import SEARCH_COLUMNS, update_search_columns
from questions.services.versions import next_version, refuse_unfit

CHUNK = 100
_COLUMNS = ("current_version", "status", "topic", "objective", "facts", "case", *SEARCH_COLUMNS)
_HOLD = "SELECT id FROM questions_topic WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"


@dataclass
class _Row:
    """A question with its draft, who wrote in it, and what it will be."""

    question: Question
    draft: Draft
    item: Item
    topic: Topic
    writers: list[int]


@dataclass(frozen=True)
class Publisher:
    """Publishes first drafts of one exam for someone; `is_alone` is whether drafts need nobody."""

    by: Actor
    batch: UUID
    context: LintContext
    is_alone: bool
    skip: Callable[[Question, str], None]

    @transaction.atomic
    def publish(self, questions: Sequence[Question]) -> set[int]:
        """Publish what is ordinary of a chunk; return the keys that need no other verb.

        What the rules refuse is handed to `skip`, and needs none either.
        """
        rows = _rows(questions)
        # What was not sent for review, and is nobody's alone, is for the other verbs to refuse.
        rows = [row for row in rows if self.is_alone or row.draft.stage != Draft.Stage.DRAFT]
        there = held({row.topic.pk for row in rows})
        rows = [row for row in rows if row.topic.pk in there]
        fit = [row for row in rows if self._is_fit(row)]
        entries = [entry for row in fit for entry in self._entries_before(row)]
        drafts = {row.question.pk: _draft_snapshot(row) for row in fit}
        _make_live(fit, self.by)
        entries += [self._published(row, drafts[row.question.pk]) for row in fit]
        AuditEntry.objects.bulk_create(entries)
        return {row.question.pk for row in rows}

    def _is_fit(self, row: _Row) -> bool:
        try:
            stage = row.draft.stage
            wrote = self.by.pk in (row.draft.author_id, *row.writers)
            if stage != Draft.Stage.APPROVED and wrote and not self.is_alone:
                raise OwnWork
            refuse_unfit(row.question.exam, row.item, row.draft.case, self.context)
        except Refused as reason:
            self.skip(row.question, reason.kind)
            return False
        return True

    def _entries_before(self, row: _Row) -> list[AuditEntry]:
        """Return what is logged of the steps before it is published."""
        steps = {
            Draft.Stage.DRAFT: (("submitted", "in_review"), ("approved", "approved")),
            Draft.Stage.IN_REVIEW: (("approved", "approved"),),
        }
        entries, state = [], _snapshot(row.question, row.draft)
        for verb, stage in steps.get(Draft.Stage(row.draft.stage), ()):
            after: Snapshot = {**state, "status": stage, "stage": stage}
            entries.append(self._entry(verb, row, state, after, revision=row.draft.revision))
            state = after
        return entries

    def _published(self, row: _Row, ended: DraftSnapshot) -> AuditEntry:
        before: Snapshot = {
            **_snapshot(row.question, row.draft),
            "status": "approved",
            "version": None,
            "topic": row.draft.question.topic_id,
            "stage": "approved",
            "draft": ended,
        }
        version = row.question.current_version
        number = version.number if version else None
        after = _snapshot(row.question, None)
        return self._entry("published", row, before, after, reason=row.draft.reason, version=number)

    def _entry(
        self, verb: str, row: _Row, before: Snapshot, after: Snapshot, **details: object
    ) -> AuditEntry:
        named = {"ref": row.question.ref, "before": before, "after": after, **details}
        return AuditEntry(
            verb=verb,
            actor_id=self.by.pk,
            exam=row.question.exam,
            subject="question",
            subject_id=str(row.question.pk),
            details={name: value for name, value in named.items() if value not in ("", None)},
            batch=self.batch,
        )


def _rows(questions: Sequence[Question]) -> list[_Row]:
    """Lock questions and drafts that are ordinary; return them with what is needed of each."""
    keys = [question.pk for question in questions]
    locked = Question.objects.select_for_update(of=("self",)).filter(
        pk__in=keys, current_version=None, status__in=["draft", "in_review", "approved"]
    )
    locked = locked.exclude(enemies__isnull=False).order_by("pk")
    by_key = {one.pk: one for one in locked.select_related("exam", "case", "topic__task")}
    drafts = Draft.objects.select_for_update(of=("self",)).filter(question__in=by_key)
    drafts = drafts.select_related("case").order_by("question")
    writers = _writers(drafts)
    topics = {
        (topic.task.number, topic.slug): topic
        for topic in Topic.objects.filter(
            task__domain__exam__in={one.exam_id for one in by_key.values()}
        ).select_related("task")
    }
    rows = []
    for draft in drafts:
        draft.question = Question(pk=draft.question_id, topic_id=by_key[draft.question_id].topic_id)
        item = settled(item_of(draft.item))
        topic = topics.get((item.task, item.topic))
        if topic and not item.enemies and draft.base_version_id is None:
            question = by_key[draft.question_id]
            rows.append(_Row(question, draft, item, topic, writers[draft.pk]))
    return rows


def _writers(drafts: Iterable[Draft]) -> defaultdict[int, list[int]]:
    links = Draft.writers.through.objects.filter(draft__in=[draft.pk for draft in drafts])
    writers: defaultdict[int, list[int]] = defaultdict(list)
    for draft_id, user_id in links.order_by("pk").values_list("draft_id", "user_id"):
        writers[draft_id].append(user_id)
    return writers


def held(topics: Iterable[int]) -> set[int]:
    """Keep topics from being deleted until the transaction ends; return those that are there."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [sorted(topics)])
        return {key for (key,) in cursor.fetchall()}


def _make_live(rows: Sequence[_Row], by: Actor) -> None:
    """Write the versions, the questions' columns and tags, and delete the drafts."""
    versions = []
    for row in rows:
        question, item = row.question, row.item
        question.topic, question.case = row.topic, row.draft.case
        question.objective, question.facts = item.objective, list(item.facts)
        version = next_version(question, item, reason=row.draft.reason, by=by)
        assert version is not None  # It has none that could be the same.
        version.number = 1
        versions.append(version)
        update_search_columns(question, item)
    for row, version in zip(rows, QuestionVersion.objects.bulk_create(versions), strict=True):
        row.question.current_version = version
        row.question.status = Question.Status.PUBLISHED
    Question.objects.bulk_update([row.question for row in rows], _COLUMNS)
    Draft.objects.filter(pk__in=[row.draft.pk for row in rows]).delete()


def _draft_snapshot(row: _Row) -> DraftSnapshot:
    draft = row.draft
    return {
        "item": draft.item,
        "case": draft.case_id,
        "reason": draft.reason,
        "author": draft.author_id,
        "writers": row.writers,
        "approved_by": draft.approved_by_id,
    }


def _snapshot(question: Question, draft: Draft | None) -> Snapshot:
    return {
        "status": question.status,
        "version": question.current_version_id,
        "topic": question.topic_id,
        "stage": draft.stage if draft else None,
        "revision": draft.revision if draft else None,
    }


def snapshots(keys: Sequence[int]) -> dict[int, tuple[Question, Snapshot]]:
    """Lock questions; return each with its state."""
    locked = Question.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    questions = {one.pk: one for one in locked.select_related("exam")}
    drafts = {draft.question_id: draft for draft in Draft.objects.filter(question__in=keys)}
    return {pk: (one, _snapshot(one, drafts.get(pk))) for pk, one in questions.items()}


def unpublish(first_drafts: Mapping[int, tuple[Question, Snapshot]]) -> None:
    """Make drafts again of questions that were published for the first time, in a few statements.

    Each comes with the state that it gets; its topic is there, and held.
    """
    people = get_user_model()._default_manager
    ended = {pk: state["draft"] for pk, (_, state) in first_drafts.items()}
    wanted = {key for one in ended.values() for key in [one["author"], *one["writers"]] if key}
    known = set(people.filter(pk__in=wanted).values_list("pk", flat=True))
    drafts = []
    for pk, (question, state) in first_drafts.items():
        question.current_version, question.status = None, state["status"]
        question.topic_id, question.changed_at = state["topic"], Now()
        update_search_columns(question, item_of(ended[pk]["item"]))
        drafts.append(
            Draft(
                question=question,
                item=ended[pk]["item"],
                case_id=ended[pk]["case"],
                stage=state["stage"] or "",
                revision=state["revision"] or 1,
                reason=ended[pk]["reason"],
                author_id=ended[pk]["author"] if ended[pk]["author"] in known else None,
            )
        )
    Question.objects.bulk_update([one for one, _ in first_drafts.values()], _COLUMNS)
    links = Draft.writers.through
    links.objects.bulk_create(
        links(draft_id=draft.pk, user_id=writer)
        for draft in Draft.objects.bulk_create(drafts)
        for writer in ended[draft.question_id]["writers"]
        if writer in known
    )


def is_first_publication(state: Snapshot) -> bool:
    """Return whether an undo gives a question back its first draft, which was not approved."""
    return (
        state["version"] is None
        and "draft" in state
        and state["stage"] in (Draft.Stage.DRAFT, Draft.Stage.IN_REVIEW)
    )
