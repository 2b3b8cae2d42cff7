"""Bulk actions from the question list: confirmed once, done, and undone."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from questions import tasks
from questions.access import Access, BankRequest, bank_page
from questions.downloads import file_response
from questions.forms.question_list import BulkForm, SelectionForm
from questions.jobs import enqueue
from questions.models import BulkRun, Question, QuestionQuerySet
from questions.services import bulk_runs, bulk_undo, exports
from questions.services.reviews import approver_of_own

# Reasons, and questions of each, that are named when some were skipped.
NAMED = 5
# Questions that are changed while one waits for the page; more are a worker's.
AT_ONCE = 50
_LABELS = {**BulkForm.ACTIONS, "undo": gettext_lazy("Undo")}


@require_POST
@bank_page()
def bulk(request: BankRequest, access: Access) -> HttpResponse:
    """Ask for confirmation before many questions change, then change them."""
    form = BulkForm(access.exam, request.POST)
    query = request.POST.get("query", "")
    questions = _selected(access, form) if form.is_valid() else Question.objects.none()
    count = questions.count()
    if refusal := _refusal(access, form, count):
        messages.error(request, gettext("Nothing was changed: %(refusal)s") % {"refusal": refusal})
        return redirect(list_address(access, query))
    if form.cleaned_data["action"] == "export":
        return _export(access, questions)
    if "confirm" not in request.POST or not form.is_complete(count):
        return _confirm(request, access, form, questions, count)
    run = bulk_runs.create(
        access.exam,
        action=form.cleaned_data["action"],
        questions=list(questions.order_by("pk").values_list("pk", flat=True)),
        by=request.user,
        options=_options(form),
        query=query,
    )
    return _carry_out(request, access, run)


def _options(form: BulkForm) -> dict[str, str | int]:
    """Return what an action sets."""
    action, data = form.cleaned_data["action"], form.cleaned_data
    if action == "topic":
        return {"topic": data["topic"].pk}
    if action == "level":
        return {"level": data["level"]}
    return {"reason": data["reason"]} if action == "retire" else {}


def _carry_out(request: BankRequest, access: Access, run: BulkRun) -> HttpResponse:
    """Do a short run at once and go back to the list; give a long one to a worker."""
    if run.total > AT_ONCE:
        enqueue(tasks.run_bulk, run.pk)
        return redirect("questions:bulk_run", access.exam.code, run.pk)
    run = bulk_runs.execute(run.pk)
    messages.success(request, run_in_words(run))
    is_undoable = run.changed and run.action != "undo"
    return redirect(list_address(access, run.query, done=run.batch if is_undoable else None))


@require_safe
@bank_page()
def bulk_run(request: BankRequest, access: Access, run_id: UUID) -> HttpResponse:
    """Show how far a bulk action is, and what it did."""
    run = get_object_or_404(BulkRun, pk=run_id, exam=access.exam)
    undoable = (
        bulk_undo.undoable(access.exam, run.batch) if run.is_over and run.action != "undo" else 0
    )
    context = {
        "access": access,
        "run": run,
        "label": _LABELS.get(run.action, run.action),
        "skipped": [(reason, len(refs), refs[:NAMED]) for reason, refs in run.skipped.items()],
        "undoable": undoable,
        "list_address": list_address(access, run.query),
    }
    template = "questions/bulk_run.html#progress" if request.htmx else "questions/bulk_run.html"
    return render(request, template, context)


def _refusal(access: Access, form: BulkForm, count: int) -> str:
    """Return why an action cannot be done at all, "" when it can."""
    if form.errors:
        return gettext("choose an action first.")
    if form.cleaned_data["action"] in BulkForm.PUBLISHERS and not access.may_publish:
        return gettext("only a reviewer or an owner can do that.")
    if not count:
        return gettext("pick questions, or choose all that match.")
    if count > bulk_runs.MOST:
        return gettext("at most %(count)s questions at once; narrow the list.") % {
            "count": bulk_runs.MOST
        }
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
        "approver": approver_of_own(access.exam, access.user),
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


def _export(access: Access, questions: QuestionQuerySet) -> HttpResponse:
    """Answer with the newest wording of questions as YAML, unfinished drafts too."""
    exported = exports.export_yaml(access.exam, questions, by=access.user)
    return file_response(exported.dumped.content, exported.file_name, exported.media_type)


@require_POST
@bank_page()
def undo(request: BankRequest, access: Access, batch: UUID) -> HttpResponse:
    """Undo a bulk action."""
    query = request.POST.get("query", "")
    if not access.may_publish and not bulk_undo.was_by(access.exam, batch, request.user):
        messages.error(
            request, gettext("Only a reviewer, an owner or the person who did it can undo it.")
        )
        return redirect(list_address(access, query))
    run = bulk_runs.create_undo(access.exam, batch, by=request.user, query=query)
    return _carry_out(request, access, run)


def run_in_words(run: BulkRun) -> str:
    """Return what a run did, and which questions it left and why, in words."""
    if run.action == "undo":
        text = ngettext(
            "%(count)d question restored.", "%(count)d questions restored.", run.changed
        )
    else:
        text = ngettext("%(count)d question changed.", "%(count)d questions changed.", run.changed)
    return " ".join([text % {"count": run.changed}, *_skipped(run)])


def _skipped(run: BulkRun) -> Iterator[str]:
    counts = Counter({reason: len(refs) for reason, refs in run.skipped.items()})
    for reason, count in counts.most_common(NAMED):
        refs = ", ".join(run.skipped[reason][:NAMED])
        if count > NAMED:
            refs = gettext("%(refs)s and %(more)d more") % {"refs": refs, "more": count - NAMED}
        sentence = ngettext(
            "%(count)d not changed (%(refs)s): %(reason)s",
            "%(count)d not changed (%(refs)s): %(reason)s",
            count,
        )
        yield sentence % {"count": count, "refs": refs, "reason": reason}


def list_address(access: Access, query: str, done: UUID | None = None) -> str:
    """Return the address of a list; `done` is the batch that was just done, and can be undone."""
    parts = [query, f"done={done}" if done else ""]
    address = reverse("questions:bank", args=[access.exam.code])
    return f"{address}?{'&'.join(filter(None, parts))}" if any(parts) else address
