"""The bank as a list: searching it, keeping views of it, changing many questions at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from questions.decorators import Access, bank_page, exams_of, instructor_page
from questions.forms.listing import BulkForm, SavedViewForm, SelectionForm
from questions.models import Question, SavedView
from questions.requests import BankRequest
from questions.services import bulk as many
from questions.views.bulk import list_address

PAGE = 50


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
    page = Paginator(form.ordered().values_list("pk", flat=True), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "access": access,
        "form": form,
        "page": page,
        "questions": _rows(page),
        "counts": form.counts(),
        "query": _query(request.GET),
        "is_narrowed": bool(form.chosen.keys() - {"q", "status"}),
        "actions": _actions(access),
        "views": SavedView.objects.filter(user=request.user.pk, exam=access.exam),
        "done": _done(access, request.GET.get("done", "")),
    }
    template = "questions/bank.html#swap" if request.htmx else "questions/bank.html"
    return render(request, template, context)


def _rows(page: Page[int]) -> list[Question]:
    """Return the questions of a page of numbers: only these are fetched, whatever page it is."""
    found = Question.objects.with_row().in_bulk(list(page.object_list))
    return [found[pk] for pk in page.object_list if pk in found]


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
