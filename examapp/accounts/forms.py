from datetime import date
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import AddEmailForm, SignupForm
from allauth.account.models import EmailAddress
from allauth.account.signals import user_signed_up
from allauth.account.utils import filter_users_by_email
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext, gettext_lazy

from examapp.accounts import guests, services, time_zones
from examapp.accounts.models import EVERY_DAY, Accommodation, Preferences, User


class SignUpForm(SignupForm):
    """Answers the same whether or not the address has an account, however addresses are confirmed.

    Who signs up is not signed in: being signed in would tell that the address was new.
    """

    def validate_unique_email(self, value: str) -> str:
        self.account_already_exists = bool(filter_users_by_email(value))
        return value

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory":
            saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
            return saved
        user = None
        email = self.cleaned_data["email"]
        if self.account_already_exists:
            # As long as it takes to make one.
            make_password(self.cleaned_data["password1"])
            if settings.ACCOUNT_EMAIL_VERIFICATION == "optional":
                get_adapter().send_account_already_exists_mail(email)
        else:
            user = self.save(request)
            user_signed_up.send(sender=User, request=request, user=user)
            if settings.ACCOUNT_EMAIL_VERIFICATION == "optional":
                address = EmailAddress.objects.get(user=user, email=email)
                address.send_confirmation(request, signup=True)
        # What making an account left there would be a cookie that tells. Whether the address was
        # new or not, what a guest did waits for the account that they sign in to.
        guest = request.user.pk if guests.is_guest(request.user) else None
        request.session.flush()
        if guest:
            request.session[guests.WAITING] = guest
        messages.success(
            request,
            gettext(
                "If this address is new here, your account is ready: sign in with it. If you had"
                " an account, sign in with your old password or set a new one."
            ),
        )
        query = {"next": request.GET.get("next") or request.POST.get("next", "")}
        address = reverse("account_login", query=query if query["next"] else {})
        return user, HttpResponseRedirect(address)


class AddAddressForm(AddEmailForm):
    """Adds an address to an account whose own is proven.

    Else who signed up with another's address could keep a way back in.
    """

    def clean_email(self) -> str:
        if services.is_unconfirmed(self.user):
            raise forms.ValidationError(gettext("Confirm your present address first."))
        value: str = super().clean_email()
        return value


class AccommodationForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Accommodation
        fields = ["time_factor", "extra_minutes"]


class SearchForm(forms.Form):
    q = forms.CharField(required=False, max_length=100, strip=True)


class TimeZoneForm(forms.ModelForm):  # type: ignore[type-arg]
    """The zone that a person wants moments to be shown in."""

    class Meta:
        model = Preferences
        fields = ["time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blank = ("", gettext_lazy("The time zone of my browser"))
        self.fields["time_zone"] = forms.ChoiceField(
            label=gettext_lazy("Time zone"),
            required=False,
            choices=[blank, *time_zones.choices()],
        )


class NameForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": gettext_lazy("Name")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class ExamDateForm(forms.Form):
    """The day of the real exam; none forgets it. One that is past is no plan."""

    day = forms.DateField(
        label=gettext_lazy("Exam date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["day"].widget.attrs["min"] = today.isoformat()

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and day < self._today:
            raise forms.ValidationError(gettext_lazy("Choose today or a later day."))
        return day


class StudyDaysForm(forms.Form):
    """The days of the week on which one studies, 0 for Monday."""

    study_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days for study"),
        choices=[(day, WEEKDAYS_ABBR[day]) for day in EVERY_DAY],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one day.")},
    )


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """One row of settings; a subclass names its field."""

    class Meta:
        model = Preferences
        fields: list[str] = []


class MinutesForm(PreferencesForm):
    class Meta(PreferencesForm.Meta):
        fields = ["minutes_a_day"]
        labels = {"minutes_a_day": gettext_lazy("Minutes a day")}


class ReviewsForm(PreferencesForm):
    class Meta(PreferencesForm.Meta):
        fields = ["reviews_a_day"]
        labels = {"reviews_a_day": gettext_lazy("Reviews a day, at most")}


class AppearanceForm(PreferencesForm):
    class Meta(PreferencesForm.Meta):
        fields = ["appearance"]
        labels = {"appearance": gettext_lazy("Appearance")}
        widgets = {"appearance": forms.RadioSelect}


class LanguageForm(PreferencesForm):
    class Meta(PreferencesForm.Meta):
        fields = ["language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blank = ("", gettext_lazy("The language of my browser"))
        self.fields["language"] = forms.ChoiceField(
            label=gettext_lazy("Language"), required=False, choices=[blank, *settings.LANGUAGES]
        )


class RemindersForm(PreferencesForm):
    class Meta(PreferencesForm.Meta):
        fields = ["has_reminders"]
        labels = {"has_reminders": gettext_lazy("An email on study days when reviews are due")}


class TeamMailForm(PreferencesForm):
    class Meta(PreferencesForm.Meta):
        fields = ["has_team_mail"]
        labels = {
            "has_team_mail": gettext_lazy(
                "An email when questions wait for you, once a day at most"
            )
        }
