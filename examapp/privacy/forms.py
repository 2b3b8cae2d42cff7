from typing import Any

from django import forms

from examapp.accounts.models import User


class ForgetForm(forms.Form):
    """A person's own word that the account is to go."""

    password = forms.CharField(
        label="Your password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    sure = forms.BooleanField(
        label="Delete my account. I know that it cannot be restored.",
        error_messages={"required": "Tick the box to delete your account."},
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.person.check_password(password):
            raise forms.ValidationError("This is not your password.")
        return password
