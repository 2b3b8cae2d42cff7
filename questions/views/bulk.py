"""Bulk actions from the question list: confirmed once, done, and undone."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from questions.access import Access, BankRequest, bank_page
from questions.downloads import file_response
from questions.forms.question_list import BulkForm, SelectionForm
from questions.models import Question, QuestionQuerySet
from questions.services import bulk as many
from questions.services import exports

# Reasons, and questions of each, that are named when some were skipped.
NAMED = 5


@require_POST
@bank_page()
def bulk(request: BankRequest, access: Access) -> HttpResponse:
    """Ask for confirmation before many questions change, then change them."""
    form = BulkForm(access.exam, request.POST)
    query = request.POST.get("query", "")
    questions = _selected(access, form) if form.is_valid() else Question.objects.none()
    count = questions.count()
    if refusal := _refusal(access, form, count):
        messages.error(request, f"Nothing was changed: {refusal}")
        return redirect(list_address(access, query))
    if form.cleaned_data["action"] == "export":
        return _export(access, questions)
    if "confirm" not in request.POST or not form.is_complete(count):
        return _confirm(request, access, form, questions, count)
    outcome = _apply(questions.order_by("pk"), form, request)
    messages.success(request, _summary(outcome, "changed"))
    return redirect(list_address(access, query, done=outcome.batch if outcome.changed else None))


def _refusal(access: Access, form: BulkForm, count: int) -> str:
    """Return why an action cannot be done at all, "" when it can."""
    if form.errors:
        return "choose an action first."
    if form.cleaned_data["action"] in BulkForm.PUBLISHERS and not access.may_publish:
        return "that needs a reviewer or an owner."
    if not count:
        return "pick questions, or choose all that match."
    if count > many.MOST:
        return f"{count} are more than {many.MOST} at once; narrow the list."
    return ""


def _confirm(
    request: BankRequest,
    access: Access,
    form: BulkForm,
    questions: QuestionQuerySet,
    count: int,
) -> HttpResponse:
    action = form.cleaned_data["action"]
    context = {
        "access": access,
        "form": form,
        "action": action,
        "label": BulkForm.ACTIONS[action],
        "count": count,
        "picks": form.cleaned_data["pick"],
        "scope": form.cleaned_data["scope"],
        "examples": questions.order_by("ref")[:5],
        "query": form.cleaned_data["query"],
    }
    status = 422 if form.errors else 200
    return render(request, "questions/bulk.html", context, status=status)


def _selected(access: Access, form: BulkForm) -> QuestionQuerySet:
    """Return the picked questions, or all that the list's address selects."""
    if form.cleaned_data["scope"] == "all":
        return SelectionForm(access.exam, QueryDict(form.cleaned_data["query"])).selected()
    picks: list[int] = form.cleaned_data["pick"]
    return Question.objects.filter(exam=access.exam, pk__in=picks)


def _apply(questions: QuestionQuerySet, form: BulkForm, request: BankRequest) -> many.Outcome:
    by, action = request.user, form.cleaned_data["action"]
    if action == "submit":
        return many.submit_all(questions, by=by)
    if action == "publish":
        return many.publish_all(questions, by=by)
    if action == "retire":
        return many.retire_all(questions, by=by, reason=form.cleaned_data["reason"])
    if action == "unretire":
        return many.unretire_all(questions, by=by)
    return many.retag_all(questions, by=by, **{action: form.cleaned_data[action]})


def _export(access: Access, questions: QuestionQuerySet) -> HttpResponse:
    """Answer with the newest wording of questions as YAML, unfinished drafts too."""
    exported = exports.export_yaml(access.exam, questions, by=access.user)
    return file_response(exported.dumped.content, exported.file_name, exported.media_type)


@require_POST
@bank_page()
def undo(request: BankRequest, access: Access, batch: UUID) -> HttpResponse:
    """Undo a bulk action."""
    if not access.may_publish and not many.was_by(access.exam, batch, request.user):
        messages.error(request, "Only who did it, a reviewer or an owner can undo it.")
    else:
        outcome = many.undo(access.exam, batch, by=request.user)
        messages.success(request, _summary(outcome, "put back"))
    return redirect(list_address(access, request.POST.get("query", "")))


def _summary(outcome: many.Outcome, verb: str) -> str:
    """Return what an action did, and which questions it skipped and why, in words."""
    plural = "" if outcome.changed == 1 else "s"
    return " ".join([f"{outcome.changed} question{plural} {verb}.", *_skipped(outcome)])


def _skipped(outcome: many.Outcome) -> Iterator[str]:
    for reason, count in outcome.skipped.most_common(NAMED):
        refs = ", ".join(outcome.refs_by_reason[reason][:NAMED])
        more = f" and {count - NAMED} more" if count > NAMED else ""
        yield f"{count} left as {'it was' if count == 1 else 'they were'} ({refs}{more}): {reason}"


def list_address(access: Access, query: str, done: UUID | None = None) -> str:
    """Return the address of a list; `done` is the batch that was just done, and can be undone."""
    parts = [query, f"done={done}" if done else ""]
    address = reverse("questions:bank", args=[access.exam.code])
    return f"{address}?{'&'.join(filter(None, parts))}" if any(parts) else address
