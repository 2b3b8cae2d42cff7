"""The operators' page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from examapp.accounts.decorators import admin_required
from examapp.accounts.requests import SignedInRequest
from examapp.exams.models import ExamSession
from examapp.exams.services.told_results import told_bands
from examapp.operations import services
from examapp.operations.models import Sweep, TaskFailure
from examapp.web.paging import page_of

PAGE = 50


@require_safe
@admin_required
def overview(request: SignedInRequest) -> HttpResponse:
    """Show open sessions, what waits, when the sweeps ran, and tasks that failed."""
    sessions = (
        ExamSession.objects.open()
        .select_related("exam", "candidate")
        .with_progress()
        .order_by("deadline_at")
    )
    context = {
        "standing": services.status(),
        "sweeps": Sweep.objects.all(),
        "told": told_bands(),
        "failures": TaskFailure.objects.waiting()[:PAGE],
        "page": page_of(request, sessions, size=PAGE),
    }
    return render(request, "operations/overview.html", context)


@require_POST
@admin_required
def retry(request: SignedInRequest, failure_id: int) -> HttpResponse:
    """Run a failed task again."""
    failure = get_object_or_404(TaskFailure, pk=failure_id)
    try:
        is_sent = services.retry(failure)
    except Exception as error:  # whatever the broker's client raises
        messages.error(
            request,
            gettext("The broker did not accept it (%(name)s); try again.")
            % {"name": type(error).__name__},
        )
    else:
        done = (
            gettext("%(task)s is running again.")
            if is_sent
            else gettext("%(task)s was already run again.")
        )
        messages.success(request, done % {"task": failure.task})
    return redirect("operations:overview")
