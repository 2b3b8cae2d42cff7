"""Time accommodations, set by admins."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from examapp.accounts import services
from examapp.accounts.decorators import admin_required
from examapp.accounts.forms import AccommodationForm, SearchForm
from examapp.accounts.models import Accommodation, User
from examapp.accounts.requests import SignedInRequest
from examapp.web.paging import page_of


@require_safe
@admin_required
def accommodations(request: SignedInRequest) -> HttpResponse:
    """List the candidates with the time they are given."""
    form = SearchForm(request.GET)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    people = User.objects.candidates().search(query).select_related("accommodation__granted_by")
    page = page_of(request, people)
    return render(request, "accounts/accommodations.html", {"page": page, "query": query})


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def accommodation(request: SignedInRequest, user_id: int) -> HttpResponse:
    """Show and set one candidate's accommodation."""
    candidate = get_object_or_404(User.objects.candidates(), pk=user_id)
    current = Accommodation.objects.filter(user=candidate).first()
    form = AccommodationForm(request.POST or None, instance=current)
    if request.method == "POST" and form.is_valid():
        services.grant_accommodation(candidate, granted_by=request.user, **form.cleaned_data)
        messages.success(
            request,
            gettext("Saved for %(candidate)s. It applies from the next exam.")
            % {"candidate": candidate},
        )
        return redirect("accounts:accommodations")
    context = {"candidate": candidate, "form": form, "current": current}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/accommodation.html", context, status=status)
