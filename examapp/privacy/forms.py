from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from examapp.accounts.models import User
from examapp.web.rate_limit import seconds_to_wait

# Whoever finds an open screen cannot guess the password.
_TRIES_A_MINUTE = 5


class ForgetForm(forms.Form):
    """A person's own word that the account is to go."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    sure = forms.BooleanField(
        label=gettext_lazy("Delete my account. I know that it cannot be restored."),
        error_messages={"required": gettext_lazy("Tick the box to delete your account.")},
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if seconds_to_wait(f"forget-{self.person.pk}", amount=1, limit=_TRIES_A_MINUTE):
            raise forms.ValidationError(gettext("Too many tries. Wait a minute and try again."))
        if not self.person.check_password(password):
            raise forms.ValidationError(gettext("This is not your password."))
        return password
