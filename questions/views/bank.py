"""The question list of a bank: searching it, and saving searches of it."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypedDict
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from questions.access import Access, BankRequest, bank_page, exams_of, instructor_page
from questions.forms.question_list import BulkForm, SavedViewForm, SelectionForm
from questions.hooks import right_shares
from questions.models import Question, SavedView
from questions.services import bulk_undo
from questions.views.bulk import list_address


@require_safe
@instructor_page
def banks(request: BankRequest) -> HttpResponse:
    """List the exams whose bank the reader works on; with one, go there."""
    exams = list(exams_of(request.user))
    if len(exams) == 1:
        return redirect("questions:bank", exams[0].code)
    return render(request, "questions/banks.html", {"exams": exams})


@require_safe
@vary_on_headers("HX-Request")
@bank_page()
def bank(request: BankRequest, access: Access) -> HttpResponse:
    """Show a page of the questions that the address selects."""
    form = SelectionForm(access.exam, request.GET)
    counts = form.counts()
    page = form.page(request.GET.get("page"), counts)
    context = {
        "access": access,
        "form": form,
        "page": page,
        "questions": _rows(access, page),
        "counts": counts,
        "query": _query(request.GET),
        "is_narrowed": bool(form.chosen.keys() - {"q", "status"}),
        "actions": _actions(access, are_first=True),
        "more_actions": _actions(access, are_first=False),
        "views": SavedView.objects.filter(user=request.user.pk, exam=access.exam),
        "done": _done(access, request.GET.get("done", "")),
    }
    template = "questions/bank.html#swap" if request.htmx else "questions/bank.html"
    return render(request, template, context)


@dataclass(frozen=True)
class Row:
    """A question as the list shows it, in words, so that its template needs no lookups.

    `percent_right` is None where too few have answered.
    """

    pk: int
    ref: str
    address: str
    stem: str
    topic: str
    type: str
    level: str
    percent_right: int | None
    status: SafeString
    changed_at: datetime
    author: str


def _rows(access: Access, page: Page[int]) -> list[Row]:
    """Return the questions of a page of primary keys; only these are fetched."""
    keys = list(page.object_list)
    rows = Question.objects.with_row()
    for right_share in right_shares:
        rows = rows.annotate(right_share=right_share())
    questions = rows.in_bulk(keys)
    return [_row(access, questions[pk]) for pk in keys if pk in questions]


def _row(access: Access, question: Question) -> Row:
    draft, version = getattr(question, "draft", None), question.current_version
    share: float | None = getattr(question, "right_share", None)
    return Row(
        pk=question.pk,
        ref=question.ref,
        address=reverse("questions:question", args=[access.exam.code, question.ref]),
        stem=Truncator(question.stem or gettext("Nothing written yet")).chars(140),
        topic=f"{question.topic.task.number} {question.topic.title}",
        type=question.get_type_display(),
        level=question.get_level_display(),
        percent_right=None if share is None else round(100 * share),
        status=_status(question.status, version and version.number, draft and draft.stage),
        changed_at=question.changed_at,
        author=str(question.author or ""),
    )


@lru_cache(maxsize=1000)
def _status(status: str, version: int | None, stage: str | None) -> SafeString:
    """Return the tags of a status, rendered once for the many rows that have it."""
    question = {
        "status": status,
        "current_version": {"number": version} if version else None,
        "draft": {"stage": stage} if stage else None,
    }
    return render_to_string("questions/_status.html", {"question": question})


def _query(data: QueryDict) -> str:
    """Return the part of an address that selects and sorts, without page and undo."""
    query = data.copy()
    for name in ("page", "done"):
        query.pop(name, None)
    for name in [name for name, value in query.items() if not value]:
        query.pop(name)
    return query.urlencode()


def _actions(access: Access, *, are_first: bool) -> list[tuple[str, object]]:
    """Return the bulk actions of someone: those that the bar begins with, or the others."""
    return [
        (name, label)
        for name, label in BulkForm.ACTIONS.items()
        if (access.may_publish or name not in BulkForm.PUBLISHERS)
        and (name in BulkForm.FIRST) == are_first
    ]


class DoneBatch(TypedDict):
    """A bulk action that was just done, with the number of its questions."""

    batch: UUID
    count: int


def _done(access: Access, batch: str) -> DoneBatch | None:
    """Return the bulk action of an address, None where there is nothing to undo."""
    try:
        batch_id = UUID(batch)
    except ValueError:
        return None
    count = bulk_undo.undoable(access.exam, batch_id)
    return {"batch": batch_id, "count": count} if count else None


@require_POST
@bank_page()
def save_view(request: BankRequest, access: Access) -> HttpResponse:
    """Save a list under a name; the same name again replaces it."""
    form = SavedViewForm(request.POST)
    query = _query(QueryDict(request.POST.get("query", "")))
    if form.is_valid():
        SavedView.objects.update_or_create(
            user_id=request.user.pk,
            exam=access.exam,
            name=form.cleaned_data["name"],
            defaults={"query": query[:1000]},
        )
        messages.success(
            request,
            gettext("Saved the search “%(name)s”.") % {"name": form.cleaned_data["name"]},
        )
    else:
        messages.error(request, gettext("The search needs a name of at most 60 characters."))
    return redirect(list_address(access, query))


@require_POST
@bank_page()
def remove_view(request: BankRequest, access: Access, view_id: int) -> HttpResponse:
    """Delete a saved view of one's own."""
    view = get_object_or_404(SavedView, pk=view_id, user=request.user.pk, exam=access.exam)
    view.delete()
    messages.success(request, gettext("Removed the search “%(name)s”.") % {"name": view.name})
    return redirect("questions:bank", access.exam.code)
