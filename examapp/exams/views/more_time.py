"""More time for a person who is in an exam, given by its team or an admin."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from examapp.exams.forms.more_time import MoreTimeForm
from examapp.exams.models import ExamSession, TimeExtension
from examapp.exams.services.extensions import extend_in
from examapp.web.numbers import whole_number
from examapp.web.times import moment_text
from questions.access import Access, BankRequest, bank_page

# Extensions that the page lists, the newest.
LISTED = 20


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page("approve")
def more_time(request: BankRequest, access: Access) -> HttpResponse:
    """Add minutes to the open sitting of the person with an address; list what was given.

    Who is in no exam and who has no account get the same answer.
    """
    form = MoreTimeForm(request.POST or None, initial=_initial(request, access))
    if form.is_valid() and _is_given(request, access, form):
        return redirect("exams:more_time", access.exam.code)
    given = TimeExtension.objects.filter(session__exam=access.exam)
    if access.role != "admin":
        given = given.filter(given_by=request.user.pk)
    listed = given.select_related("session__candidate", "given_by").order_by("-pk")[:LISTED]
    context = {"access": access, "form": form, "given": listed}
    return render(request, "exams/more_time.html", context, status=422 if form.is_bound else 200)


def _is_given(request: BankRequest, access: Access, form: MoreTimeForm) -> bool:
    """Give the time and say so; else put the error at the address."""
    fields = form.cleaned_data
    # What belongs to a course is lengthened there, and here by admins alone.
    extended = extend_in(
        access.exam,
        email=fields["email"],
        minutes=fields["minutes"],
        reason=fields["reason"],
        by=request.user,
        includes_required=access.role == "admin",
    )
    for each in extended:
        added = ngettext(
            "%(count)s minute added. The exam ends at %(end)s.",
            "%(count)s minutes added. The exam ends at %(end)s.",
            fields["minutes"],
        )
        end = moment_text(each.deadline_at, "clock", zone=True)
        messages.success(request, added % {"count": fields["minutes"], "end": end})
    if not extended:
        message = gettext("Nobody with this address is in this exam now, outside a course.")
        form.add_error("email", message)
    return bool(extended)


def _initial(request: BankRequest, access: Access) -> dict[str, str]:
    """Return the address of the person whom an admin chose among the running exams."""
    person = request.GET.get("person", "")
    number = whole_number(person)
    if access.role != "admin" or number is None:
        return {}
    sittings = ExamSession.objects.open().filter(exam=access.exam, candidate=number)
    return {"email": sittings.values_list("candidate__email", flat=True).first() or ""}
