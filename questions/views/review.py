"""A question as its team sees it: its versions and draft, comments, and the steps of review."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from questions.access import Access, Action, BankRequest, bank_page
from questions.forms.review import FIELDS, CommentForm, ReasonForm
from questions.items.content import item_of, key_of, wording
from questions.items.diff import item_changes
from questions.items.item import Item
from questions.items.solution import SolvedItem, solved_item
from questions.models import AuditEntry, Case, Comment, Draft, Question
from questions.services import drafts as draft_services
from questions.services import retirement, reviews, versions
from questions.services.editor_findings import exam_lint_context, findings_for
from questions.services.errors import Refused


@require_safe
@bank_page()
def question(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Show a question: its newest wording with the key, its changes, comments and log."""
    return _page(request, access, _question(access, ref))


@require_POST
@bank_page()
def comment(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Comment on a field; with the other button, return the draft with the comment."""
    question = _question(access, ref)
    form = CommentForm(access.exam, request.user.pk, request.POST)
    if not form.is_valid():
        return _page(request, access, question, form=form, status=422)
    text, field = form.cleaned_data["text"], form.cleaned_data["field"]
    is_return = request.POST.get("action") == "return"
    if is_return and not access.may_approve:
        raise Http404
    try:
        if is_return:
            reviews.send_back(_draft(question), by=request.user, text=text, field=field)
        else:
            people = [person.pk for person in form.cleaned_data["mentions"]]
            reviews.comment(question, by=request.user, text=text, field=field, mentions=people)
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(
            request, gettext("Returned to its author.") if is_return else gettext("Comment added.")
        )
    return redirect("questions:question", access.exam.code, ref)


@require_POST
@bank_page()
def resolve(request: BankRequest, access: Access, comment_id: int) -> HttpResponse:
    """Resolve a comment, or reopen it."""
    comments = Comment.objects.select_related("question__exam")
    comment = get_object_or_404(comments, pk=comment_id, question__exam=access.exam)
    reviews.resolve(comment, by=request.user, is_resolved="reopen" not in request.POST)
    return redirect("questions:question", access.exam.code, comment.question.ref)


def _next_in_review(request: BankRequest, access: Access) -> HttpResponse:
    """Go on to the next question that waits for the reader, or to the queue after the last."""
    draft = reviews.to_review([access.exam], request.user).select_related("question").first()
    if draft is None:
        messages.success(request, gettext("All reviewed."))
        return redirect("questions:queue", access.exam.code)
    return redirect("questions:question", access.exam.code, draft.question.ref)


def _step(action: Action = "write") -> Callable[..., Callable[..., HttpResponse]]:
    """Make a view of a function that does one step with a question and returns what to tell."""

    def decorate(verb: Callable[[BankRequest, Question], str]) -> Callable[..., HttpResponse]:
        @require_POST
        @bank_page(action)
        @wraps(verb)
        def step(request: BankRequest, access: Access, ref: str) -> HttpResponse:
            try:
                messages.success(request, verb(request, _question(access, ref)))
            except Refused as reason:
                messages.error(request, str(reason))
            else:
                if "next" in request.POST:
                    return _next_in_review(request, access)
            return redirect("questions:question", access.exam.code, ref)

        return step

    return decorate


@_step()
def submit(request: BankRequest, question: Question) -> str:
    """Send the draft for review."""
    draft_services.submit(_draft(question), by=request.user)
    if reviews.has_reviewer(question.exam, request.user):
        return gettext("Sent for review.")
    if reviews.is_alone(question.exam, request.user):
        return gettext("Sent for review. You have no colleague to ask: approve it yourself.")
    return gettext(
        "Sent for review, but nobody else on the team can approve it. Add a colleague, or allow "
        "approving alone: Exam, step 3, “Who approves questions”."
    )


@_step()
def withdraw(request: BankRequest, question: Question) -> str:
    """Withdraw the draft from review, to change it."""
    draft_services.withdraw(_draft(question), by=request.user)
    return gettext("Taken back. You can change it again.")


@_step("approve")
def approve(request: BankRequest, question: Question) -> str:
    """Approve the revision of the draft that was shown."""
    revision = request.POST.get("revision", "")
    seen = int(revision) if revision.isdecimal() and len(revision) < 9 else 0
    if request.POST.get("action") == "publish":
        reviews.publish_alone(question, by=request.user, revision=seen)
        return gettext("Approved and published. New exams can use it from now on.")
    reviews.approve(_draft(question), by=request.user, revision=seen)
    return gettext("Approved. It can be published now.")


@_step("publish")
def publish(request: BankRequest, question: Question) -> str:
    """Publish the approved draft."""
    versions.publish_draft(question, by=request.user)
    return gettext("Published. New exams can use it from now on.")


@_step()
def rebase(request: BankRequest, question: Question) -> str:
    """Base the draft on the version that went live meanwhile."""
    draft_services.rebase(_draft(question), by=request.user)
    return gettext("The draft is now a change of the live version; send it for review again.")


@require_POST
@bank_page("publish")
def retire(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Retire the question, or put it back into use."""
    question = _question(access, ref)
    if question.status == Question.Status.RETIRED:
        retirement.unretire(question, by=request.user)
        messages.success(request, gettext("Restored."))
    else:
        form = ReasonForm(request.POST)
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        retirement.retire(question, by=request.user, reason=reason)
        messages.success(
            request, gettext("Retired. New exams no longer use it; running exams keep it.")
        )
    return redirect("questions:question", access.exam.code, ref)


def _question(access: Access, ref: str) -> Question:
    questions = Question.objects.select_related(
        "exam", "topic__task__domain", "case", "current_version", "draft__base_version", "author"
    ).prefetch_related("enemies")
    return get_object_or_404(questions, exam=access.exam, ref=ref)


def _draft(question: Question) -> Draft:
    return get_object_or_404(Draft, question=question)


def _page(
    request: BankRequest,
    access: Access,
    question: Question,
    *,
    form: CommentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    draft: Draft | None = getattr(question, "draft", None)
    live = question.current_version
    if live:
        live.question = question
    before = versions.item_of_version(live) if live else None
    newest = item_of(draft.item) if draft else before
    findings = findings_for(newest, exam_lint_context(access.exam, question.case)) if newest else []
    comments = Comment.objects.filter(question=question).select_related("author", "resolved_by")
    context = {
        "access": access,
        "question": question,
        "draft": draft,
        "item": _solved(newest, draft.case if draft else question.case) if newest else None,
        "written": newest,
        "changes": item_changes(before, newest) if draft and before and newest else [],
        "said": findings,
        "errors": sum(finding.is_error for finding in findings),
        "remarks": comments.prefetch_related(Prefetch("mentions")),
        "labels": dict(FIELDS),
        "form": form or CommentForm(access.exam, request.user.pk),
        "is_stale": draft.is_stale if draft else False,
        "is_own": draft is not None and reviews.wrote_in(draft, request.user),
        "is_alone": reviews.is_alone(access.exam, request.user),
        "record": AuditEntry.objects.about("question", question.pk).select_related("actor")[:10],
    }
    return render(request, "questions/question.html", context, status=status)


def _solved(item: Item, case: Case | None) -> SolvedItem | None:
    """Return an item with its key as the review after an exam has it; None without a key."""
    _, html = wording(item, case.words if case else None)
    return solved_item(item.type, html, key_of(item))
