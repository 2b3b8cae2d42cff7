"""People of a course: a list of them, one of them, and what students fill in themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from examapp.courses.models import Membership, StaffNote
from questions.form_parts import LinesField

# A class has hundreds of people, not a gigabyte of them.
_MOST_BYTES = 1_000_000


class RosterForm(forms.Form):
    """A list of people, pasted or as a file; of both, the file is read."""

    text = forms.CharField(
        label=gettext_lazy("Addresses, one a line"),
        required=False,
        max_length=_MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 9, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Paste from an email, a table or a list. Names, numbers and extra time are read too."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a CSV file"),
        required=False,
        help_text=gettext_lazy("Columns: email, name, external id, group, extra time."),
    )
    invite = forms.BooleanField(
        label=gettext_lazy("Send each an invitation"), required=False, initial=True
    )

    def __init__(self, *args: Any, sends_invitations: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sends_invitations:
            del self.fields["invite"]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload is not None:
            if upload.size > _MOST_BYTES:
                self.add_error("file", gettext_lazy("The file is larger than 1 MB."))
            else:
                cleaned["text"] = upload.read().decode("utf-8-sig", errors="replace")
        if not cleaned.get("text", "").strip() and not self.errors:
            self.add_error("text", gettext_lazy("Paste at least one address, or choose a file."))
        return cleaned


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]
    """What staff may change of a person in their course."""

    class Meta:
        model = Membership
        fields = ["name", "email", "external_id", "group", "time_factor", "extra_minutes"]
        labels = {
            "name": gettext_lazy("Name"),
            "email": gettext_lazy("Email"),
            "external_id": gettext_lazy("Number in your own list"),
            "group": gettext_lazy("Group"),
            "time_factor": gettext_lazy("Time factor"),
            "extra_minutes": gettext_lazy("Extra minutes"),
        }
        help_texts = {
            "time_factor": gettext_lazy("1.25 gives a quarter more time; 1 is the exam's own."),
            "extra_minutes": gettext_lazy(
                "Added after the factor. Both apply in this course only."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.user_id:
            # Who has an account changes the address there.
            del self.fields["email"]


class NoteForm(forms.ModelForm):  # type: ignore[type-arg]
    """A note about a person, for the staff of the course."""

    class Meta:
        model = StaffNote
        fields = ["text"]
        labels = {"text": gettext_lazy("New note")}
        field_classes = {"text": LinesField}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class JoinForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy("It is on the board and looks like KLEE-4827."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split()).upper()


class LettersForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Membership
        fields = ["wants_letters"]
        labels = {"wants_letters": gettext_lazy("Send me emails about assignments")}


class StartForm(forms.Form):
    """The access code, where an assignment asks for one."""

    access_code = forms.CharField(
        label=gettext_lazy("Access code"),
        max_length=40,
        help_text=gettext_lazy("Your teacher gives it out when the exam starts."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, needs_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_code:
            del self.fields["access_code"]
