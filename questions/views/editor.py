"""Writing a question: the editor, which works without scripts, and what it asks while one types."""

from dataclasses import dataclass, replace
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from questions.access import Access, BankRequest, bank_page
from questions.forms.editor import DraftForm, NewForm
from questions.items import editing
from questions.items.content import item_of, wording
from questions.items.diff import item_changes, shingles, what_is_asked
from questions.items.item import Item
from questions.items.kinds.base import NOT_CHOSEN
from questions.items.kinds.registry import kind_names
from questions.items.presentation import PaperItem, paper_item
from questions.models import Case, Draft, Question
from questions.services import drafts as draft_services
from questions.services import reviews
from questions.services.editor_findings import (
    EditorFinding,
    by_field,
    exam_lint_context,
    findings_for,
)
from questions.services.errors import NotReady, Refused, StaleRevision, WrongStage
from questions.services.versions import topic_of

# Fields that a question can do without; the editor folds them away.
_MORE = (*("evidence", "facts", "enemies", "fixed_order", "numeric_ok", "acknowledged", "reason"),)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def new(request: BankRequest, access: Access) -> HttpResponse:
    """Ask where a new question belongs, and begin it; the last one's place is offered."""
    mine = Question.objects.filter(exam=access.exam, author=request.user.pk)
    last = mine.select_related("topic").order_by("-pk").first()
    initial = {"topic": last.topic, "type": last.type} if last else {}
    form = NewForm(access.exam, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            draft = draft_services.begin(
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


@require_POST
@bank_page()
def revise(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Begin a draft beside the live version, or go on with the one there is."""
    question = get_object_or_404(Question, exam=access.exam, ref=ref)
    draft = draft_services.revise(question, by=request.user)
    if draft.stage != Draft.Stage.DRAFT:
        draft_services.withdraw(draft, by=request.user)
    return redirect("questions:edit", access.exam.code, ref)


@require_POST
@bank_page()
def discard(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Let the draft beside a live version go."""
    draft = _draft(access, ref)
    try:
        draft_services.discard(draft, by=request.user)
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, "The change was discarded; its text stays in the record.")
    return redirect("questions:question", access.exam.code, ref)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def edit(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Show the editor; save what it sends, and do what its button says."""
    draft = _draft(access, ref)
    if draft.stage != Draft.Stage.DRAFT:
        return redirect("questions:question", access.exam.code, ref)
    if request.method != "POST":
        other = draft_services.others_at(draft, by=request.user)
        return _page(request, access, draft, other=other, focus=request.GET.get("focus", ""))
    form = DraftForm(access.exam, request.POST)
    if not form.is_valid():
        return _page(request, access, draft, form=form, status=422)
    item, action = form.item(item_of(draft.item)), request.POST.get("action", "save")
    try:
        draft = _saved(request, draft, form, _changed(item, action, request.POST.get("type", "")))
    except StaleRevision as stale:
        return _conflict(request, access, stale.stored, form, item)
    except WrongStage as reason:
        messages.error(request, f"Not saved: {reason}")
        return redirect("questions:question", access.exam.code, ref)
    except Refused as reason:
        return _page(request, access, draft, form=form, refusal=reason, status=422)
    if request.htmx:
        return _page(request, access, draft, focus=_focus(action), template="#fields")
    return _after(request, access, draft, action)


@require_POST
@bank_page()
def autosave(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Save what is typed so far; answer with the state of the draft, and what there is to say."""
    question = get_object_or_404(Question, exam=access.exam, ref=ref)
    draft = Draft.objects.select_related("question", "case").filter(question=question).first()
    form = DraftForm(access.exam, request.POST)
    context: dict[str, Any] = {"access": access, "revision": request.POST.get("revision", "")}
    if draft is None:
        context["problem"] = "The draft has ended: it was published or discarded meanwhile."
        return render(request, "questions/edit.html#state", context)
    if not form.is_valid():
        errors = [str(error) for found in form.errors.values() for error in found]
        context["problem"] = " ".join(errors)
        return render(request, "questions/edit.html#state", context)
    item = form.item(item_of(draft.item))
    other = draft_services.others_at(draft, by=request.user)
    try:
        draft = _saved(request, draft, form, item)
    except StaleRevision as stale:
        return render(request, "questions/edit.html#state", context | {"stale": stale.stored})
    except Refused as reason:
        return render(request, "questions/edit.html#state", context | {"problem": str(reason)})
    context |= {"draft": draft, "revision": draft.revision, "other": _name(other)}
    context |= {"just_saved": True, **_advice(access, draft.question, item)}
    return render(request, "questions/edit.html#saved", context)


@require_POST
@bank_page()
def preview(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Show what is typed as the exam room shows it; nothing is saved."""
    draft = _draft(access, ref)
    form = DraftForm(access.exam, request.POST)
    if not form.is_valid():
        return HttpResponse(status=204)
    context = {"item": shown(form.item(item_of(draft.item)), form.cleaned_data["case"])}
    return render(request, "questions/edit.html#preview", context)


def shown(item: Item, case: Case | None) -> PaperItem:
    """Return an item as the exam room would show it, its options as authored."""
    # A prompt that is not written yet has a name all the same.
    named = tuple(text or f"Prompt {number}" for number, text in enumerate(item.prompts, 1))
    _, html = wording(replace(item, prompts=named), case.words if case else None)
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


def _changed(item: Item, action: str, item_type: str) -> Item:
    """Do to an item what a button of the editor says, such as up-option-2."""
    verb, _, place = action.partition("-")
    what, _, number = place.partition("-")
    if verb == "type" and item_type in kind_names():
        return editing.as_type(item, item_type)
    if what not in ("option", "prompt"):
        return item
    if verb == "add":
        return editing.with_one_more(item, what)  # type: ignore[arg-type]
    index = int(number) if number.isdecimal() and len(number) < 4 else -1
    if verb == "remove":
        return editing.without(item, what, index)  # type: ignore[arg-type]
    if verb in ("up", "down"):
        return editing.moved(item, what, index, -1 if verb == "up" else 1)  # type: ignore[arg-type]
    return item


def _focus(action: str) -> str:
    """Return where the eye goes after a change of the options: the row that moved, or is new."""
    verb, _, place = action.partition("-")
    what, _, number = place.partition("-")
    if verb == "add":
        return f"{what}-last"
    if verb in ("up", "down") and number.isdecimal():
        return f"{verb}-{what}-{int(number) + (-1 if verb == 'up' else 1)}"
    return f"{what}-{max(0, int(number) - 1)}" if number.isdecimal() else "type"


@dataclass(frozen=True)
class Row:
    """An option as the editor shows it."""

    index: int
    letter: str
    text: str
    why: str
    is_right: bool
    is_last: bool
    said_text: list[EditorFinding]
    said_why: list[EditorFinding]

    @property
    def number(self) -> str:
        return str(self.index)

    @property
    def text_field(self) -> str:
        return f"option-{self.index}-text"

    @property
    def why_field(self) -> str:
        return f"option-{self.index}-why"


@dataclass(frozen=True)
class PromptRow:
    index: int
    text: str
    right: int
    is_last: bool

    @property
    def number(self) -> int:
        return self.index + 1


def _rows(item: Item, said: dict[str, list[EditorFinding]]) -> dict[str, Any]:
    options = [
        Row(
            index,
            chr(ord("A") + index),
            option.text,
            option.why,
            index in item.right,
            index == len(item.options) - 1,
            said[f"option-{index}-text"],
            said[f"option-{index}-why"],
        )
        for index, option in enumerate(item.options)
    ]
    prompts = [
        PromptRow(
            index,
            text,
            item.right[index] if index < len(item.right) else NOT_CHOSEN,
            index == len(item.prompts) - 1,
        )
        for index, text in enumerate(item.prompts)
    ]
    return {"options": options, "prompts": prompts}


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
    **more: Any,
) -> HttpResponse:
    """Show the editor with what is stored, or with what was typed where it could not be."""
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
    advice = _advice(access, draft.question, item)
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
        "missing": _missing(refusal, advice["errors"]) if refusal else [],
        "is_alone": reviews.is_alone(access.exam, request.user),
        "revision": form["revision"].value(),
        "more": [(form[name], advice["said"].get(name)) for name in _MORE],
        "is_more_said": any(advice["said"].get(name) for name in _MORE),
        **_rows(item, advice["said"]),
        **advice,
        **more,
    }
    return render(request, f"questions/edit.html{template}", context, status=status)


def _advice(access: Access, question: Question, item: Item) -> dict[str, Any]:
    """Return what the rules say, field by field, and which questions are much alike."""
    said = findings_for(item, exam_lint_context(access.exam, question.case))
    runs = sorted(shingles(what_is_asked(item)))
    others = Question.objects.filter(exam=access.exam).exclude(pk=question.pk)
    alike = others.alike(runs).only("ref", "stem", "status")[:3] if len(runs) > 3 else []
    return {
        "said": by_field(said, item),
        "errors": [each for each in said if each.is_error],
        "warnings": [each for each in said if not each.is_error],
        "alike": [(other, round(100 * other.alike)) for other in alike],
    }


def _missing(refusal: Refused, errors: list[EditorFinding]) -> list[tuple[str, str]]:
    """Return why a step was refused, each reason with the field it is at, "" for none."""
    if isinstance(refusal, NotReady) and errors:
        return [(each.field, f"{each.place}: {each.message}") for each in errors]
    return [("", str(refusal))]


def _name(user_id: int | None) -> str:
    person = get_user_model()._default_manager.filter(pk=user_id).first() if user_id else None
    return str(person) if person else ""


def _conflict(
    request: BankRequest, access: Access, stored: Draft, form: DraftForm, item: Item
) -> HttpResponse:
    """Show what was typed beside what someone else saved meanwhile; nothing is lost of either."""
    theirs = item_of(stored.item)
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
        "changes": item_changes(theirs, item),
        "typed": typed,
    }
    return render(request, "questions/_conflict.html", context, status=409)


def _after(request: BankRequest, access: Access, draft: Draft, action: str) -> HttpResponse:
    """Go where the button of a saved draft leads."""
    question = draft.question
    try:
        if action == "save_new":
            item = item_of(draft.item)
            draft = draft_services.begin(
                access.exam,
                by=request.user,
                topic=topic_of(access.exam, item) or question.topic,
                item_type=item.type,
                level=item.level,
                case=draft.case,
            )
            messages.success(request, f"Saved {question.ref}. Here is the next one.")
        elif action == "submit":
            draft_services.submit(draft, by=request.user, revision=draft.revision)
            messages.success(request, "Given to review. A colleague has to approve it.")
            return redirect("questions:question", access.exam.code, question.ref)
        elif action == "publish" and access.may_publish:
            reviews.publish_alone(question, by=request.user, revision=draft.revision)
            messages.success(request, "Published. New exams can draw it from now on.")
            return redirect("questions:question", access.exam.code, question.ref)
    except Refused as reason:
        return _page(request, access, draft, refusal=reason, status=422)
    address = reverse("questions:edit", args=[access.exam.code, draft.question.ref])
    focus = "" if action in ("save", "save_new") else _focus(action)
    return redirect(f"{address}?focus={focus}#{focus}" if focus else address)
