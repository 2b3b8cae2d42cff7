"""The forms of an exam's team, its images and its case studies."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext, gettext_lazy

from questions.models import Case, Roles

PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")


class GrantForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("Email"), max_length=254)
    role = forms.ChoiceField(choices=Roles.choices, label=gettext_lazy("Role"))

    def clean_email(self) -> str:
        """Set `person`: an instructor who signs in with the address."""
        email: str = self.cleaned_data["email"]
        people = get_user_model()._default_manager.filter(email__iexact=email, is_active=True)
        self.person = next((one for one in people if getattr(one, "is_instructor", False)), None)
        if self.person is None:
            raise forms.ValidationError(
                gettext("No instructor has this address. An admin can make someone an instructor.")
            )
        return email


class ImageForm(forms.Form):
    # First, so that it is kept where the file is cut off.
    alt = forms.CharField(
        label=gettext_lazy("What it shows"),
        max_length=300,
        help_text=gettext_lazy(
            "For people who cannot see it. Describe what the question needs, without the answer."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy(
            "PNG, JPEG, WebP or GIF, at most 5 MB. It is saved again in a safe form."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(PICTURES)}),
        error_messages={"required": gettext_lazy("Choose a picture of at most 5 MB.")},
    )


class CaseForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Case
        fields = ["title", "scenario"]
        widgets = {"scenario": forms.Textarea(attrs={"rows": 14, "maxlength": 20_000})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scenario"].max_length = 20_000  # type: ignore[attr-defined]
