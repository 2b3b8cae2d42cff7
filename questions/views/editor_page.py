"""The editor's page, its answers while one types, and where its buttons lead."""

from dataclasses import replace
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from questions.access import Access, BankRequest
from questions.forms.editor import DraftForm
from questions.forms.editor_actions import EditorAction
from questions.forms.editor_rows import option_rows, prompt_rows
from questions.items.content import item_of, wording
from questions.items.diff import item_changes
from questions.items.item import Item
from questions.items.presentation import PaperItem, paper_item
from questions.models import Case, Draft
from questions.services import drafts as draft_services
from questions.services import reviews
from questions.services.editor_advice import Advice, advice_on
from questions.services.errors import NotReady, Refused
from questions.services.versions import topic_of

# Optional fields, which the editor folds away.
_MORE = (*("evidence", "facts", "enemies", "fixed_order", "numeric_ok", "acknowledged", "reason"),)
# The pages of a draft, and those of one that is not stored yet.
_OF_NEW = {"edit": "new", "autosave": "autosave_new", "preview": "preview_new"}


def state_answer(request: BankRequest, access: Access, **state: object) -> HttpResponse:
    """Answer an autosave that saved nothing; `state` is a problem, or the stale draft."""
    posted = {name: request.POST.get(name, "") for name in ("revision", "ref")}
    context = {"access": access, **posted, **state}
    return render(request, "questions/edit.html#state", context)


def advised_answer(
    request: BankRequest, access: Access, draft: Draft, item: Item, *, other: int | None = None
) -> HttpResponse:
    """Answer an autosave with the state of the draft, and the advice on it beside its fields."""
    context = {
        "access": access,
        "draft": draft,
        "ref": draft.question.ref,
        "revision": draft.revision,
        "other": _name(other),
        "just_saved": True,
        **_advice_context(advice_on(access.exam, draft.question, item)),
    }
    return render(request, "questions/edit.html#saved", context)


def _advice_context(advice: Advice) -> dict[str, object]:
    return {
        "said": advice.by_field,
        "errors": advice.errors,
        "warnings": advice.warnings,
        "alike": advice.alike,
    }


def preview_answer(request: BankRequest, access: Access, draft: Draft) -> HttpResponse:
    form = DraftForm(access.exam, request.POST)
    if not form.is_valid():
        return HttpResponse(status=204)
    context = {"item": shown(form.item(item_of(draft.item)), form.cleaned_data["case"])}
    return render(request, "questions/edit.html#preview", context)


def shown(item: Item, case: Case | None) -> PaperItem:
    """Return an item as the exam room would show it, its options as authored."""
    # So that a prompt without text has a label.
    prompts = tuple(
        text or gettext("Prompt %(number)s") % {"number": number}
        for number, text in enumerate(item.prompts, 1)
    )
    _, html = wording(replace(item, prompts=prompts), case.words if case else None)
    return paper_item(position=1, item_type=item.type, html=html, shuffle=range(len(item.options)))


def stored_draft(access: Access, ref: str) -> Draft:
    drafts: QuerySet[Draft] = Draft.objects.select_related("question", "case", "updated_by")
    return get_object_or_404(drafts, question__exam=access.exam, question__ref=ref)


def saved(request: BankRequest, draft: Draft, form: DraftForm, item: Item) -> Draft:
    """Save what was typed over the revision that the page was made from."""
    cleaned = form.cleaned_data
    return draft_services.save(
        draft,
        item=item,
        by=request.user,
        revision=cleaned["revision"],
        case=cleaned["case"],
        reason=cleaned["reason"],
        overwrites="overwrite" in request.POST,
    )


def editor_page(
    request: BankRequest,
    access: Access,
    draft: Draft,
    *,
    form: DraftForm | None = None,
    other: int | None = None,
    focus: str = "",
    refusal: Refused | None = None,
    template: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the editor with the stored draft, or with a form that could not be saved."""
    item = item_of(draft.item)
    if form is None:
        form = DraftForm.of(
            access.exam,
            item,
            topic=topic_of(access.exam, item) or draft.question.topic,
            case=draft.case,
            reason=draft.reason,
            revision=draft.revision,
        )
    elif form.is_valid():
        item = form.item(item)
    advice = advice_on(access.exam, draft.question, item)
    context = {
        "access": access,
        "draft": draft,
        "question": draft.question,
        "form": form,
        "item": shown(item, draft.case),
        "written": item,
        "other": _name(other),
        "ref": draft.question.ref,
        "edit_url": editor_address("edit", draft),
        "autosave_url": editor_address("autosave", draft),
        "preview_url": editor_address("preview", draft),
        "is_unused": draft_services.is_empty(item) and draft.question.current_version_id is None,
        "focus": focus,
        "missing": _missing(refusal, advice) if refusal else [],
        "is_alone": reviews.is_alone(access.exam, request.user),
        "revision": form["revision"].value(),
        "more": [(form[name], advice.by_field.get(name)) for name in _MORE],
        "is_more_said": any(advice.by_field.get(name) for name in _MORE),
        "options": option_rows(item, advice.by_field),
        "prompts": prompt_rows(item),
        **_advice_context(advice),
    }
    return render(request, f"questions/edit.html{template}", context, status=status)


def editor_address(name: str, draft: Draft) -> str:
    """Return the address of a page of the editor; one of a draft that is not stored has its own."""
    exam, ref = draft.question.exam, draft.question.ref
    if ref:
        return reverse(f"questions:{name}", args=[exam.code, ref])
    return reverse(f"questions:{_OF_NEW[name]}", args=[exam.code])


def _missing(refusal: Refused, advice: Advice) -> list[tuple[str, str]]:
    """Return why a step was refused, each reason after the field that it is about, "" for none."""
    if isinstance(refusal, NotReady) and advice.errors:
        return [(error.field, f"{error.place}: {error.message}") for error in advice.errors]
    return [("", str(refusal))]


def _name(user_id: int | None) -> str:
    person = get_user_model()._default_manager.filter(pk=user_id).first() if user_id else None
    return str(person) if person else ""


def conflict_page(
    request: BankRequest, access: Access, stored: Draft, form: DraftForm, item: Item
) -> HttpResponse:
    """Show what was typed beside what someone else saved meanwhile; neither is lost."""
    typed = [
        (name, value)
        for name in form.data
        if name not in ("csrfmiddlewaretoken", "revision", "action", "overwrite")
        for value in cast(QueryDict, form.data).getlist(name)
    ]
    context = {
        "access": access,
        "question": stored.question,
        "stored": stored,
        "changes": item_changes(item_of(stored.item), item),
        "typed": typed,
    }
    return render(request, "questions/_conflict.html", context, status=409)


def go_on(request: BankRequest, access: Access, draft: Draft, button: str) -> HttpResponse:
    """Go where the button that saved a draft leads, with its step done."""
    question = draft.question
    try:
        if button == "save_new":
            item = item_of(draft.item)
            topic = topic_of(access.exam, item) or question.topic
            alike = {"topic": topic.pk, "kind": item.type, "level": item.level}
            alike |= {"case": draft.case.ref} if draft.case else {}
            messages.success(
                request, gettext("Saved %(ref)s. Here is the next one.") % {"ref": question.ref}
            )
            return redirect(
                f"{reverse('questions:new', args=[access.exam.code])}?{urlencode(alike)}"
            )
        if button == "submit":
            draft_services.submit(draft, by=request.user, revision=draft.revision)
            messages.success(request, gettext("Sent for review. A colleague has to approve it."))
            return redirect("questions:question", access.exam.code, question.ref)
        if button == "publish" and access.may_publish:
            reviews.publish_alone(question, by=request.user, revision=draft.revision)
            messages.success(request, gettext("Published. New exams can use it from now on."))
            return redirect("questions:question", access.exam.code, question.ref)
    except Refused as reason:
        return editor_page(request, access, draft, refusal=reason, status=422)
    address = reverse("questions:edit", args=[access.exam.code, draft.question.ref])
    focus = "" if button in ("save", "save_new") else EditorAction.of(button).focus
    return redirect(f"{address}?focus={focus}#{focus}" if focus else address)
