"""Questions of a bank, for those who work on it: reading, writing and the way to being asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Body, Path, Query, Router, Status

from examapp.api.guards import ByToken, caller, unchanged_since
from examapp.api.paging import Cursor, Limit, page
from examapp.api.problems import Problem
from examapp.api.routes.exams import Code, bank_named
from examapp.api.schemas import (
    DraftIn,
    DraftOut,
    FindingOut,
    Page,
    QuestionOut,
    ReasonIn,
    VersionOut,
    WholeQuestionOut,
)
from questions.access import Access
from questions.items.content import data_of, item_of
from questions.items.editing import readable
from questions.items.item import Item
from questions.items.kinds.registry import kind_of
from questions.models import Case, Draft, Question
from questions.services import drafts as draft_services
from questions.services import retirement, reviews
from questions.services import versions as version_services
from questions.services.editor_findings import exam_lint_context, findings_for
from questions.services.errors import NotReady, OwnWork, Refused, StaleRevision

router = Router(tags=["questions"], auth=ByToken("author"))
Ref = Annotated[str, Path(max_length=80, pattern=r"^\S+$")]


@router.get("/{code}/questions", response=Page[QuestionOut])
def questions(
    request: HttpRequest,
    code: Code,
    status: Annotated[str, Query(max_length=20)] = "",
    cursor: Cursor = "",
    limit: Limit = 25,
) -> Any:
    """List an exam's questions, by their refs."""
    rows = Question.objects.filter(exam=bank_named(request, code).exam)
    rows = rows.select_related("topic__task").defer("words", "shingles", "search")
    if status:
        rows = rows.in_status(status)
    return page(rows, by="ref", cursor=cursor, limit=limit, shown=_row)


@router.post("/{code}/questions", response={201: DraftOut})
def create(request: HttpRequest, response: HttpResponse, payload: DraftIn, code: Code) -> Any:
    """Make a question with a draft; what is missing yet can be written later."""
    access = bank_named(request, code)
    item, case = _written(access, payload)
    topic = version_services.topic_of(access.exam, item)
    if topic is None:
        raise Problem(422, f"Task {item.task!r} has no topic {item.topic!r}; name both.")
    with _answered(), transaction.atomic():
        draft = draft_services.create(
            access.exam,
            by=caller(request),
            topic=topic,
            item_type=item.type,
            level=item.level,
            case=case,
        )
        draft = draft_services.save(
            draft,
            item=item,
            by=caller(request),
            revision=draft.revision,
            case=case,
            reason=readable(payload.reason),
        )
    return Status(201, _draft_out(response, draft))


@router.get("/{code}/questions/{ref}", response=WholeQuestionOut)
def question(request: HttpRequest, code: Code, ref: Ref) -> Any:
    """Return a question's newest wording, with its key."""
    return _whole(_question(request, code, ref))


@router.get("/{code}/questions/{ref}/versions", response=Page[VersionOut])
def versions(
    request: HttpRequest,
    code: Code,
    ref: Ref,
    cursor: Cursor = "",
    limit: Limit = 25,
) -> Any:
    """List the wordings that were live, the newest first."""
    rows = _question(request, code, ref).versions.all()
    return page(rows, by="-number", cursor=cursor, limit=limit, shown=lambda version: version)


@router.get("/{code}/questions/{ref}/lint", response=list[FindingOut])
def lint(request: HttpRequest, code: Code, ref: Ref) -> Any:
    """List what the item-writing rules find in the newest wording."""
    stored = _question(request, code, ref)
    return findings_for(
        draft_services.newest_item(stored), exam_lint_context(stored.exam, stored.case)
    )


@router.get("/{code}/questions/{ref}/draft", response=DraftOut)
def draft(request: HttpRequest, response: HttpResponse, code: Code, ref: Ref) -> Any:
    """Return the draft, with the ETag that a change of it names."""
    return _draft_out(response, _draft(request, code, ref))


@router.post("/{code}/questions/{ref}/draft", response=DraftOut)
def revise(request: HttpRequest, response: HttpResponse, code: Code, ref: Ref) -> Any:
    """Begin a draft beside the live wording, or return the one that is being written."""
    stored = _question(request, code, ref)
    with _answered():
        return _draft_out(response, draft_services.revise(stored, by=caller(request)))


@router.put("/{code}/questions/{ref}/draft", response=DraftOut)
def save(
    request: HttpRequest, response: HttpResponse, payload: DraftIn, code: Code, ref: Ref
) -> Any:
    """Write the draft whole; `If-Match` says which one was seen, and 412 that it has changed."""
    stored = _draft(request, code, ref)
    unchanged_since(request, _etag(stored), is_required=True)
    item, case = _written(bank_named(request, code), payload)
    with _answered():
        saved = draft_services.save(
            stored,
            item=item,
            by=caller(request),
            revision=stored.revision,
            case=case,
            reason=readable(payload.reason),
        )
    return _draft_out(response, saved)


@router.delete("/{code}/questions/{ref}/draft", response=WholeQuestionOut)
def discard(request: HttpRequest, code: Code, ref: Ref) -> Any:
    """Let the draft beside a live wording go; `If-Match` says which one was seen."""
    stored = _draft(request, code, ref)
    unchanged_since(request, _etag(stored), is_required=True)
    with _answered():
        draft_services.discard(stored, by=caller(request), revision=stored.revision)
    return _whole(_question(request, code, ref))


@router.post("/{code}/questions/{ref}/submit", response=DraftOut)
def submit(request: HttpRequest, response: HttpResponse, code: Code, ref: Ref) -> Any:
    """Give the draft to review; 422 says what it lacks."""
    stored = _draft(request, code, ref)
    unchanged_since(request, _etag(stored))
    with _answered():
        return _draft_out(
            response, draft_services.submit(stored, by=caller(request), revision=stored.revision)
        )


@router.post("/{code}/questions/{ref}/withdraw", response=DraftOut)
def withdraw(request: HttpRequest, response: HttpResponse, code: Code, ref: Ref) -> Any:
    """Take the draft back from review, to change it."""
    with _answered():
        return _draft_out(
            response, draft_services.withdraw(_draft(request, code, ref), by=caller(request))
        )


@router.post("/{code}/questions/{ref}/approve", response=DraftOut)
def approve(request: HttpRequest, response: HttpResponse, code: Code, ref: Ref) -> Any:
    """Approve a colleague's draft that is in review."""
    if not bank_named(request, code).may_approve:
        raise Problem(403, "A reviewer or an owner of the bank approves drafts.")
    stored = _draft(request, code, ref)
    unchanged_since(request, _etag(stored))
    with _answered():
        return _draft_out(
            response, reviews.approve(stored, by=caller(request), revision=stored.revision)
        )


@router.post("/{code}/questions/{ref}/publish", response=WholeQuestionOut)
def publish(request: HttpRequest, code: Code, ref: Ref) -> Any:
    """Make an approved draft the live wording; who has no colleague approves the own one here."""
    _may_publish(request, code)
    stored = _draft(request, code, ref)
    unchanged_since(request, _etag(stored))
    by = caller(request)
    with _answered():
        if stored.stage != Draft.Stage.APPROVED and reviews.is_alone(stored.question.exam, by):
            reviews.publish_alone(stored.question, by=by, revision=stored.revision)
        else:
            version_services.publish_draft(stored.question, by=by, revision=stored.revision)
    return _whole(_question(request, code, ref))


@router.post("/{code}/questions/{ref}/retire", response=WholeQuestionOut)
def retire(request: HttpRequest, code: Code, ref: Ref, payload: Annotated[ReasonIn, Body()]) -> Any:
    """Take a question out of use; sittings that have it go on."""
    _may_publish(request, code)
    stored = _question(request, code, ref)
    with _answered():
        retirement.retire(stored, by=caller(request), reason=readable(payload.reason))
    return _whole(_question(request, code, ref))


@router.post("/{code}/questions/{ref}/bring-back", response=WholeQuestionOut)
def bring_back(request: HttpRequest, code: Code, ref: Ref) -> Any:
    """Bring a retired question back."""
    _may_publish(request, code)
    stored = _question(request, code, ref)
    with _answered():
        retirement.unretire(stored, by=caller(request))
    return _whole(_question(request, code, ref))


@contextmanager
def _answered() -> Iterator[None]:
    """Say in HTTP's words why the bank refused; what was deleted meanwhile is not there."""
    try:
        yield
    except Question.DoesNotExist as error:
        raise Http404 from error
    except StaleRevision as error:
        raise Problem(412, str(error), etag=_etag(error.stored)) from error
    except NotReady as error:
        raise Problem(422, "It is not complete.", problems=error.problems) from error
    except OwnWork as error:
        raise Problem(403, str(error)) from error
    except Refused as error:
        raise Problem(409, str(error)) from error


def _may_publish(request: HttpRequest, code: str) -> None:
    if not bank_named(request, code).may_publish:
        raise Problem(403, "A reviewer or an owner of the bank does that.")


def _question(request: HttpRequest, code: str, ref: str) -> Question:
    rows = Question.objects.filter(exam=bank_named(request, code).exam)
    whole = rows.select_related("topic__task", "current_version", "draft", "exam", "case")
    stored = get_object_or_404(whole.prefetch_related("enemies"), ref=ref.replace("\0", ""))
    if not hasattr(stored, "draft") and stored.current_version is None:
        raise Http404
    return stored


def _draft(request: HttpRequest, code: str, ref: str) -> Draft:
    drafts = Draft.objects.filter(question__exam=bank_named(request, code).exam)
    whole = drafts.select_related("question__exam", "base_version", "case")
    return get_object_or_404(whole, question__ref=ref.replace("\0", ""))


def _etag(stored: Draft) -> str:
    """Name a draft's state, and the live wording beside it that its caller has seen."""
    versions = f"{stored.base_version_id or 0}-{stored.question.current_version_id or 0}"
    return f'"{stored.pk}-{stored.revision}-{stored.stage}-{versions}"'


def _draft_out(response: HttpResponse, stored: Draft) -> dict[str, object]:
    """Return a draft as it is told, and name its state in the response."""
    response.headers["ETag"] = _etag(stored)
    names = ("stage", "revision", "reason", "is_stale", "item", "updated_at")
    return {name: getattr(stored, name) for name in names} | {
        "ref": stored.question.ref,
        "case": stored.case.ref if stored.case else "",
        "etag": _etag(stored),
    }


def _row(stored: Question) -> dict[str, object]:
    names = ("ref", "type", "level", "status", "stem", "changed_at")
    topic = stored.topic
    return {name: getattr(stored, name) for name in names} | {
        "task": topic.task.number,
        "topic": topic.slug,
    }


def _whole(stored: Question) -> dict[str, object]:
    draft_row: Draft | None = getattr(stored, "draft", None)
    version = stored.current_version
    return _row(stored) | {
        "item": data_of(draft_services.newest_item(stored)),
        "case": stored.case.ref if stored.case else "",
        "version": version.number if version else None,
        "stage": draft_row.stage if draft_row else None,
    }


def _written(access: Access, payload: DraftIn) -> tuple[Item, Case | None]:
    """Return the item and the case that a program sent, without what a reader cannot see."""
    case = None
    if payload.case:
        case = Case.objects.filter(exam=access.exam, ref=readable(payload.case)).first()
        if case is None:
            raise Problem(422, "The exam has no such case.")
    data = payload.model_dump(exclude={"case", "reason"})
    item = item_of({"ref": "", **_readable(data)})
    item = kind_of(item.type).with_whole_key(item)
    if any(index >= len(item.options) for index in item.right):
        raise Problem(422, "right names an option that does not exist.")
    return item, case


def _readable(value: Any) -> Any:
    """Return what JSON held with every text in it readable."""
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, list):
        return [_readable(part) for part in value]
    if isinstance(value, dict):
        return {_readable(name): _readable(part) for name, part in value.items()}
    return value
