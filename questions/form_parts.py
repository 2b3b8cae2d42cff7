"""What forms of all apps share: a text of several lines, and what is wrong with a form."""

from typing import Any

from django import forms


class LinesField(forms.CharField):
    """Text of several lines, in which a line break is one character, as a browser counts it.

    What a browser sends has two for each, by which a text of full length would be too long.
    """

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


def problems(form: forms.BaseForm) -> list[str]:
    """Return what is wrong with a form, for an answer that has no place beside each field."""
    return [str(error) for errors in form.errors.values() for error in errors]
