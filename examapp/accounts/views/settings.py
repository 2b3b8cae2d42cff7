"""A person's own settings: one page, and each row of it saved by itself."""

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings as site_settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from examapp.accounts import services
from examapp.accounts.exam_dates import set_exam_date
from examapp.accounts.forms import (
    AppearanceForm,
    ExamDateForm,
    LanguageForm,
    MinutesForm,
    NameForm,
    RemindersForm,
    ReviewsForm,
    StudyDaysForm,
    TeamMailForm,
    TimeZoneForm,
)
from examapp.accounts.models import Accommodation, ExamDate, Preferences, User
from examapp.accounts.requests import SignedInRequest
from questions.access import takeable_exams
from questions.models import Exam

# Rows of the settings that are columns of Preferences, by the name in their address.
_FORMS: dict[str, type[forms.ModelForm]] = {  # type: ignore[type-arg]
    "minutes": MinutesForm,
    "reviews": ReviewsForm,
    "look": AppearanceForm,
    "language": LanguageForm,
    "zone": TimeZoneForm,
    "reminders": RemindersForm,
    "team-mail": TeamMailForm,
}
# Rows that change how every page is shown, so that the page is loaded anew.
_SITE = ("look", "language", "zone", "reminders", "team-mail")
_WHOLE_PAGE = {"look", "language", "zone"}


@dataclass(frozen=True)
class Row:
    """One row: its form, and how it is shown: "field" with a button, or saved as one chooses.

    `saved` is true in the answer to what was saved.
    """

    name: str
    title: str
    hint: str
    form: forms.BaseForm
    shape: str
    saved: bool = False

    @property
    def url(self) -> str:
        return reverse("accounts:save_setting", args=[self.name])

    @property
    def field(self) -> forms.BoundField:
        return next(iter(self.form))

    @property
    def anchor(self) -> str:
        """The row's place on the page; that of the first exam's date is what others link to."""
        return self.name


@require_safe
def settings(request: SignedInRequest) -> HttpResponse:
    """Show everything that a person may set, and the ways to what has its own page."""
    exams = list(takeable_exams(request.user))
    dates = dict(ExamDate.objects.of(request.user).values_list("exam_id", "day"))
    site = [name for name in _SITE if name not in _refused_to(request.user)]
    context = {
        "name": _row("name", request.user),
        "dates": [_date_row(exam, dates.get(exam.pk), is_only=len(exams) == 1) for exam in exams],
        "plan": [_row(name, request.user) for name in ("days", "minutes", "reviews")],
        "site": [_row(name, request.user) for name in site],
        "address": EmailAddress.objects.filter(user=request.user, primary=True).first(),
        "accommodation": Accommodation.objects.filter(user=request.user).first(),
        "exams": exams,
    }
    return render(request, "accounts/settings.html", context)


@require_POST
def save_setting(request: SignedInRequest, name: str) -> HttpResponse:
    """Save one row; answer with the row for a script, lead back to it without one."""
    if name in _refused_to(request.user):
        raise Http404
    exam = _exam_of(request.user, name)
    row = _date_row(exam, data=request.POST) if exam else _row(name, request.user, request.POST)
    if not row.form.is_valid():
        return _refused(request, row)
    _keep(request.user, row, exam)
    if not request.htmx:
        messages.success(request, gettext("Saved."))
        if request.POST.get("from") == "home":
            return redirect("home")
        return redirect(f"{reverse('accounts:settings')}#{row.anchor}")
    if name in _WHOLE_PAGE:
        return HttpResponseClientRefresh()
    kept = _date_row(exam, row.form.cleaned_data["day"]) if exam else _row(name, request.user)
    return render(request, "accounts/settings.html#row", {"row": _as_saved(kept)})


def _refused_to(user: User) -> tuple[str, ...]:
    """Return the rows that a person cannot set.

    Without an address there are no reminders, only instructors have a bank that waits for them, and
    with one language there is none to choose.
    """
    refused = ["reminders"] if user.is_guest else []
    if not user.is_instructor:
        refused.append("team-mail")
    if len(site_settings.LANGUAGES) < 2:
        refused.append("language")
    return tuple(refused)


def _refused(request: SignedInRequest, row: Row) -> HttpResponse:
    page = "accounts/settings.html#row" if request.htmx else "accounts/save_setting.html"
    return render(request, page, {"row": row}, status=422)


def _as_saved(row: Row) -> Row:
    return Row(row.name, row.title, row.hint, row.form, row.shape, saved=True)


def _keep(user: User, row: Row, exam: Exam | None) -> None:
    if exam:
        set_exam_date(user, exam, row.form.cleaned_data["day"])
    elif row.name == "name":
        services.rename(user, row.form.cleaned_data["name"])
    else:
        services.set_preferences(user, **row.form.cleaned_data)


def _exam_of(user: User, name: str) -> Exam | None:
    """Return the exam whose date the row "exam-date-CODE" sets; None for other rows."""
    code = name.removeprefix("exam-date-")
    if code == name:
        return None
    exam: Exam | None = takeable_exams(user).filter(code__iexact=code).first()
    if exam is None:
        raise Http404
    return exam


def _date_row(exam: Exam, day: Any = None, *, is_only: bool = True, data: Any = None) -> Row:
    return Row(
        f"exam-date-{exam.code.lower()}",
        gettext("Exam date") if is_only else exam.title,
        gettext("Your daily plan is built from it"),
        ExamDateForm(data, initial={"day": day}, today=timezone.localdate()),
        "field",
    )


def _row(name: str, user: User, data: Any = None) -> Row:
    """Return the row of that name, filled by what is kept or by what was sent; 404 for none."""
    preferences = getattr(user, "preferences", None) or Preferences(user=user)
    if name == "name":
        form: forms.BaseForm = NameForm(data, instance=User(name=user.name))
    elif name == "days":
        form = StudyDaysForm(data, initial={"study_days": preferences.study_days})
    elif name in _FORMS:
        form = _FORMS[name](data, instance=preferences)
    else:
        raise Http404
    title, hint, shape = _words()[name]
    return Row(name, title, hint, form, shape)


def _words() -> dict[str, tuple[str, str, str]]:
    """Title, hint and shape of each row."""
    clock = timezone.localtime().strftime("%H:%M")
    return {
        "name": (gettext("Name"), gettext("Your teacher sees it"), "field"),
        "days": (gettext("Days for study"), "", "chips"),
        "minutes": (gettext("Minutes a day"), gettext("What your plan fills on a day"), "field"),
        "reviews": (gettext("Reviews a day"), gettext("Never more than this many"), "field"),
        "look": (gettext("Appearance"), "", "segmented"),
        "language": (gettext("Language"), "", "select"),
        "zone": (gettext("Time zone"), gettext("Now %(time)s there") % {"time": clock}, "select"),
        "reminders": (gettext("Reminders"), "", "check"),
        "team-mail": (gettext("Team emails"), "", "check"),
    }
