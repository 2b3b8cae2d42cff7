"""A new question: an empty editor, whose first words make the draft."""

from collections.abc import Mapping
from typing import cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from questions.access import Access, BankRequest, bank_page
from questions.form_parts import problems
from questions.forms.editor import DraftForm, topics_of
from questions.forms.editor_actions import EditorAction
from questions.items.content import data_of, item_of
from questions.items.editing import blank
from questions.items.item import USUAL_LEVEL, Item, Level
from questions.items.kinds.registry import kind_names
from questions.models import Case, Draft, Levels, Question, Topic
from questions.services import drafts as draft_services
from questions.services.errors import Refused
from questions.views.editor import autosave_draft, edit_draft
from questions.views.editor_page import (
    advised_answer,
    editor_address,
    editor_page,
    go_on,
    preview_answer,
    state_answer,
    stored_draft,
)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def new(request: BankRequest, access: Access) -> HttpResponse:
    """Show an empty editor. Its first words create the question; before them nothing is stored."""
    if ref := request.POST.get("ref", ""):
        return edit_draft(request, access, ref)
    draft = _unsaved(request, access)
    if draft is None:
        messages.error(request, gettext("This exam has no topic yet. Write its outline first."))
        return redirect("questions:bank", access.exam.code)
    if request.method != "POST":
        return editor_page(request, access, draft)
    form = DraftForm(access.exam, request.POST)
    if not form.is_valid():
        return editor_page(request, access, draft, form=form, status=422)
    button = request.POST.get("action", "save")
    action = EditorAction.of(button)
    item = action.applied_to(form.item(item_of(draft.item)), request.POST.get("type", ""))
    if draft_services.is_empty(item):
        return _nothing_stored(request, access, draft, form, item)
    try:
        draft = _begun(request, access, form, item)
    except Refused as reason:
        return editor_page(request, access, draft, form=form, refusal=reason, status=422)
    if not request.htmx:
        return go_on(request, access, draft, button)
    answer = editor_page(request, access, draft, focus=action.focus, template="#fields")
    return _with_address(answer, draft)


@require_POST
@bank_page()
def autosave_new(request: BankRequest, access: Access) -> HttpResponse:
    """Store the first words that are typed; answer with the state of the draft and its advice."""
    if ref := request.POST.get("ref", ""):
        return autosave_draft(request, access, ref)
    draft, form = _unsaved(request, access), DraftForm(access.exam, request.POST)
    if draft is None or not form.is_valid():
        return state_answer(request, access, problem=" ".join(problems(form)))
    item = form.item(item_of(draft.item))
    if draft_services.is_empty(item):
        return state_answer(request, access)
    try:
        draft = _begun(request, access, form, item)
    except Refused as reason:
        return state_answer(request, access, problem=str(reason))
    return _with_address(advised_answer(request, access, draft, item), draft)


def _with_address(answer: HttpResponse, draft: Draft) -> HttpResponse:
    """Give the page the address of the draft that its words made."""
    answer.headers["HX-Replace-Url"] = editor_address("edit", draft)
    return answer


def _unsaved(request: BankRequest, access: Access) -> Draft | None:
    """Return an empty draft that is not stored; None where the exam has no topic to put it in.

    It is of the type and topic that the address asks for, or else of those one wrote last.
    """
    topics, cases = topics_of(access.exam), Case.objects.filter(exam=access.exam)
    asked = {name: str(value) for name, value in request.GET.items() if str(value).isascii()}
    mine = Question.objects.filter(exam=access.exam, author=request.user.pk)
    last = mine.select_related("topic__task").order_by("-pk").first()
    topic = _asked_topic(asked, topics) or (last.topic if last else topics.first())
    if topic is None:
        return None
    kind = request.POST.get("made_for") or asked.get("kind", "")
    kind = kind if kind in kind_names() else last.type if last else "multiple_choice"
    level = cast(Level, level) if (level := asked.get("level")) in Levels.values else USUAL_LEVEL
    case = cases.filter(ref=asked.get("case", "")).first()
    item = blank(kind, task=topic.task.number, topic=topic.slug, level=level)
    question = Question(exam=access.exam, topic=topic, case=case)
    return Draft(question=question, item=data_of(item), case=case, revision=0)


def _asked_topic(asked: Mapping[str, str], topics: QuerySet[Topic]) -> Topic | None:
    """Return the topic that an address names, by itself or by its domain's number."""
    for name, field in (("topic", "pk"), ("domain", "task__domain__number")):
        number = asked.get(name, "")
        if (
            number.isdigit()
            and len(number) < 10
            and (topic := topics.filter(**{field: number}).first())
        ):
            return topic
    return None


def _nothing_stored(
    request: BankRequest, access: Access, draft: Draft, form: DraftForm, item: Item
) -> HttpResponse:
    """Answer what came before the first words: with the rows as its button wants them."""
    draft.item, draft.case = data_of(item), form.cleaned_data["case"]
    action = EditorAction.of(request.POST.get("action", "save"))
    if action.verb in ("add", "remove", "up", "down", "type"):
        template = "#fields" if request.htmx else ""
        return editor_page(request, access, draft, focus=action.focus, template=template)
    reason = Refused(gettext("Write the question first."))
    return editor_page(request, access, draft, form=form, refusal=reason, status=422)


def _begun(request: BankRequest, access: Access, form: DraftForm, item: Item) -> Draft:
    """Store the first words of a question."""
    cleaned = form.cleaned_data
    return draft_services.begin(
        access.exam,
        by=request.user,
        topic=cleaned["topic"],
        item=item,
        case=cleaned["case"],
        reason=cleaned["reason"],
    )


@require_POST
@bank_page()
def preview_new(request: BankRequest, access: Access) -> HttpResponse:
    """Show what is typed of a question that the page knew as new, stored since or not."""
    ref = request.POST.get("ref", "")
    draft = stored_draft(access, ref) if ref else _unsaved(request, access)
    return preview_answer(request, access, draft) if draft else HttpResponse(status=204)
