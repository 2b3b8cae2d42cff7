"""The team of an exam, and the log of its bank."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from questions.access import ADMIN, Access, BankRequest, bank_page
from questions.forms.team import GrantForm
from questions.models import AuditEntry, ExamRole, Roles
from questions.services import team as team_services
from questions.services.audit import Actor
from questions.services.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page("own")
def team(request: BankRequest, access: Access) -> HttpResponse:
    """List the team of the bank; add someone, or change a role."""
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            team_services.grant(
                access.exam,
                user=cast(Actor, form.person),
                role=form.cleaned_data["role"],
                by=request.user,
            )
        except Refused as reason:
            form.add_error("role", str(reason))
        else:
            messages.success(
                request,
                gettext("%(person)s now has the role %(role)s.")
                % {"person": form.person, "role": Roles(form.cleaned_data["role"]).label},
            )
            return redirect("questions:team", access.exam.code)
    members = ExamRole.objects.filter(exam=access.exam).select_related("user", "granted_by")
    context = {"access": access, "form": form, "members": members}
    return render(request, "questions/team.html", context, status=422 if form.errors else 200)


@require_POST
@bank_page("own")
def leave(request: BankRequest, access: Access, role_id: int) -> HttpResponse:
    """Remove someone from the team."""
    role = get_object_or_404(ExamRole.objects.select_related("user"), pk=role_id, exam=access.exam)
    try:
        team_services.revoke(access.exam, user=role.user, by=request.user)
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(
            request, gettext("%(user)s is no longer on the team.") % {"user": role.user}
        )
    return redirect("questions:team", access.exam.code)


@require_POST
@bank_page("own")
def self_approval(request: BankRequest, access: Access) -> HttpResponse:
    """Set whether someone without a colleague may approve their own drafts."""
    team_services.allow_self_approval(
        access.exam, is_allowed="is_allowed" in request.POST, by=request.user
    )
    messages.success(request, "Saved.")
    return redirect("questions:team", access.exam.code)


@require_safe
@bank_page("own")
def log(request: BankRequest, access: Access) -> HttpResponse:
    """Show admins every change of the bank, its team and its scores, the newest first."""
    if access.role != ADMIN:
        raise Http404
    entries = AuditEntry.objects.filter(Q(exam=access.exam) | Q(exam=None))
    page = Paginator(entries, 50).get_page(request.GET.get("page"))
    # A person who is gone has no row; the number stays.
    people = get_user_model()._default_manager.in_bulk(
        [entry.actor_id for entry in page if entry.actor_id]
    )
    rows = [(entry, people.get(entry.actor_id)) for entry in page]
    return render(request, "questions/log.html", {"access": access, "page": page, "rows": rows})
