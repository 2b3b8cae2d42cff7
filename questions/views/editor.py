"""The editor of questions, which works without scripts, and its requests while one types."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from questions.access import Access, BankRequest, bank_page
from questions.form_parts import problems
from questions.forms.editor import DraftForm
from questions.forms.editor_actions import EditorAction
from questions.formulas import MOST_TEX, delimited
from questions.items.content import item_of
from questions.markdown import to_inline_html
from questions.models import Draft, Question
from questions.services import drafts as draft_services
from questions.services.errors import Refused, StaleRevision, WrongStage
from questions.views.editor_page import (
    advised_answer,
    conflict_page,
    editor_page,
    go_on,
    preview_answer,
    saved,
    state_answer,
    stored_draft,
)


@require_POST
@bank_page()
def revise(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Edit the draft beside the live version; begin one where there is none."""
    question = get_object_or_404(Question, exam=access.exam, ref=ref)
    draft = draft_services.revise(question, by=request.user)
    if draft.stage != Draft.Stage.DRAFT:
        draft_services.withdraw(draft, by=request.user)
    return redirect("questions:edit", access.exam.code, ref)


@require_POST
@bank_page()
def discard(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Discard the draft beside a live version."""
    draft = stored_draft(access, ref)
    try:
        draft_services.discard(draft, by=request.user)
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        if not Question.objects.filter(pk=draft.question_id).exists():
            messages.success(request, gettext("The empty draft was deleted."))
            return redirect("questions:bank", access.exam.code)
        messages.success(request, gettext("The change was discarded. Its text stays in the log."))
    return redirect("questions:question", access.exam.code, ref)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def edit(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Show the editor; save what it sends, and do what its button says."""
    return edit_draft(request, access, ref)


def edit_draft(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    draft = stored_draft(access, ref)
    if draft.stage != Draft.Stage.DRAFT:
        return redirect("questions:question", access.exam.code, ref)
    if request.method != "POST":
        other = draft_services.register_editor(draft, by=request.user)
        return editor_page(request, access, draft, other=other, focus=request.GET.get("focus", ""))
    form = DraftForm(access.exam, request.POST)
    if not form.is_valid():
        return editor_page(request, access, draft, form=form, status=422)
    item, button = form.item(item_of(draft.item)), request.POST.get("action", "save")
    action = EditorAction.of(button)
    try:
        changed = action.applied_to(item, request.POST.get("type", ""))
        draft = saved(request, draft, form, changed)
    except StaleRevision as stale:
        return conflict_page(request, access, stale.stored, form, item)
    except WrongStage as reason:
        messages.error(request, gettext("Not saved: %(reason)s") % {"reason": reason})
        return redirect("questions:question", access.exam.code, ref)
    except Refused as reason:
        return editor_page(request, access, draft, form=form, refusal=reason, status=422)
    if request.htmx:
        return editor_page(request, access, draft, focus=action.focus, template="#fields")
    return go_on(request, access, draft, button)


@require_POST
@bank_page()
def autosave(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Save what is typed so far; answer with the state of the draft and the advice on it."""
    return autosave_draft(request, access, ref)


def autosave_draft(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    question = get_object_or_404(Question, exam=access.exam, ref=ref)
    draft = Draft.objects.select_related("question", "case").filter(question=question).first()
    form = DraftForm(access.exam, request.POST)
    if draft is None:
        ended = gettext("This draft was published or discarded in the meantime.")
        return state_answer(request, access, problem=ended)
    if not form.is_valid():
        return state_answer(request, access, problem=" ".join(problems(form)))
    item = form.item(item_of(draft.item))
    other = draft_services.register_editor(draft, by=request.user)
    try:
        draft = saved(request, draft, form, item)
    except StaleRevision as stale:
        return state_answer(request, access, stale=stale.stored)
    except Refused as reason:
        return state_answer(request, access, problem=str(reason))
    return advised_answer(request, access, draft, item, other=other)


@require_POST
@bank_page()
def preview(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Show what is typed as the exam room would; nothing is saved."""
    return preview_answer(request, access, stored_draft(access, ref))


@require_safe
@bank_page()
def formula(request: BankRequest, access: Access) -> HttpResponse:
    """Show TeX as a text would; what cannot be read as TeX is shown as it is written."""
    tex = request.GET.get("tex", "")[:MOST_TEX]
    return HttpResponse(to_inline_html(delimited(tex)))
