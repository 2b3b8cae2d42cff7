"""Key changes: another key for a wording that stays as it was asked."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils.translation import gettext

from questions.items.content import key_hash, key_of
from questions.items.item import Item
from questions.items.validation import problems
from questions.models import Question, QuestionVersion
from questions.services.audit import Actor, record_question, snapshot
from questions.services.editor_findings import strictness_of
from questions.services.errors import NotReady, Refused
from questions.services.versions import item_of_version, locked


def with_key(version: QuestionVersion, right: Sequence[int], whys: Sequence[str]) -> Item:
    """Return a version's item with another key; raises Refused or NotReady for an invalid key."""
    item = item_of_version(version)
    if len(whys) != len(item.options):
        raise Refused(gettext("Every option needs its own explanation."))
    if version.kind.is_choice and len(set(right)) != version.content["choose"]:
        raise Refused(
            gettext(
                "The question asks for %(asked)s; a key of %(count)s needs another "
                "wording, which the editor makes."
            )
            % {"asked": version.content["choose"], "count": len(set(right))}
        )
    options = tuple(
        replace(option, why=why.strip()) for option, why in zip(item.options, whys, strict=True)
    )
    item = replace(item, right=tuple(right), options=options)
    if lacks := problems(item, strictness_of(version.question.exam)):
        raise NotReady(lacks)
    return item


@transaction.atomic
def rekey(
    version: QuestionVersion,
    *,
    right: Sequence[int],
    whys: Sequence[str],
    by: Actor | None,
    reason: str,
) -> QuestionVersion:
    """Make a version of the same wording with another key, live if the wording is; return it.

    The wording, also that of a case, is the version's, not today's. The same key makes no version.
    A retired question stays retired.
    """
    question = locked(version.question_id)
    version.question = question
    item = with_key(version, right, whys)
    key = key_of(item)
    hashed = key_hash(item, key)
    same = question.versions.filter(content_hash=version.content_hash, key_hash=hashed)
    is_live = _is_live_wording(question, version)
    existing = same.order_by("-number").first()
    if existing and (not is_live or existing.pk == question.current_version_id):
        return existing
    before = snapshot(question)
    latest = question.versions.aggregate(latest=Max("number"))["latest"]
    rekeyed = QuestionVersion.objects.create(
        question=question,
        number=latest + 1,
        type=version.type,
        level=version.level,
        content=version.content,
        html=version.html,
        key=key,
        content_hash=version.content_hash,
        key_hash=hashed,
        reason=reason,
        created_by_id=by.pk if by else None,
    )
    if is_live:
        question.current_version = rekeyed
    question.changed_at = Now()
    question.save(update_fields=["current_version", "changed_at"])
    record_question(
        "rekeyed", question, actor=by, before=before, reason=reason, version=rekeyed.number
    )
    return rekeyed


def _is_live_wording(question: Question, version: QuestionVersion) -> bool:
    live = question.current_version
    return live is not None and live.content_hash == version.content_hash
