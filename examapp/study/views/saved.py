"""Saved questions and own notes: the page, its search and export, and what one click keeps."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from examapp.accounts.requests import SignedInRequest
from examapp.exams.open_exam import closed_during_exam
from examapp.study import services
from examapp.study.forms import OwnNoteForm
from examapp.study.services import keeping
from examapp.study.services import saved as keeps
from examapp.web.downloads import file_download
from examapp.web.paging import page_of
from questions.items.answered import answered_item
from questions.models import Question, Topic

# Characters of a search; more are cut off.
MAX_WORDS = 200
SHOWN = 20


@require_safe
@closed_during_exam("practice/locked.html")
def saved(request: SignedInRequest) -> HttpResponse:
    """List saved questions and own notes; `?q=` searches them."""
    words = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:MAX_WORDS]
    page = page_of(request, keeps.saved_or_noted(request.user, words), size=SHOWN)
    context = {
        "words": words,
        "page": page,
        "rows": [_row(question, place) for place, question in enumerate(page, 1)],
        "notes": keeps.topic_notes(request.user, words),
    }
    return render(request, "study/saved.html", context)


def _row(question: Question, place: int) -> dict[str, object]:
    version = question.live_version
    return {
        "question": question,
        "is_saved": getattr(question, "saved_at", None) is not None,
        "own_note": getattr(question, "own_note", "") or "",
        "item": answered_item(
            position=place,
            item_type=version.type,
            html=version.html,
            key=version.key,
            shuffle=range(len(version.html["options"])),
            response=None,
        ),
    }


@require_safe
@closed_during_exam("practice/locked.html")
def download(request: SignedInRequest, kind: str) -> HttpResponse:
    """Return what a candidate keeps as a file: Markdown, or a package of Anki."""
    kept = keeps.kept_items(request.user)
    if kind == "markdown":
        text = keeps.to_markdown(kept, list(keeps.topic_notes(request.user)))
        return file_download(text, "saved-questions.md", "text/markdown; charset=utf-8")
    if kind == "anki":
        package = keeps.to_anki(
            kept, deck=gettext("Saved questions"), at=timezone.now().timestamp()
        )
        return file_download(package, "saved-questions.apkg", "application/octet-stream")
    raise Http404


@require_POST
@closed_during_exam("practice/locked.html")
def save(request: SignedInRequest, question_id: int) -> HttpResponse:
    """Save a question, or take it back; `saved` in the form says which."""
    question = _met(request, question_id)
    if request.POST.get("saved") == "yes":
        keeping.save(request.user, question)
    else:
        keeping.unsave(request.user, question)
    if request.htmx:
        context = {"question": question, **services.kept(request.user, question)}
        return render(request, "components/save_question.html", context)
    return back(request)


@require_POST
@closed_during_exam("practice/locked.html")
def note(request: SignedInRequest, question_id: int) -> HttpResponse:
    """Store what a candidate writes for themself about a question."""
    question = _met(request, question_id)
    form = OwnNoteForm(request.POST)
    if not form.is_valid():
        return _too_long(request, form)
    keeping.write(request.user, form.cleaned_data["text"], question=question)
    if request.htmx:
        context = {"question": question, "is_stored": True}
        context |= services.kept(request.user, question)
        return render(request, "components/own_note.html", context)
    return back(request)


@require_POST
@closed_during_exam("practice/locked.html")
def topic_note(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Store what a candidate writes for themself about a topic."""
    topic = get_object_or_404(Topic, pk=topic_id)
    form = OwnNoteForm(request.POST)
    if not form.is_valid():
        return _too_long(request, form)
    keeping.write(request.user, form.cleaned_data["text"], topic=topic)
    return back(request)


@require_POST
def read(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Mark a topic's note as read, or take the mark back; `read` in the form says which."""
    topic = get_object_or_404(Topic, pk=topic_id)
    keeping.mark_read(request.user, topic, is_read=request.POST.get("read") == "yes")
    return back(request)


def _met(request: SignedInRequest, question_id: int) -> Question:
    """Return a question whose explanation the candidate has seen; another is not there."""
    question = get_object_or_404(Question.objects.select_related("exam"), pk=question_id)
    if not keeps.has_met(request.user, question):
        raise Http404
    return question


def _too_long(request: SignedInRequest, form: OwnNoteForm) -> HttpResponse:
    return render(request, "study/note_too_long.html", {"form": form}, status=422)


def back(request: SignedInRequest) -> HttpResponse:
    """Go to the page that the form stood on."""
    page = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return redirect(page if is_ours and page.startswith("/") else "study:saved")
