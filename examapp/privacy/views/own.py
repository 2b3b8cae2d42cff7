"""What is kept about a person, for that person."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from examapp.accounts.decorators import account_required
from examapp.accounts.requests import SignedInRequest
from examapp.courses.services.errors import LastOwner
from examapp.exams.open_exam import ExamRunning
from examapp.privacy import services
from examapp.privacy.forms import ForgetForm
from examapp.web.downloads import json_download


@require_safe
@login_not_required
def kept(request: HttpRequest) -> HttpResponse:
    """Say what is kept, why, and for how long."""
    return render(request, "privacy/kept.html", {"keep_days": settings.KEEP_INACTIVE_DAYS})


@require_POST
def download(request: SignedInRequest) -> HttpResponse:
    """Send everything that is kept about the person, as one file."""
    try:
        rows = services.download(request.user)
    except ExamRunning:
        messages.error(
            request, gettext("You are in an exam. Download your data when it has ended.")
        )
        return redirect("privacy:kept")
    return json_download(rows, "my-data.json", indent=1)


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def forget(request: SignedInRequest) -> HttpResponse:
    """Ask once more, then delete the account."""
    form = ForgetForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.forget(request.user)
        except services.LastAdmin:
            form.add_error(
                None, gettext("This is the only admin. Make somebody else an admin first.")
            )
        except LastOwner:
            sentence = gettext(
                "You are the only owner of a course. Hand it over first, in the "
                "settings of the course."
            )
            form.add_error(None, sentence)
        else:
            logout(request)
            messages.success(request, gettext("Your account is deleted."))
            return redirect("home")
    status = 422 if form.is_bound else 200
    return render(request, "privacy/forget.html", {"form": form}, status=status)
