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
from django.utils.translation import gettext, gettext_lazy

from examapp.accounts import services, time_zones
from examapp.accounts.models import Accommodation, Preferences, User


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
        # What making an account left there would be a cookie that tells.
        request.session.flush()
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
            raise forms.ValidationError(gettext("Confirm the address that you have first."))
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
        blank = ("", gettext_lazy("The zone of my browser"))
        self.fields["time_zone"] = forms.ChoiceField(
            label=gettext_lazy("Time zone"),
            required=False,
            choices=[blank, *time_zones.choices()],
        )
