"""The form of an import of study notes."""

from typing import Any

from django import forms

MOST_BYTES = 5_000_000


class NotesForm(forms.Form):
    """Notes as Markdown; `cleaned_data["file"]` is their text."""

    file = forms.FileField(
        label="File of notes",
        help_text="Markdown in UTF-8: “## Domain 1”, “### 1.1: title”, deeper headings as topics.",
    )
    dry_run = forms.BooleanField(
        label="Only preview: show what would be imported, change nothing",
        required=False,
        initial=True,
    )
    publish = forms.BooleanField(
        label="Show the notes to students now; draft questions stay drafts", required=False
    )

    def __init__(self, *args: Any, may_publish: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_publish:
            del self.fields["publish"]

    def clean_file(self) -> str:
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(f"Larger than {MOST_BYTES // 1_000_000} MB; split it.")
        self.file_name = upload.name
        try:
            text: str = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(
                f"Not UTF-8 text: byte {error.start + 1} fits nowhere. Save it as UTF-8."
            ) from None
        return text.replace("\0", "")
