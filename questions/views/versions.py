"""The history of a question: each version, who made it and why, and what it changed."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from questions.access import Access, BankRequest, bank_page
from questions.forms.review import ReasonForm
from questions.items.diff import FieldChange, item_changes
from questions.models import Question, QuestionVersion
from questions.services import drafts
from questions.services import versions as version_services
from questions.services.errors import Refused


@require_safe
@bank_page()
def versions(request: BankRequest, access: Access, ref: str) -> HttpResponse:
    """Show every version, the newest first, with what it changed."""
    questions = Question.objects.select_related("topic__task", "draft").prefetch_related("enemies")
    question = get_object_or_404(questions, exam=access.exam, ref=ref)
    rows = _rows(question)
    context = {
        "access": access,
        "question": question,
        "rows": rows[::-1],
        "has_draft": hasattr(question, "draft"),
    }
    return render(request, "questions/versions.html", context)


@dataclass(frozen=True)
class VersionRow:
    """A version with its writer and what it changed, None for the first."""

    version: QuestionVersion
    who: object
    changes: list[FieldChange] | None
    is_live: bool


def _rows(question: Question) -> list[VersionRow]:
    """Return a question's versions, the oldest first."""
    versions = list(QuestionVersion.objects.filter(question=question).order_by("number"))
    people = get_user_model()._default_manager.in_bulk(
        [version.created_by_id for version in versions if version.created_by_id]
    )
    for version in versions:
        version.question = question
    items = [version_services.item_of_version(version) for version in versions]
    return [
        VersionRow(
            version,
            people.get(version.created_by_id),
            item_changes(items[index - 1], items[index]) if index else None,
            is_live=version.pk == question.current_version_id,
        )
        for index, version in enumerate(versions)
    ]


@require_POST
@bank_page()
def restore(request: BankRequest, access: Access, ref: str, number: int) -> HttpResponse:
    """Restore a version: at once as a new version, or as a draft to change."""
    versions = QuestionVersion.objects.filter(question__exam=access.exam, question__ref=ref)
    version = get_object_or_404(versions.select_related("question"), number=number)
    form = ReasonForm(request.POST)
    try:
        if "draft" in request.POST or not access.may_publish:
            drafts.revise(version.question, by=request.user, version=version)
            return redirect("questions:edit", access.exam.code, ref)
        if not form.is_valid():
            messages.error(
                request, gettext("Nothing was changed. Give a reason for restoring the version.")
            )
            return redirect("questions:versions", access.exam.code, ref)
        version_services.restore(version, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(
            request,
            gettext("Version %(number)s is live again, as a new version.") % {"number": number},
        )
    return redirect("questions:versions", access.exam.code, ref)
