"""The bank as a list: searching it, keeping views of it, changing many questions at once."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from questions.access import Access, BankRequest, bank_page, exams_of, instructor_page
from questions.forms.question_list import BulkForm, SavedViewForm, SelectionForm
from questions.models import Question, SavedView
from questions.services import bulk as many
from questions.views.bulk import list_address


@require_safe
@instructor_page
def banks(request: BankRequest) -> HttpResponse:
    """List the exams whose bank one works on; with one, go there."""
    exams = list(exams_of(request.user))
    if len(exams) == 1:
        return redirect("questions:bank", exams[0].code)
    return render(request, "questions/banks.html", {"exams": exams})


@require_safe
@vary_on_headers("HX-Request")
@bank_page()
def bank(request: BankRequest, access: Access) -> HttpResponse:
    """Show the questions that the address selects, a page of them."""
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
        "actions": _actions(access),
        "views": SavedView.objects.filter(user=request.user.pk, exam=access.exam),
        "done": _done(access, request.GET.get("done", "")),
    }
    template = "questions/bank.html#swap" if request.htmx else "questions/bank.html"
    return render(request, template, context)


@dataclass(frozen=True)
class Row:
    """A question as the list shows it, in words: a template would look each of them up."""

    pk: int
    ref: str
    address: str
    stem: str
    topic: str
    type: str
    level: str
    status: SafeString
    changed: str
    changed_iso: str
    changed_in_full: str
    author: str


def _rows(access: Access, page: Page[int]) -> list[Row]:
    """Return the questions of a page of numbers: only these are fetched, whatever page it is."""
    numbers = list(page.object_list)
    found = Question.objects.with_row().in_bulk(numbers)
    return [_row(access, found[pk]) for pk in numbers if pk in found]


def _row(access: Access, question: Question) -> Row:
    draft, version = getattr(question, "draft", None), question.current_version
    at = timezone.localtime(question.changed_at)
    return Row(
        pk=question.pk,
        ref=question.ref,
        address=reverse("questions:question", args=[access.exam.code, question.ref]),
        stem=Truncator(question.stem or "Nothing written yet").chars(140),
        topic=f"{question.topic.task.number} {question.topic.title}",
        type=question.get_type_display(),
        level=question.get_level_display(),
        status=_status(question.status, version and version.number, draft and draft.stage),
        changed=f"{at.day} {at:%b %Y}",
        changed_iso=at.isoformat(timespec="minutes"),
        changed_in_full=f"{at.day} {at:%B %Y, %H:%M %Z}",
        author=str(question.author or ""),
    )


@lru_cache(maxsize=1000)
def _status(status: str, version: int | None, stage: str | None) -> SafeString:
    """Return the tags of a status, of which there are a few and many rows."""
    standing = {
        "status": status,
        "current_version": {"number": version} if version else None,
        "draft": {"stage": stage} if stage else None,
    }
    return render_to_string("questions/_status.html", {"question": standing})


def _query(data: QueryDict) -> str:
    """Return the part of an address that selects and sorts, without page and news."""
    kept = data.copy()
    for name in ("page", "done"):
        kept.pop(name, None)
    for name in [name for name, value in kept.items() if not value]:
        kept.pop(name)
    return kept.urlencode()


def _actions(access: Access) -> list[tuple[str, str]]:
    return [
        (name, label)
        for name, label in BulkForm.ACTIONS.items()
        if access.may_publish or name not in BulkForm.PUBLISHERS
    ]


def _done(access: Access, batch: str) -> dict[str, Any] | None:
    """Return what was just done to many and can be undone."""
    try:
        number = UUID(batch)
    except ValueError:
        return None
    count = many.undoable(access.exam, number)
    return {"batch": number, "count": count} if count else None


@require_POST
@bank_page()
def save_view(request: BankRequest, access: Access) -> HttpResponse:
    """Keep a list under a name; the same name again takes the newer list."""
    form = SavedViewForm(request.POST)
    query = _query(QueryDict(request.POST.get("query", "")))
    if form.is_valid():
        SavedView.objects.update_or_create(
            user_id=request.user.pk,
            exam=access.exam,
            name=form.cleaned_data["name"],
            defaults={"query": query[:1000]},
        )
        messages.success(request, f"Saved the view “{form.cleaned_data['name']}”.")
    else:
        messages.error(request, "The view needs a name of at most 60 characters.")
    return redirect(list_address(access, query))


@require_POST
@bank_page()
def remove_view(request: BankRequest, access: Access, view_id: int) -> HttpResponse:
    """Forget a saved view of one's own."""
    view = get_object_or_404(SavedView, pk=view_id, user=request.user.pk, exam=access.exam)
    view.delete()
    messages.success(request, f"Removed the view “{view.name}”.")
    return redirect("questions:bank", access.exam.code)
