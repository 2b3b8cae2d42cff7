"""The answer to how the real exam went."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from examapp.accounts.models import ExamDate
from examapp.accounts.requests import SignedInRequest
from examapp.exams.services import told_results
from examapp.reports.forms import ToldForm
from examapp.reports.models import WeakAreaReport
from examapp.reports.standing import standing
from examapp.reports.weak_areas.body import from_json


@require_POST
def told(request: SignedInRequest, code: str) -> HttpResponse:
    """Keep how the exam of a day that is past went, with the chance that was told before it."""
    dates = ExamDate.objects.of(request.user).filter(day__lt=timezone.localdate())
    exam_date = get_object_or_404(dates.select_related("exam"), exam__code__iexact=code)
    form = ToldForm(request.POST)
    if not form.is_valid():
        context = {"told_form": form, "untold": exam_date}
        return render(request, "reports/told.html", context, status=422)
    told_results.tell(
        request.user,
        exam_date.exam,
        exam_day=exam_date.day,
        chance_percent=_chance_told(exam_date),
        **form.cleaned_data,
    )
    messages.success(request, gettext("Thank you. This helps us check how good our estimates are."))
    return redirect("home")


def _chance_told(exam_date: ExamDate) -> int | None:
    """Return the chance to pass, per cent, that the last report before the day gave."""
    reports = WeakAreaReport.objects.of(exam_date.user).filter(
        session__exam=exam_date.exam, session__finished_at__date__lte=exam_date.day
    )
    report = reports.order_by("-session__finished_at").first()
    if report:
        chance = from_json(report.body).readiness
    else:
        # Who only practiced has no report of a sitting.
        found = standing(exam_date.user, exam_date.exam)
        if found is None or timezone.localdate(found.as_of) > exam_date.day:
            return None
        chance = found.chance
    return round(chance.percent) if chance.is_enough else None
