"""Study notes as their writers see them: every topic with its state, and the page to write one."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from questions.access import Access, BankRequest, bank_page
from questions.bank_files.bank import plain
from questions.bank_files.notes import page as note_page
from questions.forms.note_writing import NewTopic, NoteText
from questions.models import Domain, Origins, Topic
from questions.services import note_writing
from questions.services.errors import Overtaken, Refused


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def topics(request: BankRequest, access: Access) -> HttpResponse:
    """List the topics of an exam with the state of their notes; add a topic."""
    form = NewTopic(access.exam, request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            topic = note_writing.add_topic(
                form.cleaned_data["task"], title=form.cleaned_data["title"], by=request.user
            )
        except Refused as reason:
            form.add_error("title", str(reason))
        else:
            return redirect("questions:write_note", access.exam.code, topic.pk)
    rows = Topic.objects.select_related("note").order_by("position", "pk")
    domains = Domain.objects.filter(exam=access.exam).prefetch_related(
        Prefetch("tasks__topics", rows)
    )
    context = {"access": access, "domains": domains, "form": form}
    return render(request, "questions/topics.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def write_note(request: BankRequest, access: Access, topic_id: int) -> HttpResponse:
    """Show and change the note of a topic."""
    topics_of_exam = Topic.objects.filter(task__domain__exam=access.exam)
    topic = get_object_or_404(topics_of_exam.select_related("task__domain__exam"), pk=topic_id)
    note = note_writing.note_of(topic)
    form = NoteText(request.POST or None, initial={"text": note.newest, "revision": note.revision})
    reply = _change(request, access, topic, form) if form.is_bound else None
    return reply or _write_page(request, access, topic, form)


@require_safe
@bank_page()
def topic_text(request: BankRequest, access: Access, topic_id: int) -> HttpResponse:
    """Answer with the text of a topic, in which the evidence of a question is marked.

    It is what readers see, or the draft of a note that was not published yet.
    """
    topic = get_object_or_404(Topic, pk=topic_id, task__domain__exam=access.exam)
    note = note_writing.note_of(topic)
    html = note.html if note.source else note_page(note.draft, {}).html
    context = {"html": html, "plain": plain(note.source or note.draft)}
    return render(request, "questions/_topic_text.html", context)


def _change(
    request: BankRequest, access: Access, topic: Topic, form: NoteText
) -> HttpResponse | None:
    """Do what a button, or the pause after typing, asks; None with errors in the form."""
    action = request.POST.get("action", "save")
    if not form.is_valid():
        return None
    values = form.cleaned_data
    text = values["text"]
    if action == "term":
        if not (values["term"] and values["meaning"]):
            form.add_error("term", gettext("Write the term and what it means."))
            return None
        text = note_writing.with_term(text, term=values["term"], meaning=values["meaning"])
    try:
        said = _store(request, access, topic, text=text, revision=values["revision"])
    except Refused as reason:
        form.add_error(None if isinstance(reason, Overtaken) else "text", str(reason))
        return None
    if request.htmx:
        return _saved(request, topic, form)
    messages.success(request, said)
    return redirect("questions:write_note", access.exam.code, topic.pk)


def _store(request: BankRequest, access: Access, topic: Topic, *, text: str, revision: int) -> str:
    """Save what was typed, and publish or hide the note; return what was done, in words."""
    action, is_button = request.POST.get("action"), not request.htmx
    save = note_writing.publish if action == "publish" and access.may_publish else note_writing.save
    save(topic, text=text, revision=revision, by=access.user, follows_autosave=is_button)
    if save is note_writing.publish:
        return gettext("Published. Readers see it now.")
    if action == "hide" and access.may_publish:
        note_writing.hide(topic, by=access.user)
        return gettext("Hidden. Readers do not see it.")
    if action in ("publish", "hide"):
        return gettext("Saved. Only a reviewer or owner may publish or hide it.")
    return gettext("Saved.")


def _saved(request: BankRequest, topic: Topic, form: NoteText) -> HttpResponse:
    """Answer an automatic save: when it was, or that somebody else saved meanwhile."""
    context = {"note": note_writing.note_of(topic), "form": form}
    return render(request, "questions/write_note.html#saved", context)


def _write_page(request: BankRequest, access: Access, topic: Topic, form: NoteText) -> HttpResponse:
    if request.htmx:
        return _saved(request, topic, form)
    note = note_writing.note_of(topic)
    is_overtaken = form.is_bound and bool(form.non_field_errors())
    typed = str(form["text"].value() or "")
    context = {
        "access": access,
        "topic": topic,
        "note": note,
        "form": form,
        # Who saves again after reading both has seen the newest.
        "revision": note.revision
        if is_overtaken or not form.is_bound
        else form["revision"].value(),
        "stands": note.newest if is_overtaken else "",
        "is_of_files": note.pk is not None and note.origin == Origins.FILES,
        "preview": note_page(typed, {}).html,
        "history": note_writing.history(topic),
    }
    return render(request, "questions/write_note.html", context, status=422 if form.errors else 200)
