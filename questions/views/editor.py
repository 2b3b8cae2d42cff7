"""The editor of questions, which works without scripts, and its requests while one types."""

from dataclasses import replace
from typing import cast

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from questions.access import Access, BankRequest, bank_page
from questions.forms.editor import DraftForm, NewForm, topics_of
from questions.forms.editor_actions import EditorAction
from questions.forms.editor_rows import option_rows, prompt_rows
from questions.items.content import item_of, wording
from questions.items.diff import item_changes
from questions.items.item import Item
from questions.items.kinds.registry import kind_names
from questions.items.presentation import PaperItem, paper_item
from questions.models import Case, Draft, Question
from questions.services import drafts as draft_services
from questions.services import reviews
from questions.services.editor_advice import Advice, advice_on
from questions.services.errors import NotReady, Refused, StaleRevision, WrongStage
from questions.services.versions import topic_of

# Optional fields, which the editor folds away.
_MORE = (*("evidence", "facts", "enemies", "fixed_order", "numeric_ok", "acknowledged", "reason"),)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def new(request: BankRequest, access: Access) -> HttpResponse:
    """Create a question; what the address asks for is preselected, or what one wrote last."""
    form = NewForm(access.exam, request.POST or None, initial=_first_choices(request, access))
    if request.method == "POST" and form.is_valid():
        try:
            draft = draft_services.create(
                access.exam,
                by=request.user,
                topic=form.cleaned_data["topic"],
                item_type=form.cleaned_data["type"],
                case=form.cleaned_data["case"],
            )
        except Refused as reason:
            form.add_error("topic", str(reason))
        else:
            return redirect("questions:edit", access.exam.code, draft.question.ref)
    status = 422 if form.is_bound else 200
    return render(request, "questions/new.html", {"access": access, "form": form}, status=status)


def _first_choices(request: BankRequest, access: Access) -> dict[str, object]:
    """Return topic and type that a new question begins with."""
    mine = Question.objects.filter(exam=access.exam, author=request.user.pk)
    last = mine.select_related("topic").order_by("-pk").first()
    initial: dict[str, object] = {"topic": last.topic, "type": last.type} if last else {}
    number = request.GET.get("domain", "")
    if number.isascii() and number.isdigit() and len(number) < 5:
        topics = topics_of(access.exam).filter(task__domain__number=int(number))
        initial |= {"topic": topic} if (topic := topics.first()) else {}
    if (kind := request.GET.get("kind")) in kind_names():
        initial["type"] = kind
    return initial


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
    draft = _draft(access, ref)
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
    draft = _draft(access, ref)
    if draft.stage != Draft.Stage.DRAFT:
        return redirect("questions:question", access.exam.code, ref)
    if request.method != "POST":
        other = draft_services.register_editor(draft, by=request.user)
        return _page(request, access, draft, other=other, focus=request.GET.get("focus", ""))
    form = DraftForm(access.exam, request.POST)
    if not form.is_valid():
        return _page(request, access, draft, form=form, status=422)
    item, button = form.item(item_of(draft.item)), request.POST.get("action", "save")
    action = EditorAction.of(button)
    try:
        changed = action.applied_to(item, request.POST.get("type", ""))
        draft = _saved(request, draft, form, changed)
    except StaleRevision as stale:
        return _conflict(request, access, stale.stored, form, item)
    except WrongStage as reason:
        messages.error(request, f"Not saved: {reason}")
        return redirect("questions:question", access.exam.code, ref)
    except Refused as reason:
        return _page(request, access, draft, form=form, refusal=reason, status=422)
    if request.htmx:
        return _page(request, access, draft, focus=action.focus, template="#fields")
    return _redirect(request, access, draft, button)


@require_POST
@bank_page()
def autosave(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Save what is typed so far; answer with the state of the draft and the advice on it."""
    question = get_object_or_404(Question, exam=access.exam, ref=ref)
    draft = Draft.objects.select_related("question", "case").filter(question=question).first()
    form = DraftForm(access.exam, request.POST)
    if draft is None:
        ended = "This draft was published or discarded in the meantime."
        return _state(request, access, problem=ended)
    if not form.is_valid():
        errors = [str(error) for errors in form.errors.values() for error in errors]
        return _state(request, access, problem=" ".join(errors))
    item = form.item(item_of(draft.item))
    other = draft_services.register_editor(draft, by=request.user)
    try:
        draft = _saved(request, draft, form, item)
    except StaleRevision as stale:
        return _state(request, access, stale=stale.stored)
    except Refused as reason:
        return _state(request, access, problem=str(reason))
    context = {
        "access": access,
        "draft": draft,
        "revision": draft.revision,
        "other": _name(other),
        "just_saved": True,
        **_advice_context(advice_on(access.exam, draft.question, item)),
    }
    return render(request, "questions/edit.html#saved", context)


def _state(request: BankRequest, access: Access, **state: object) -> HttpResponse:
    """Answer an autosave that saved nothing; `state` is a problem, or the stale draft."""
    context = {"access": access, "revision": request.POST.get("revision", ""), **state}
    return render(request, "questions/edit.html#state", context)


def _advice_context(advice: Advice) -> dict[str, object]:
    return {
        "said": advice.by_field,
        "errors": advice.errors,
        "warnings": advice.warnings,
        "alike": advice.alike,
    }


@require_POST
@bank_page()
def preview(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Show what is typed as the exam room would; nothing is saved."""
    draft = _draft(access, ref)
    form = DraftForm(access.exam, request.POST)
    if not form.is_valid():
        return HttpResponse(status=204)
    context = {"item": shown(form.item(item_of(draft.item)), form.cleaned_data["case"])}
    return render(request, "questions/edit.html#preview", context)


def shown(item: Item, case: Case | None) -> PaperItem:
    """Return an item as the exam room would show it, its options as authored."""
    # So that a prompt without text has a label.
    prompts = tuple(text or f"Prompt {number}" for number, text in enumerate(item.prompts, 1))
    _, html = wording(replace(item, prompts=prompts), case.words if case else None)
    return paper_item(position=1, item_type=item.type, html=html, shuffle=range(len(item.options)))


def _draft(access: Access, ref: str) -> Draft:
    drafts: QuerySet[Draft] = Draft.objects.select_related("question", "case", "updated_by")
    return get_object_or_404(drafts, question__exam=access.exam, question__ref=ref)


def _saved(request: BankRequest, draft: Draft, form: DraftForm, item: Item) -> Draft:
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


def _page(
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
        "edit_url": reverse("questions:edit", args=[access.exam.code, draft.question.ref]),
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


def _missing(refusal: Refused, advice: Advice) -> list[tuple[str, str]]:
    """Return why a step was refused, each reason after the field that it is about, "" for none."""
    if isinstance(refusal, NotReady) and advice.errors:
        return [(error.field, f"{error.place}: {error.message}") for error in advice.errors]
    return [("", str(refusal))]


def _name(user_id: int | None) -> str:
    person = get_user_model()._default_manager.filter(pk=user_id).first() if user_id else None
    return str(person) if person else ""


def _conflict(
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


def _redirect(request: BankRequest, access: Access, draft: Draft, button: str) -> HttpResponse:
    """Go where the button that saved a draft leads, with its step done."""
    question = draft.question
    try:
        if button == "save_new":
            item = item_of(draft.item)
            draft = draft_services.create(
                access.exam,
                by=request.user,
                topic=topic_of(access.exam, item) or question.topic,
                item_type=item.type,
                level=item.level,
                case=draft.case,
            )
            messages.success(request, f"Saved {question.ref}. Here is the next one.")
        elif button == "submit":
            draft_services.submit(draft, by=request.user, revision=draft.revision)
            messages.success(request, "Sent for review. A colleague has to approve it.")
            return redirect("questions:question", access.exam.code, question.ref)
        elif button == "publish" and access.may_publish:
            reviews.publish_alone(question, by=request.user, revision=draft.revision)
            messages.success(request, "Published. New exams can use it from now on.")
            return redirect("questions:question", access.exam.code, question.ref)
    except Refused as reason:
        return _page(request, access, draft, refusal=reason, status=422)
    address = reverse("questions:edit", args=[access.exam.code, draft.question.ref])
    focus = "" if button in ("save", "save_new") else EditorAction.of(button).focus
    return redirect(f"{address}?focus={focus}#{focus}" if focus else address)
