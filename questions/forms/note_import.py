"""The form of an import of study notes."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

MOST_BYTES = 5_000_000


class NotesForm(forms.Form):
    """Notes as Markdown; `cleaned_data["file"]` is their text."""

    file = forms.FileField(
        label=gettext_lazy("File of notes"),
        help_text=gettext_lazy(
            "Markdown in UTF-8: “## Domain 1”, “### 1.1: title”, deeper headings as topics."
        ),
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Only preview: show what would be imported, change nothing"),
        required=False,
        initial=True,
    )
    publish = forms.BooleanField(
        label=gettext_lazy("Show the notes to students now; draft questions stay drafts"),
        required=False,
    )

    def __init__(self, *args: Any, may_publish: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_publish:
            del self.fields["publish"]

    def clean_file(self) -> str:
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(
                gettext("Larger than %(size)s MB; split it.") % {"size": MOST_BYTES // 1_000_000}
            )
        self.file_name = upload.name
        try:
            text: str = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(
                gettext("Not UTF-8 text: byte %(number)s fits nowhere. Save it as UTF-8.")
                % {"number": error.start + 1}
            ) from None
        return text.replace("\0", "")
